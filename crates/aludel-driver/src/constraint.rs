//! What all databases say alike of a row that a constraint refused.

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
