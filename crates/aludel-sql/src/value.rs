//! Values on their way to a database, and on their way back.

use std::{
    fmt,
    hash::{Hash, Hasher},
};

use jiff::{Timestamp, civil};

use crate::error::{Error, ErrorKind, Result};

/// A value bound to a statement, or kept by the session to see what changed.
///
/// Equality is that of what would be stored: a NaN equals itself, `1.50` equals `1.5`, and `0.0` differs from `-0.0`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum Value {
    /// SQL's NULL.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// An integer of any width.
    I64(i64),
    /// A floating-point number.
    F64(f64),
    /// An exact decimal number in plain notation: `-12.50`.
    Decimal(String),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A day of the calendar.
    Date(civil::Date),
    /// A time of day.
    Time(civil::Time),
    /// A date and a time of day in no particular zone.
    DateTime(civil::DateTime),
    /// An instant.
    Timestamp(Timestamp),
    /// A UUID, most significant byte first.
    Uuid([u8; 16]),
    /// JSON text.
    Json(String),
    /// The elements of an array: values of one kind, or NULL.
    Array(Vec<Value>),
    /// No value: why the one that was given cannot be stored. It is kept until something would send it, which is an error.
    Invalid(String),
}

/// A value as a database hands it out: borrowed where it can be, and in whatever form that database stores it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum ValueRef<'a> {
    /// SQL's NULL.
    Null,
    /// True or false, from a database that has them.
    Bool(bool),
    /// An integer.
    I64(i64),
    /// A floating-point number.
    F64(f64),
    /// Text, and all that a database gives as text.
    Text(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
    /// A day of the calendar.
    Date(civil::Date),
    /// A time of day.
    Time(civil::Time),
    /// A date and a time of day.
    DateTime(civil::DateTime),
    /// An instant.
    Timestamp(Timestamp),
    /// A UUID.
    Uuid([u8; 16]),
    /// The elements of an array.
    Array(&'a [Value]),
    /// No value: why there is none. Never from a database.
    Invalid(&'a str),
}

impl Value {
    /// Whether this is NULL.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// What the value is, for a message: "text", "an integer".
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "NULL",
            Value::Bool(_) => "a boolean",
            Value::I64(_) => "an integer",
            Value::F64(_) => "a floating-point number",
            Value::Decimal(_) => "a decimal number",
            Value::Text(_) => "text",
            Value::Bytes(_) => "bytes",
            Value::Date(_) => "a date",
            Value::Time(_) => "a time",
            Value::DateTime(_) => "a date and time",
            Value::Timestamp(_) => "a timestamp",
            Value::Uuid(_) => "a UUID",
            Value::Json(_) => "JSON",
            Value::Array(_) => "an array",
            Value::Invalid(_) => "a value that cannot be stored",
        }
    }

    /// Says whether the value can be stored.
    ///
    /// # Errors
    /// It cannot ([`ErrorKind::Unsupported`]), and why.
    pub fn check(&self) -> Result<()> {
        match self {
            Value::Invalid(why) => Err(Error::new(ErrorKind::Unsupported, why.clone())
                .with_help("Give a value that the column's type can hold.")),
            Value::Array(elements) => elements.iter().try_for_each(Value::check),
            _ => Ok(()),
        }
    }

    /// How many digits a decimal number has after the point: none, if it is anything else.
    pub(crate) fn scale(&self) -> usize {
        match self {
            Value::Decimal(digits) => digits.split_once('.').map_or(0, |(_, fraction)| fraction.len()),
            _ => 0,
        }
    }

    /// The same value, borrowed.
    pub fn as_ref(&self) -> ValueRef<'_> {
        match self {
            Value::Null => ValueRef::Null,
            Value::Bool(v) => ValueRef::Bool(*v),
            Value::I64(v) => ValueRef::I64(*v),
            Value::F64(v) => ValueRef::F64(*v),
            Value::Decimal(v) | Value::Text(v) | Value::Json(v) => ValueRef::Text(v),
            Value::Bytes(v) => ValueRef::Bytes(v),
            Value::Date(v) => ValueRef::Date(*v),
            Value::Time(v) => ValueRef::Time(*v),
            Value::DateTime(v) => ValueRef::DateTime(*v),
            Value::Timestamp(v) => ValueRef::Timestamp(*v),
            Value::Uuid(v) => ValueRef::Uuid(*v),
            Value::Array(v) => ValueRef::Array(v),
            Value::Invalid(v) => ValueRef::Invalid(v),
        }
    }
}

impl ValueRef<'_> {
    /// What the value is, for a message: "text", "an integer".
    pub fn kind(&self) -> &'static str {
        match self {
            ValueRef::Null => "NULL",
            ValueRef::Bool(_) => "a boolean",
            ValueRef::I64(_) => "an integer",
            ValueRef::F64(_) => "a floating-point number",
            ValueRef::Text(_) => "text",
            ValueRef::Bytes(_) => "bytes",
            ValueRef::Date(_) => "a date",
            ValueRef::Time(_) => "a time",
            ValueRef::DateTime(_) => "a date and time",
            ValueRef::Timestamp(_) => "a timestamp",
            ValueRef::Uuid(_) => "a UUID",
            ValueRef::Array(_) => "an array",
            ValueRef::Invalid(_) => "a value that cannot be stored",
        }
    }

    /// A copy to keep. All that a database gives as text is text.
    pub fn to_value(self) -> Value {
        match self {
            ValueRef::Null => Value::Null,
            ValueRef::Bool(v) => Value::Bool(v),
            ValueRef::I64(v) => Value::I64(v),
            ValueRef::F64(v) => Value::F64(v),
            ValueRef::Text(v) => Value::Text(v.to_owned()),
            ValueRef::Bytes(v) => Value::Bytes(v.to_owned()),
            ValueRef::Date(v) => Value::Date(v),
            ValueRef::Time(v) => Value::Time(v),
            ValueRef::DateTime(v) => Value::DateTime(v),
            ValueRef::Timestamp(v) => Value::Timestamp(v),
            ValueRef::Uuid(v) => Value::Uuid(v),
            ValueRef::Array(v) => Value::Array(v.to_owned()),
            ValueRef::Invalid(why) => Value::Invalid(why.to_owned()),
        }
    }
}

/// Digits without a needless sign, leading zeros, or zeros after the point: the form decimals are compared in.
fn normal_decimal(text: &str) -> (bool, &str, &str) {
    let (negative, digits) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    (negative && !(whole.is_empty() && fraction.is_empty()), whole, fraction)
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::I64(a), Value::I64(b)) => a == b,
            (Value::F64(a), Value::F64(b)) => a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()),
            (Value::Decimal(a), Value::Decimal(b)) => normal_decimal(a) == normal_decimal(b),
            (Value::Text(a), Value::Text(b))
            | (Value::Json(a), Value::Json(b))
            | (Value::Invalid(a), Value::Invalid(b)) => a == b,
            (Value::Bytes(a), Value::Bytes(b)) => a == b,
            (Value::Date(a), Value::Date(b)) => a == b,
            (Value::Time(a), Value::Time(b)) => a == b,
            (Value::DateTime(a), Value::DateTime(b)) => a == b,
            (Value::Timestamp(a), Value::Timestamp(b)) => a == b,
            (Value::Uuid(a), Value::Uuid(b)) => a == b,
            (Value::Array(a), Value::Array(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Value {}

impl Hash for Value {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Value::Null => {}
            Value::Bool(v) => v.hash(state),
            Value::I64(v) => v.hash(state),
            Value::F64(v) => if v.is_nan() { f64::NAN.to_bits() } else { v.to_bits() }.hash(state),
            Value::Decimal(v) => normal_decimal(v).hash(state),
            Value::Text(v) | Value::Json(v) | Value::Invalid(v) => v.hash(state),
            Value::Bytes(v) => v.hash(state),
            Value::Date(v) => v.hash(state),
            Value::Time(v) => v.hash(state),
            Value::DateTime(v) => v.hash(state),
            Value::Timestamp(v) => v.hash(state),
            Value::Uuid(v) => v.hash(state),
            Value::Array(v) => v.hash(state),
        }
    }
}

/// As a person writes it, without quotes: what a template or the shell prints.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("NULL"),
            Value::Bool(v) => v.fmt(f),
            Value::I64(v) => v.fmt(f),
            Value::F64(v) => v.fmt(f),
            Value::Decimal(v) | Value::Text(v) | Value::Json(v) => v.fmt(f),
            Value::Invalid(why) => write!(f, "<{why}>"),
            Value::Bytes(v) => write!(f, "<{} bytes>", v.len()),
            Value::Date(v) => v.fmt(f),
            Value::Time(v) => v.fmt(f),
            Value::DateTime(v) => v.fmt(f),
            Value::Timestamp(v) => v.fmt(f),
            Value::Array(v) => {
                f.write_str("[")?;
                for (i, element) in v.iter().enumerate() {
                    write!(f, "{}{element}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str("]")
            }
            Value::Uuid(v) => {
                for (i, byte) in v.iter().enumerate() {
                    if matches!(i, 4 | 6 | 8 | 10) {
                        f.write_str("-")?;
                    }
                    write!(f, "{byte:02x}")?;
                }
                Ok(())
            }
        }
    }
}

macro_rules! value_from {
    ($($from:ty => $variant:ident $(as $to:ty)?),* $(,)?) => {$(
        impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Value::$variant(value $(as $to)?)
            }
        }
    )*};
}

value_from! {
    bool => Bool, i8 => I64 as i64, i16 => I64 as i64, i32 => I64 as i64, i64 => I64, u8 => I64 as i64, u16 => I64 as i64,
    u32 => I64 as i64, f32 => F64 as f64, f64 => F64, String => Text, Vec<u8> => Bytes, civil::Date => Date,
    civil::Time => Time, civil::DateTime => DateTime, Timestamp => Timestamp,
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Value::Text(value.to_owned())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equality_is_that_of_what_is_stored() {
        assert_eq!(Value::F64(f64::NAN), Value::F64(-f64::NAN));
        assert_ne!(Value::F64(0.0), Value::F64(-0.0));
        assert_eq!(Value::Decimal("1.50".into()), Value::Decimal("+01.5".into()));
        assert_eq!(Value::Decimal("-0.00".into()), Value::Decimal("0".into()));
        assert_ne!(Value::Decimal("-1".into()), Value::Decimal("1".into()));
        assert_ne!(Value::Text("1".into()), Value::I64(1));
    }

    #[test]
    fn a_uuid_prints_in_groups() {
        assert_eq!(Value::Uuid([0xab; 16]).to_string(), "abababab-abab-abab-abab-abababababab");
    }
}
