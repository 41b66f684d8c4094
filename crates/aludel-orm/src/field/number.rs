//! Booleans, integers and floating-point numbers.

use aludel_sql::{Error, ErrorKind, Result, Type, Value, ValueRef};

use super::{Field, Options, Shape, mismatch};

impl Field for bool {
    type Base = bool;

    fn column_type(_: Options) -> Type {
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
            const SHAPE: Shape = Shape::Integer { least: fitting(<$ty>::MIN as i128), greatest: fitting(<$ty>::MAX as i128) };

            fn column_type(_: Options) -> Type {
                Type::$variant
            }

            fn to_value(&self) -> Value {
                integer(*self)
            }

            fn from_value(value: ValueRef<'_>) -> Result<Self> {
                match value {
                    ValueRef::I64(value) => <$ty>::try_from(value).map_err(|_| {
                        Error::new(ErrorKind::Decode, format!(concat!("{} does not fit ", $name), value))
                            .with_help("Correct it with SQL of your own, or give the field a wider type.")
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

// Signed types only, as not every database has others: each in the narrowest that holds all of its values.
integers! {
    i8 => SmallInt, "an i8";
    i16 => SmallInt, "an i16";
    i32 => Integer, "an i32";
    i64 => BigInt, "an i64";
    u8 => SmallInt, "a u8";
    u16 => Integer, "a u16";
    u32 => BigInt, "a u32";
    u64 => BigInt, "a u64";
}

/// The nearest that a BIGINT can hold.
const fn fitting(number: i128) -> i64 {
    if number > i64::MAX as i128 { i64::MAX } else { number as i64 }
}

fn integer<T: Copy + std::fmt::Display + TryInto<i64>>(value: T) -> Value {
    match value.try_into() {
        Ok(value) => Value::I64(value),
        Err(_) => Value::Invalid(format!("{value} is more than the {} a BIGINT can hold", i64::MAX)),
    }
}

impl Field for f64 {
    type Base = f64;

    fn column_type(_: Options) -> Type {
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

    fn column_type(_: Options) -> Type {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_does_not_fit_is_an_error() {
        assert!(i16::from_value(ValueRef::I64(40_000)).is_err());
        assert!(u64::from_value(ValueRef::I64(-1)).is_err());
        assert!(bool::from_value(ValueRef::I64(2)).is_err());
    }

    #[test]
    fn an_unsigned_integer_is_exact_or_refused() {
        assert_eq!((i64::MAX as u64).to_value(), Value::I64(i64::MAX));
        let error = u64::MAX.to_value().check().unwrap_err();
        assert_eq!(error.message(), "18446744073709551615 is more than the 9223372036854775807 a BIGINT can hold");
    }
}
