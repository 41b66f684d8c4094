//! Enums without fields.

use aludel_sql::{Error, ErrorKind, Result, Value, ValueRef};

use super::{Field, mismatch};

/// An enum whose variants are stored by their names. Derive it: `#[derive(DbEnum)]`.
///
/// The column is text with a check constraint that holds it to the names, on every database; it sorts by name. The first
/// variant stands in a row until it is given its value.
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
