//! The Rust types a column can have.

use std::borrow::Cow;

use aludel_driver::Row;
use aludel_sql::{Error, ErrorKind, Result, Type, Value, ValueRef};
use jiff::{SignedDuration, Timestamp, Unit, civil, tz::Offset};

/// A Rust type that a column can have: how it is declared, bound and read.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a column",
    label = "no database type is known for this",
    note = "columns are bool, i16, i32, i64, f32, f64, String, Vec<u8>, a type of `jiff`, or an Option of one of these"
)]
pub trait Field: Clone + Send + Sync + Sized + 'static {
    /// The type expressions over the column have: `T` for `Option<T>`.
    type Base;

    /// Whether the column can be NULL.
    const NULLABLE: bool;

    /// The column's type, given the length the model says.
    fn column_type(length: Option<u32>) -> Type;

    /// The value as it is bound, rounded to what is stored: timestamps to microseconds.
    fn to_value(&self) -> Value;

    /// The value read from a database.
    ///
    /// # Errors
    /// The database's value is not one of this type.
    fn from_value(value: ValueRef<'_>) -> Result<Self>;

    /// What a field holds until the database has given it a value.
    fn placeholder() -> Self;

    /// Reads column number `column` of a row; `name` is for the error.
    #[doc(hidden)]
    fn read(row: &dyn Row, column: usize, name: &'static str) -> Result<Self> {
        row.get(column).and_then(Self::from_value).map_err(|error| misfit(error, name))
    }

    /// Takes on a value; `name` is for the error.
    #[doc(hidden)]
    fn write(&mut self, value: &Value, name: &'static str) -> Result<()> {
        *self = Self::from_value(value.as_ref()).map_err(|error| misfit(error, name))?;
        Ok(())
    }
}

#[cold]
fn misfit(error: Error, name: &'static str) -> Error {
    if error.kind() == ErrorKind::Decode { error.context(format_args!("column `{name}`")) } else { error }
}

/// A value that can be given to a column of type `T`: see [`new!`](https://docs.rs/aludel).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored in a column of type `{T}`",
    label = "expected a value that converts to `{T}`"
)]
pub trait IntoField<T> {
    /// The column's value.
    fn into_field(self) -> T;
}

fn mismatch<T>(expected: &str, value: ValueRef<'_>) -> Result<T> {
    Err(Error::new(ErrorKind::Decode, format!("expected {expected}, found {}", value.kind())))
}

fn unreadable<T>(expected: &str, text: &str) -> Result<T> {
    let text: String = text.chars().take(40).collect();
    Err(Error::new(ErrorKind::Decode, format!("expected {expected}, found the text {text:?}")))
}

macro_rules! fields {
    ($($ty:ty: $($from:ty),*;)*) => {$(
        impl IntoField<$ty> for $ty {
            fn into_field(self) -> $ty { self }
        }
        impl IntoField<Option<$ty>> for $ty {
            fn into_field(self) -> Option<$ty> { Some(self) }
        }
        impl IntoField<Option<$ty>> for Option<$ty> {
            fn into_field(self) -> Option<$ty> { self }
        }
        impl Field for Option<$ty> {
            type Base = $ty;
            const NULLABLE: bool = true;
            fn column_type(length: Option<u32>) -> Type { <$ty>::column_type(length) }
            fn to_value(&self) -> Value { self.as_ref().map_or(Value::Null, Field::to_value) }
            fn from_value(value: ValueRef<'_>) -> Result<Self> {
                if value == ValueRef::Null { Ok(None) } else { <$ty>::from_value(value).map(Some) }
            }
            fn placeholder() -> Self { None }
        }
        $(
            impl IntoField<$ty> for $from {
                fn into_field(self) -> $ty { self.into() }
            }
            impl IntoField<Option<$ty>> for $from {
                fn into_field(self) -> Option<$ty> { Some(self.into()) }
            }
            impl IntoField<Option<$ty>> for Option<$from> {
                fn into_field(self) -> Option<$ty> { self.map(Into::into) }
            }
        )*
    )*};
}

fields! {
    bool:;
    i16:;
    i32:;
    i64:;
    f32:;
    f64:;
    String: &str, &String, Cow<'_, str>, Box<str>, char;
    Vec<u8>: &[u8];
    civil::Date:;
    civil::Time:;
    civil::DateTime:;
    Timestamp:;
}

impl Field for bool {
    type Base = bool;
    const NULLABLE: bool = false;

    fn column_type(_: Option<u32>) -> Type {
        Type::Boolean
    }

    fn to_value(&self) -> Value {
        Value::Bool(*self)
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Bool(value) => Ok(value),
            ValueRef::I64(0) => Ok(false),
            ValueRef::I64(1) => Ok(true),
            other => mismatch("a boolean", other),
        }
    }

    fn placeholder() -> Self {
        false
    }
}

macro_rules! integers {
    ($($ty:ty => $variant:ident, $name:literal;)*) => {$(
        impl Field for $ty {
            type Base = $ty;
            const NULLABLE: bool = false;

            fn column_type(_: Option<u32>) -> Type {
                Type::$variant
            }

            fn to_value(&self) -> Value {
                Value::I64((*self).into())
            }

            fn from_value(value: ValueRef<'_>) -> Result<Self> {
                match value {
                    ValueRef::I64(value) => <$ty>::try_from(value).map_err(|_| {
                        Error::new(ErrorKind::Decode, format!(concat!("{} does not fit ", $name), value))
                    }),
                    other => mismatch("an integer", other),
                }
            }

            fn placeholder() -> Self {
                0
            }
        }
    )*};
}

integers! {
    i16 => SmallInt, "an i16";
    i32 => Integer, "an i32";
    i64 => BigInt, "an i64";
}

impl Field for f64 {
    type Base = f64;
    const NULLABLE: bool = false;

    fn column_type(_: Option<u32>) -> Type {
        Type::Double
    }

    fn to_value(&self) -> Value {
        Value::F64(*self)
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::F64(value) => Ok(value),
            // SQLite stores whole numbers as integers wherever the column's affinity lets it.
            ValueRef::I64(value) => Ok(value as f64),
            other => mismatch("a number", other),
        }
    }

    fn placeholder() -> Self {
        0.0
    }
}

impl Field for f32 {
    type Base = f32;
    const NULLABLE: bool = false;

    fn column_type(_: Option<u32>) -> Type {
        Type::Real
    }

    fn to_value(&self) -> Value {
        Value::F64((*self).into())
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        f64::from_value(value).map(|value| value as f32)
    }

    fn placeholder() -> Self {
        0.0
    }
}

impl Field for String {
    type Base = String;
    const NULLABLE: bool = false;

    fn column_type(length: Option<u32>) -> Type {
        length.map_or(Type::Text, Type::VarChar)
    }

    fn to_value(&self) -> Value {
        Value::Text(self.clone())
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Text(value) => Ok(value.to_owned()),
            other => mismatch("text", other),
        }
    }

    fn placeholder() -> Self {
        String::new()
    }
}

impl Field for Vec<u8> {
    type Base = Vec<u8>;
    const NULLABLE: bool = false;

    fn column_type(length: Option<u32>) -> Type {
        length.map_or(Type::Blob, Type::VarBinary)
    }

    fn to_value(&self) -> Value {
        Value::Bytes(self.clone())
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Bytes(value) => Ok(value.to_owned()),
            other => mismatch("bytes", other),
        }
    }

    fn placeholder() -> Self {
        Vec::new()
    }
}

impl Field for civil::Date {
    type Base = civil::Date;
    const NULLABLE: bool = false;

    fn column_type(_: Option<u32>) -> Type {
        Type::Date
    }

    fn to_value(&self) -> Value {
        Value::Date(*self)
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Date(value) => Ok(value),
            ValueRef::Text(text) => text.parse().or_else(|_| unreadable("a date", text)),
            other => mismatch("a date", other),
        }
    }

    fn placeholder() -> Self {
        civil::Date::constant(1970, 1, 1)
    }
}

impl Field for civil::Time {
    type Base = civil::Time;
    const NULLABLE: bool = false;

    fn column_type(_: Option<u32>) -> Type {
        Type::Time
    }

    fn to_value(&self) -> Value {
        let nanos = self.subsec_nanosecond();
        Value::Time(*self - SignedDuration::from_nanos((nanos % 1000).into()))
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Time(value) => Ok(value),
            ValueRef::Text(text) => text.parse().or_else(|_| unreadable("a time", text)),
            other => mismatch("a time", other),
        }
    }

    fn placeholder() -> Self {
        civil::Time::midnight()
    }
}

impl Field for civil::DateTime {
    type Base = civil::DateTime;
    const NULLABLE: bool = false;

    fn column_type(_: Option<u32>) -> Type {
        Type::DateTime
    }

    fn to_value(&self) -> Value {
        Value::DateTime(civil::DateTime::from_parts(self.date(), truncated(self.time())))
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::DateTime(value) => Ok(value),
            ValueRef::Text(text) => text.parse().or_else(|_| unreadable("a date and time", text)),
            other => mismatch("a date and time", other),
        }
    }

    fn placeholder() -> Self {
        civil::DateTime::constant(1970, 1, 1, 0, 0, 0, 0)
    }
}

impl Field for Timestamp {
    type Base = Timestamp;
    const NULLABLE: bool = false;

    fn column_type(_: Option<u32>) -> Type {
        Type::Timestamp
    }

    fn to_value(&self) -> Value {
        // Towards the past, so that a time that was "now" when it was taken does not lie in the future when read.
        let micros = self.as_nanosecond().div_euclid(1000);
        Value::Timestamp(i64::try_from(micros).ok().and_then(|m| Timestamp::from_microsecond(m).ok()).unwrap_or(*self))
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Timestamp(value) => Ok(value),
            ValueRef::Text(text) => timestamp(text),
            other => mismatch("a timestamp", other),
        }
    }

    fn placeholder() -> Self {
        Timestamp::UNIX_EPOCH
    }
}

fn truncated(time: civil::Time) -> civil::Time {
    time.round(jiff::civil::TimeRound::new().smallest(Unit::Microsecond).mode(jiff::RoundMode::Trunc)).unwrap_or(time)
}

/// Text without an offset is UTC: the form stored on SQLite, by Aludel and by SQLAlchemy alike.
fn timestamp(text: &str) -> Result<Timestamp> {
    if let Ok(civil) = text.parse::<civil::DateTime>()
        && !text.ends_with(['Z', 'z'])
        && let Ok(instant) = Offset::UTC.to_timestamp(civil)
        && !has_offset(text)
    {
        return Ok(instant);
    }
    text.parse().or_else(|_| unreadable("a timestamp", text))
}

fn has_offset(text: &str) -> bool {
    text.get(10..).is_some_and(|time| time.contains(['+', '-']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_are_rounded_to_what_is_stored() {
        let fine: Timestamp = "2026-11-23T03:21:07.123456789Z".parse().unwrap();
        let stored: Timestamp = "2026-11-23T03:21:07.123456Z".parse().unwrap();
        assert_eq!(fine.to_value(), Value::Timestamp(stored));
        let before: Timestamp = "1969-12-31T23:59:59.999999999Z".parse().unwrap();
        assert_eq!(before.to_value(), Value::Timestamp("1969-12-31T23:59:59.999999Z".parse().unwrap()));
    }

    #[test]
    fn timestamps_are_read_in_every_form_a_sqlite_file_has_them_in() {
        let expected: Timestamp = "2026-11-23T03:21:07.5Z".parse().unwrap();
        for text in ["2026-11-23 03:21:07.500000", "2026-11-23T03:21:07.5Z", "2026-11-23 05:21:07.5+02:00"] {
            assert_eq!(Timestamp::from_value(ValueRef::Text(text)).unwrap(), expected, "{text}");
        }
        assert!(Timestamp::from_value(ValueRef::Text("yesterday")).is_err());
    }

    #[test]
    fn a_value_that_does_not_fit_is_an_error() {
        assert!(i16::from_value(ValueRef::I64(40_000)).is_err());
        assert!(bool::from_value(ValueRef::I64(2)).is_err());
        assert!(String::from_value(ValueRef::Null).is_err());
        assert_eq!(Option::<String>::from_value(ValueRef::Null).unwrap(), None);
    }
}
