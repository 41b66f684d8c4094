//! Arrays, on databases that have them.

use aludel_sql::{Result, Type, Value, ValueRef};

use super::{Field, IntoField, Options, Shape, mismatch};

/// A type of which a column can hold many: `Vec<i64>`, `Vec<Option<String>>`.
///
/// All plain types of columns are such, but `u8`: a `Vec<u8>` is bytes. A type of your own becomes one by saying so,
/// `impl Element for Tag {}`, unless it is stored as JSON or as an array itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of an array's elements",
    label = "no array of these is known",
    note = "elements are bool, integers but u8, floats, String, Vec<u8>, dates and times, or an Option of one of these; anything else, and arrays of arrays, go into `Json<Vec<…>>`",
    note = "a type of your own that is stored as one of these needs `impl Element for {Self} {{}}`"
)]
pub trait Element: Field {}

macro_rules! elements {
    ($($ty:ty),* $(,)?) => {$(
        impl Element for $ty {}
    )*};
}

elements! {
    bool, i8, i16, i32, i64, u16, u32, u64, f32, f64, String, Vec<u8>, std::time::Duration, jiff::SignedDuration,
    jiff::civil::Date, jiff::civil::Time, jiff::civil::DateTime, jiff::Timestamp,
}
#[cfg(feature = "decimal")]
elements!(rust_decimal::Decimal);
#[cfg(feature = "uuid")]
elements!(uuid::Uuid);
#[cfg(feature = "chrono")]
elements!(chrono::NaiveDate, chrono::NaiveTime, chrono::NaiveDateTime, chrono::DateTime<chrono::Utc>);
#[cfg(feature = "time")]
elements!(time::Date, time::Time, time::PrimitiveDateTime, time::OffsetDateTime);

impl<T: Element<Base = T>> Element for Option<T> {}

/// An array. `length`, `precision` and `scale` are those of its elements.
impl<T: Element> Field for Vec<T> {
    type Base = Vec<T>;
    const SHAPE: Shape = match T::SHAPE {
        Shape::Integer { .. } => Shape::Plain,
        other => other,
    };

    fn column_type(options: Options) -> Type {
        Type::Array(Box::new(T::column_type(options)))
    }

    fn to_value(&self) -> Value {
        let mut elements = Vec::with_capacity(self.len());
        for element in self {
            match element.to_value() {
                invalid @ Value::Invalid(_) => return invalid,
                value => elements.push(value),
            }
        }
        Value::Array(elements)
    }

    fn is_value(&self, value: &Value) -> bool {
        let Value::Array(elements) = value else { return false };
        self.len() == elements.len() && self.iter().zip(elements).all(|(own, element)| own.is_value(element))
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        let ValueRef::Array(elements) = value else { return mismatch("an array", value) };
        let element = |(place, element): (usize, &Value)| {
            T::from_value(element.as_ref()).map_err(|error| error.context(format_args!("element {place}")))
        };
        (1..).zip(elements).map(element).collect()
    }

    fn placeholder() -> Self {
        Vec::new()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Element, F: IntoField<T>, const N: usize> IntoField<Vec<T>> for [F; N] {
    fn into_field(self) -> Vec<T> {
        self.into_iter().map(F::into_field).collect()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Element, F: IntoField<T>, const N: usize> IntoField<Option<Vec<T>>> for [F; N] {
    fn into_field(self) -> Option<Vec<T>> {
        Some(self.into_field())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_has_the_type_of_its_elements() {
        let options = Options { length: Some(64), ..Options::default() };
        assert_eq!(<Vec<Option<String>>>::column_type(options).to_string(), "VARCHAR(64) ARRAY");
        assert_eq!(<Vec<Vec<u8>>>::column_type(Options::default()).to_string(), "BLOB ARRAY");
        assert_eq!(<Option<Vec<u16>>>::column_type(Options::default()).to_string(), "INTEGER ARRAY");
        assert_eq!(<Vec<u8>>::column_type(Options::default()), Type::Blob);
    }

    #[test]
    fn an_element_that_does_not_fit_is_named() {
        let elements = [Value::I64(1), Value::Null];
        let error = <Vec<i64>>::from_value(ValueRef::Array(&elements)).unwrap_err();
        assert_eq!(error.message(), "element 2: expected an integer, found NULL");
        assert_eq!(<Vec<Option<i64>>>::from_value(ValueRef::Array(&elements)).unwrap(), [Some(1), None]);
        assert_eq!(<Vec<u64>>::to_value(&vec![1, u64::MAX]), u64::MAX.to_value());
        assert!(vec![Some(1_i64), None].is_value(&Value::Array(elements.to_vec())));
    }
}
