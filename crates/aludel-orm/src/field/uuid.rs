//! UUIDs.

use aludel_sql::{Error, ErrorKind, Result, Type, Value, ValueRef};
use uuid::Uuid;

use super::{Field, Options, mismatch, unreadable};

impl Field for Uuid {
    type Base = Uuid;

    fn column_type(_: Options) -> Type {
        Type::Uuid
    }

    fn to_value(&self) -> Value {
        Value::Uuid(*self.as_bytes())
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Uuid(bytes) => Ok(Uuid::from_bytes(bytes)),
            ValueRef::Bytes(bytes) => Uuid::from_slice(bytes).map_err(|_| {
                Error::new(ErrorKind::Decode, format!("expected the 16 bytes of a UUID, found {}", bytes.len()))
            }),
            ValueRef::Text(text) => text.parse().or_else(|_| unreadable("a UUID", text)),
            other => mismatch("a UUID", other),
        }
    }

    fn placeholder() -> Self {
        Uuid::nil()
    }
}
