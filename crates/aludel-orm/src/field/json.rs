//! JSON.

use std::ops::{Deref, DerefMut};

use aludel_sql::{Error, ErrorKind, Result, Type, Value, ValueRef};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{Field, Options, mismatch};

/// Any serde type as the type of a column, stored as JSON: `Json<Vec<String>>`.
///
/// Two columns are equal when their values are: keys are stored in order. Numbers that JSON has not, NaN and the infinities,
/// become `null`, as serde_json has it. What is nested more than 127 deep could not be read again, and is refused; MariaDB takes 31, and
/// MySQL 100. `T` needs a `Default`, which stands in a row until it is given its value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Json<T>(pub T);

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Json<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Json(value)
    }
}

impl<T: Serialize + DeserializeOwned + Default + Clone + Send + Sync + 'static> Field for Json<T> {
    type Base = Json<T>;

    fn column_type(_: Options) -> Type {
        Type::Json
    }

    fn to_value(&self) -> Value {
        match serde_json::to_value(&self.0) {
            Ok(value) if is_within(&value, DEEPEST) => json(value),
            Ok(_) => too_deep(),
            Err(error) => Value::Invalid(format!("the value cannot be written as JSON: {error}")),
        }
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        parse(value).map(Json)
    }

    fn placeholder() -> Self {
        Json(T::default())
    }
}

impl Field for serde_json::Value {
    type Base = serde_json::Value;

    fn column_type(_: Options) -> Type {
        Type::Json
    }

    fn to_value(&self) -> Value {
        if is_within(self, DEEPEST) { json(self.clone()) } else { too_deep() }
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        parse(value)
    }

    fn placeholder() -> Self {
        serde_json::Value::Null
    }
}

/// How deep serde_json reads what is nested.
const DEEPEST: usize = 127;

fn json(mut value: serde_json::Value) -> Value {
    // A program may have told serde_json to keep keys in the order they come in.
    value.sort_all_objects();
    Value::Json(value.to_string())
}

fn too_deep() -> Value {
    Value::Invalid(format!("the JSON is nested more than {DEEPEST} deep, and could not be read again"))
}

/// Whether a value is nested no deeper than this.
fn is_within(value: &serde_json::Value, depth: usize) -> bool {
    match value {
        serde_json::Value::Array(list) => depth > 0 && list.iter().all(|value| is_within(value, depth - 1)),
        serde_json::Value::Object(map) => depth > 0 && map.values().all(|value| is_within(value, depth - 1)),
        _ => true,
    }
}

fn parse<T: DeserializeOwned>(value: ValueRef<'_>) -> Result<T> {
    match value {
        ValueRef::Text(text) => serde_json::from_str(text).map_err(|error| {
            Error::new(ErrorKind::Decode, format!("the JSON does not fit: {error}")).with_source(error)
        }),
        other => mismatch("JSON", other),
    }
}
