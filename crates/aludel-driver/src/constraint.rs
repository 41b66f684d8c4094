//! What all databases say alike of a row that a constraint refused, and of other things they refuse.

use aludel_sql::{Error, ErrorKind};

/// A unique constraint over these columns, of which there is at least one.
pub(crate) fn unique(table: &str, columns: &[&str]) -> Error {
    let these = if columns.len() == 1 { "this" } else { "these" };
    let shown: Vec<_> = columns.iter().map(|column| format!("`{column}`")).collect();
    let shown = shown.join(" and ");
    Error::new(ErrorKind::Unique, format!("a row of `{table}` with {these} {shown} exists already"))
        .with_table(table)
        .with_columns(columns.iter().copied())
}

/// A unique index over something other than columns.
pub(crate) fn unique_index(index: &str) -> Error {
    let message = format!("a row with this key of the unique index `{index}` exists already");
    Error::new(ErrorKind::Unique, message).with_constraint(index)
}

/// A column that cannot be NULL.
pub(crate) fn not_null(table: &str, column: &str) -> Error {
    Error::new(ErrorKind::NotNull, format!("`{column}` of `{table}` was given no value, and needs one"))
        .with_table(table)
        .with_columns([column])
}

/// An exclusion, over these columns unless it is over something else.
pub(crate) fn exclusion(table: &str, columns: &[&str], constraint: &str) -> Error {
    let shown: Vec<_> = columns.iter().map(|column| format!("`{column}`")).collect();
    let by = if shown.is_empty() { String::new() } else { format!(" in {}", shown.join(" and ")) };
    let message = format!("a row of `{table}` is in conflict with another one{by}, by the exclusion `{constraint}`");
    let error = Error::new(ErrorKind::Exclusion, message).with_table(table).with_constraint(constraint);
    if columns.is_empty() { error } else { error.with_columns(columns.iter().copied()) }
}

/// A check constraint.
pub(crate) fn check(constraint: &str) -> Error {
    Error::new(ErrorKind::Check, format!("the check `{constraint}` refused the row")).with_constraint(constraint)
}

/// A table that is not there.
pub(crate) fn no_table(table: &str) -> Error {
    Error::new(ErrorKind::Database, format!("the database has no table `{table}`"))
        .with_table(table)
        .with_help("Run `db upgrade` to bring the database up to date, or check the name.")
}

/// A column that is not there.
pub(crate) fn no_column(column: &str) -> Error {
    Error::new(ErrorKind::Database, format!("the database has no column `{column}` there"))
        .with_columns([column])
        .with_help("Run `db upgrade` to bring the database up to date, or check the name.")
}

/// A number that its column, or the type of an expression, does not hold: the texts of databases repeat it.
pub(crate) fn out_of_range() -> Error {
    Error::new(ErrorKind::Database, "a number is out of the range of its column, or of its type")
        .with_help("Compute a smaller one, cast it to a wider type before, or give the column a wider one.")
}

/// A text that is no regular expression of the database's kind.
pub(crate) fn regexp(why: &str) -> Error {
    let message = format!("a regular expression is none that the database takes ({})", why.trim());
    Error::new(ErrorKind::Database, message)
        .with_help("Check its brackets, repetitions and escapes: each database has a kind of its own.")
}

/// A statement whose expressions are in each other deeper than the database follows.
pub(crate) fn too_deep(text: &str) -> Error {
    Error::new(ErrorKind::Database, format!("the expressions of a statement are nested too deep ({text})"))
        .with_help("Split long chains of operators up, or compute a part in a statement of its own.")
}
