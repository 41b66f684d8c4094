//! Spans of time, stored as a number of microseconds. What is finer is cut off.

use std::time::Duration;

use aludel_sql::{Error, ErrorKind, Result, Type, Value, ValueRef};
use jiff::SignedDuration;

use super::{Field, Options};

impl Field for SignedDuration {
    type Base = SignedDuration;

    fn column_type(_: Options) -> Type {
        Type::BigInt
    }

    fn to_value(&self) -> Value {
        micros(self.as_micros(), &format_args!("{self:#}"))
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        i64::from_value(value).map(SignedDuration::from_micros)
    }

    fn placeholder() -> Self {
        SignedDuration::ZERO
    }
}

impl Field for Duration {
    type Base = Duration;

    fn column_type(_: Options) -> Type {
        Type::BigInt
    }

    fn to_value(&self) -> Value {
        micros(self.as_micros(), &format_args!("{self:?}"))
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        let micros = i64::from_value(value)?;
        u64::try_from(micros).map(Duration::from_micros).map_err(|_| {
            Error::new(ErrorKind::Decode, format!("{micros} microseconds are no Duration, which is never negative"))
        })
    }

    fn placeholder() -> Self {
        Duration::ZERO
    }
}

fn micros(micros: impl TryInto<i64>, shown: &dyn std::fmt::Display) -> Value {
    match micros.try_into() {
        Ok(micros) => Value::I64(micros),
        Err(_) => Value::Invalid(format!("{shown} is longer than the {} microseconds a BIGINT can hold", i64::MAX)),
    }
}
