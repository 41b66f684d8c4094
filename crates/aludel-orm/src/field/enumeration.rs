//! Enums without fields.

use aludel_sql::{Error, ErrorKind, Expr, Result, Value, ValueRef, expr::Function};

use super::{Field, mismatch};

/// An enum whose variants are stored by their names. Derive it: `#[derive(DbEnum)]`.
///
/// It is a type of its own on PostgreSQL (`CREATE TYPE … AS ENUM`), an `ENUM` column on MySQL and MariaDB, and text with a check
/// on SQLite. On all of them it compares and sorts in the order of the variants. The first variant stands in a row until it
/// is given its value.
pub trait DbEnum: Field {
    /// The variant's name in the database.
    fn name(&self) -> &'static str;

    /// The variant of this name. [`Field::NAMES`] has all of them.
    fn from_name(name: &str) -> Option<Self>;
}

/// Reads a variant; for generated code.
///
/// # Errors
/// The value is no variant's name.
#[doc(hidden)]
pub fn from_name<T: DbEnum>(value: ValueRef<'_>) -> Result<T> {
    match value {
        ValueRef::Text(text) => T::from_name(text).ok_or_else(|| unknown::<T>(text)),
        other => mismatch("the name of a variant", other),
    }
}

#[cold]
fn unknown<T: DbEnum>(text: &str) -> Error {
    let known: Vec<String> = T::NAMES.iter().map(|name| format!("`{name}`")).collect();
    let text = Value::Text(text.chars().take(40).collect());
    Error::new(ErrorKind::Decode, format!("expected one of {}, found `{text}`", known.join(", ")))
        .with_help("Add a variant of that name, or change the rows that hold it.")
}

/// What compares as the value of a field does: of an enum, its place among the others. For the shell, too.
#[doc(hidden)]
pub fn placed(names: &[&'static str], mut node: Expr) -> Expr {
    match &mut node {
        _ if names.is_empty() => node,
        Expr::Call(Function::EnumLabel, arguments) if !arguments.is_empty() => arguments.swap_remove(0),
        _ => labelled(Function::EnumPlace, names, node),
    }
}

/// The value of a field that was made of what [`placed`] gives.
pub(crate) fn unplaced(names: &[&'static str], node: Expr) -> Expr {
    if names.is_empty() { node } else { labelled(Function::EnumLabel, names, node) }
}

fn labelled(function: Function, names: &[&'static str], node: Expr) -> Expr {
    let labels = names.iter().map(|name| Expr::value(*name));
    Expr::Call(function, std::iter::once(node).chain(labels).collect())
}
