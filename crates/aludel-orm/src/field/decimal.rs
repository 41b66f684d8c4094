//! Exact decimals.

use aludel_sql::{Error, ErrorKind, Result, Type, Value, ValueRef};
use rust_decimal::Decimal;

use super::{Field, Options, Precision, Shape, mismatch, unreadable};

/// A model gives the column a `precision` and a `scale`. The type itself has at most 28 digits.
impl Field for Decimal {
    type Base = Decimal;
    const SHAPE: Shape = Shape::Decimal;

    fn column_type(options: Options) -> Type {
        // The derive sees to it that a model says a precision.
        options.precision.unwrap_or(Precision { precision: 28, scale: 10 }).column_type()
    }

    fn to_value(&self) -> Value {
        Value::Decimal(self.to_string())
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::I64(value) => Ok(value.into()),
            // The shortest decimal that is this double: the one that was stored, up to 15 digits.
            ValueRef::F64(value) => exact(&value.to_string()),
            ValueRef::Text(text) => exact(text),
            other => mismatch("a decimal number", other),
        }
    }

    fn placeholder() -> Self {
        Decimal::ZERO
    }
}

fn exact(text: &str) -> Result<Decimal> {
    if let Ok(decimal) = Decimal::from_str_exact(text) {
        return Ok(decimal);
    }
    let trimmed = if text.contains('.') { text.trim_end_matches('0') } else { text };
    match Decimal::from_str_exact(trimmed) {
        Ok(decimal) => Ok(decimal),
        Err(rust_decimal::Error::ErrorString(_)) => unreadable("a decimal number", text),
        Err(_) => Err(Error::new(ErrorKind::Decode, format!("{text} has more digits than a Decimal can hold"))),
    }
}
