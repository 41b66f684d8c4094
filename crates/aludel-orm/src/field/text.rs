//! Text and bytes.

use std::borrow::Cow;

use aludel_sql::{Result, Type, Value, ValueRef};

use super::{Field, IntoField, Options, Shape, mismatch};

macro_rules! conversions {
    ($($ty:ty: $($from:ty),*;)*) => {$($(
        #[diagnostic::do_not_recommend]
        impl IntoField<$ty> for $from {
            fn into_field(self) -> $ty { self.into() }
        }
        #[diagnostic::do_not_recommend]
        impl IntoField<Option<$ty>> for $from {
            fn into_field(self) -> Option<$ty> { Some(self.into()) }
        }
        #[diagnostic::do_not_recommend]
        impl IntoField<Option<$ty>> for Option<$from> {
            fn into_field(self) -> Option<$ty> { self.map(Into::into) }
        }
    )*)*};
}

conversions! {
    String: &str, &String, Cow<'_, str>, Box<str>, char;
    Vec<u8>: &[u8];
}

impl Field for String {
    type Base = String;
    const SHAPE: Shape = Shape::Length;

    fn column_type(options: Options) -> Type {
        options.length.map_or(Type::Text, Type::VarChar)
    }

    fn to_value(&self) -> Value {
        Value::Text(self.clone())
    }

    fn is_value(&self, value: &Value) -> bool {
        matches!(value, Value::Text(text) if text == self)
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
    const SHAPE: Shape = Shape::Length;

    fn column_type(options: Options) -> Type {
        options.length.map_or(Type::Blob, Type::VarBinary)
    }

    fn to_value(&self) -> Value {
        Value::Bytes(self.clone())
    }

    fn is_value(&self, value: &Value) -> bool {
        matches!(value, Value::Bytes(bytes) if bytes == self)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_option_holds_null() {
        assert!(String::from_value(ValueRef::Null).is_err());
        assert_eq!(Option::<String>::from_value(ValueRef::Null).unwrap(), None);
    }
}
