//! The values of a key: what tells rows apart, and what leads from one to another.

use std::{
    fmt,
    hash::{Hash, Hasher},
};

use aludel_sql::Value;

/// A key of one column, kept in place, or of several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    One(Value),
    Many(Box<[Value]>),
}

impl Key {
    /// The key in these columns of a row that `get` reads.
    #[inline]
    pub(crate) fn of(columns: &[usize], get: impl Fn(usize) -> Value) -> Self {
        match *columns {
            [column] => Key::One(get(column)),
            _ => Key::Many(columns.iter().map(|&column| get(column)).collect()),
        }
    }

    pub(crate) fn new(mut values: Vec<Value>) -> Self {
        if values.len() == 1 { Key::One(values.remove(0)) } else { Key::Many(values.into()) }
    }

    pub(crate) fn from_slice(values: &[Value]) -> Self {
        match values {
            [value] => Key::One(value.clone()),
            _ => Key::Many(values.into()),
        }
    }

    /// The values, in the order of the columns.
    pub(crate) fn values(&self) -> &[Value] {
        match self {
            Key::One(value) => std::slice::from_ref(value),
            Key::Many(values) => values,
        }
    }

    /// Whether a part of it is NULL, so that it leads nowhere.
    #[inline]
    pub(crate) fn is_null(&self) -> bool {
        match self {
            Key::One(value) => value.is_null(),
            Key::Many(values) => values.iter().any(Value::is_null),
        }
    }
}

/// A key of one column costs what its value does.
impl Hash for Key {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Key::One(value) => value.hash(state),
            Key::Many(values) => values.iter().for_each(|value| value.hash(state)),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, value) in self.values().iter().enumerate() {
            f.write_str(if i == 0 { "" } else { ", " })?;
            write!(f, "{value}")?;
        }
        Ok(())
    }
}
