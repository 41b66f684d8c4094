//! Values on their way between scripts and the database.

use std::cmp::Ordering;

use aludel_orm::model::FieldDef;
use aludel_sql::{Error, ErrorKind, Result, Value};
use rhai::{Array, Blob, Dynamic, Engine, ImmutableString};

use super::{engine::Fallible, engine::raise};

/// A value that scripts have no type of their own for: a timestamp, a date, a UUID. Its text is that of the database's
/// value: RFC 3339 for a timestamp.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Scalar(pub(super) Value);

impl Scalar {
    /// How it stands to another one. Text is read as a value of the same kind.
    fn compare(&self, other: &Scalar) -> Result<Ordering> {
        let misfit = || {
            let message = format!("{} cannot be compared with {}", self.0.kind(), other.0.kind());
            Error::new(ErrorKind::Usage, message)
        };
        let unreadable = |text: &str| {
            Error::new(ErrorKind::Usage, format!("the text {text:?} is not {}", self.0.kind()))
                .with_help("Write it as this shell prints it: `2026-11-23T03:21:07Z` for a timestamp.")
        };
        macro_rules! compare {
            ($($variant:ident),*) => {
                match (&self.0, &other.0) {
                    $((Value::$variant(a), Value::$variant(b)) => Ok(a.cmp(b)),
                    (Value::$variant(a), Value::Text(text)) => {
                        text.parse().map(|b| a.cmp(&b)).map_err(|_| unreadable(text))
                    })*
                    (a, b) if a == b || a.to_string() == b.to_string() => Ok(Ordering::Equal),
                    (Value::Uuid(a), Value::Uuid(b)) => Ok(a.cmp(b)),
                    _ => Err(misfit()),
                }
            };
        }
        compare!(Date, Time, DateTime, Timestamp)
    }
}

/// What a script sees of a value.
pub(super) fn to_script(value: Value) -> Dynamic {
    match value {
        Value::Null => Dynamic::UNIT,
        Value::Bool(value) => value.into(),
        Value::I64(value) => value.into(),
        Value::F64(value) => value.into(),
        Value::Text(value) | Value::Json(value) => value.into(),
        Value::Bytes(value) => Dynamic::from_blob(value),
        Value::Array(elements) => elements.into_iter().map(to_script).collect::<Array>().into(),
        other => Dynamic::from(Scalar(other)),
    }
}

/// The value of a script's value.
///
/// # Errors
/// It is nothing that a column can hold.
pub(super) fn from_script(value: &Dynamic) -> Result<Value> {
    if value.is_unit() {
        return Ok(Value::Null);
    }
    if let Some(scalar) = value.read_lock::<Scalar>() {
        return Ok(scalar.0.clone());
    }
    if let Some(text) = value.read_lock::<ImmutableString>() {
        return Ok(Value::Text(text.to_string()));
    }
    if let Some(bytes) = value.read_lock::<Blob>() {
        return Ok(Value::Bytes(bytes.clone()));
    }
    if let Some(elements) = value.read_lock::<Array>() {
        return elements.iter().map(from_script).collect::<Result<_>>().map(Value::Array);
    }
    let number = value.as_int().map(Value::I64).or_else(|_| value.as_float().map(Value::F64));
    let other = || value.as_bool().map(Value::Bool).or_else(|_| value.as_char().map(|c| Value::Text(c.to_string())));
    number.or_else(|_| other()).map_err(|_| {
        Error::new(ErrorKind::Usage, format!("a column cannot hold {}", super::print::kind(value)))
            .with_help("Give it text, a number, `true`, `false`, or `()` for NULL.")
    })
}

/// A script's value in the form values of a column have.
///
/// # Errors
/// It does not fit the column.
pub(super) fn for_column(value: &Dynamic, model: &str, field: &FieldDef) -> Result<Value> {
    from_script(value)
        .and_then(|value| field.normalize(value.as_ref()))
        .map_err(|error| error.context(format_args!("`{model}.{}`", field.name)).with_columns([field.column]))
}

/// Comparisons of scalars with each other and with text.
pub(super) fn register(engine: &mut Engine) {
    let text = |text: ImmutableString| Scalar(Value::Text(text.into()));
    macro_rules! operators {
        ($($op:literal => $holds:ident),*) => {$(
            engine
                .register_fn($op, |a: Scalar, b: Scalar| -> Fallible<bool> { Ok(a.compare(&b).map_err(raise)?.$holds()) })
                .register_fn($op, move |a: Scalar, b: ImmutableString| -> Fallible<bool> {
                    Ok(a.compare(&text(b)).map_err(raise)?.$holds())
                })
                .register_fn($op, move |a: ImmutableString, b: Scalar| -> Fallible<bool> {
                    Ok(b.compare(&text(a)).map_err(raise)?.reverse().$holds())
                });
        )*};
    }
    operators!("==" => is_eq, "!=" => is_ne, "<" => is_lt, "<=" => is_le, ">" => is_gt, ">=" => is_ge);
}
