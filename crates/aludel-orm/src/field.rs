//! The Rust types a column can have.

mod array;
mod duration;
mod enumeration;
mod erased;
mod number;
mod precision;
mod temporal;
mod text;

#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "decimal")]
mod decimal;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "time")]
mod time;
#[cfg(feature = "uuid")]
mod uuid;

pub use array::Element;
pub use enumeration::DbEnum;
#[cfg(feature = "json")]
pub use json::Json;
pub use precision::Precision;

#[doc(hidden)]
pub use enumeration::from_name;
#[doc(hidden)]
pub use enumeration::placed;
pub(crate) use enumeration::unplaced;
#[doc(hidden)]
pub use erased::{AnyField, Values};
pub(crate) use erased::{Definitions, Placeholders, RowValues, misfit, read};

use aludel_sql::{Error, ErrorKind, Result, Type, Value, ValueRef};

/// A Rust type that a column can have: how it is declared, bound and read.
///
/// A type of your own around one of these takes a derive, `#[derive(Field)]`; an enum without fields takes
/// `#[derive(DbEnum)]`. Anything else is written out, and then works everywhere: in models, in `new!`, in conditions.
///
/// ```
/// use aludel_orm::{Field, field::{Options, Shape}};
/// use aludel_sql::{Result, Type, Value, ValueRef};
///
/// /// A colour, stored as `#ff8000`.
/// #[derive(Clone, Debug, PartialEq)]
/// struct Colour([u8; 3]);
///
/// impl Field for Colour {
///     type Base = Self;
///
///     fn column_type(_: Options) -> Type {
///         Type::VarChar(7)
///     }
///
///     fn to_value(&self) -> Value {
///         let Colour([r, g, b]) = self;
///         Value::Text(format!("#{r:02x}{g:02x}{b:02x}"))
///     }
///
///     fn from_value(value: ValueRef<'_>) -> Result<Self> {
///         let text = String::from_value(value)?;
///         let digits = text.strip_prefix('#').and_then(|digits| u32::from_str_radix(digits, 16).ok());
///         let [_, r, g, b] = digits.unwrap_or_default().to_be_bytes();
///         Ok(Colour([r, g, b]))
///     }
///
///     fn placeholder() -> Self {
///         Colour([0; 3])
///     }
/// }
///
/// assert_eq!(Colour::from_value(Colour([255, 128, 0]).to_value().as_ref())?, Colour([255, 128, 0]));
/// # Ok::<(), aludel_sql::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the type of a column",
    label = "no database type is known for this",
    note = "columns are bool, integers, floats, String, Vec<u8>, dates and times, or an Option or (where the database has arrays) a Vec of one of these; any serde type goes into `Json<…>`",
    note = "types of other crates need a feature of `aludel`: `chrono`, `time`, `decimal`, `uuid` or `json`",
    note = "a type of your own needs `#[derive(Field)]`, on a struct around one value, or `#[derive(DbEnum)]`, on an enum"
)]
pub trait Field: Clone + Send + Sync + Sized + 'static {
    /// The type expressions over the column have: `T` for `Option<T>`, and else the type itself.
    type Base;

    /// Whether the column can be NULL.
    const NULLABLE: bool = false;

    /// What a model can say about columns of the type.
    const SHAPE: Shape = Shape::Plain;

    /// The values of an enum, in order: they compare and sort by their place here. Empty for any other type.
    const NAMES: &'static [&'static str] = &[];

    /// The column's type, given what the model says beside it.
    fn column_type(options: Options) -> Type;

    /// The value as it is bound, rounded to what is stored: timestamps to microseconds.
    ///
    /// [`Value::Invalid`] for one that cannot be stored: the flush, or the query it is in, gives it back as an error.
    fn to_value(&self) -> Value;

    /// The value read from a database.
    ///
    /// # Errors
    /// The database's value is not one of this type.
    fn from_value(value: ValueRef<'_>) -> Result<Self>;

    /// What a field holds until the database has given it a value.
    fn placeholder() -> Self;

    /// Whether [`Field::to_value`] would give this very value. What the session asks most: worth an answer that makes none.
    fn is_value(&self, value: &Value) -> bool {
        self.to_value() == *value
    }

    // For generated code, which says each of these at the field's type: one that cannot be a column is reported there, once.

    /// The next of the values that a model is made of.
    #[doc(hidden)]
    fn next<S: Values>(values: &mut S) -> Self {
        values.next()
    }

    #[doc(hidden)]
    fn erased(&self) -> &dyn AnyField {
        self
    }

    #[doc(hidden)]
    fn erased_mut(&mut self) -> &mut dyn AnyField {
        self
    }
}

/// What a model says about a column beside its type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The greatest length, in characters or bytes.
    pub length: Option<u32>,
    /// How many digits a decimal has, and how many of them after the point.
    pub precision: Option<Precision>,
}

/// What a model can say about columns of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Nothing.
    Plain,
    /// That the database counts it: an integer.
    Integer {
        /// The least that the type has.
        least: i64,
        /// The greatest that the type has, and a column can hold.
        greatest: i64,
    },
    /// A `length`: text or bytes.
    Length,
    /// A `precision` and a `scale`, and it must: an exact decimal.
    Decimal,
}

impl Shape {
    /// Refuses to compile a model that says what does not fit the type; for generated code.
    #[doc(hidden)]
    #[track_caller]
    pub const fn check(self, length: Option<&str>, precision: Option<&str>, missing: &str) {
        if let Some(message) = length
            && !matches!(self, Shape::Length)
        {
            panic!("{}", message);
        }
        if let Some(message) = precision
            && !matches!(self, Shape::Decimal)
        {
            panic!("{}", message);
        }
        if precision.is_none() {
            self.plain(missing);
        }
    }

    /// Refuses to compile a model that says nothing where the type needs it; for generated code.
    #[doc(hidden)]
    #[track_caller]
    pub const fn plain(self, missing: &str) {
        if matches!(self, Shape::Decimal) {
            panic!("{}", missing);
        }
    }

    /// Whether the database can count it; for generated code.
    #[doc(hidden)]
    pub const fn is_integer(self) -> bool {
        matches!(self, Shape::Integer { .. })
    }
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

impl<T: Field> IntoField<T> for T {
    fn into_field(self) -> T {
        self
    }
}

impl<T: Field<Base = T>> IntoField<Option<T>> for T {
    fn into_field(self) -> Option<T> {
        Some(self)
    }
}

impl<T: Field<Base = T>> Field for Option<T> {
    type Base = T;
    const NULLABLE: bool = true;
    const SHAPE: Shape = T::SHAPE;
    const NAMES: &'static [&'static str] = T::NAMES;

    fn column_type(options: Options) -> Type {
        T::column_type(options)
    }

    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, Field::to_value)
    }

    fn is_value(&self, value: &Value) -> bool {
        self.as_ref().map_or(value.is_null(), |field| field.is_value(value))
    }

    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        if value == ValueRef::Null { Ok(None) } else { T::from_value(value).map(Some) }
    }

    fn placeholder() -> Self {
        None
    }
}

fn mismatch<T>(expected: &str, value: ValueRef<'_>) -> Result<T> {
    Err(match value {
        ValueRef::Invalid(why) => Error::new(ErrorKind::Unsupported, why.to_owned()),
        other => Error::new(ErrorKind::Decode, format!("expected {expected}, found {}", other.kind())),
    })
}

fn unreadable<T>(expected: &str, text: &str) -> Result<T> {
    let text: String = text.chars().take(40).collect();
    Err(Error::new(ErrorKind::Decode, format!("expected {expected}, found the text {text:?}")))
}

/// Makes columns of another crate's dates and times, through the types of `jiff`.
#[cfg(any(feature = "chrono", feature = "time"))]
macro_rules! through_jiff {
    ($($ty:ty: $jiff:ty, $to:expr, $from:expr, $placeholder:expr;)*) => {$(
        impl Field for $ty {
            type Base = $ty;

            fn column_type(options: Options) -> Type {
                <$jiff>::column_type(options)
            }

            fn to_value(&self) -> Value {
                let to: fn(&$ty) -> Checked<$jiff> = $to;
                match to(self) {
                    Ok(value) => value.to_value(),
                    Err(invalid) => invalid,
                }
            }

            fn from_value(value: ValueRef<'_>) -> Result<Self> {
                let from: fn($jiff) -> Result<$ty> = $from;
                <$jiff>::from_value(value).and_then(from)
            }

            fn placeholder() -> Self {
                $placeholder
            }
        }
    )*};
}
#[cfg(any(feature = "chrono", feature = "time"))]
use through_jiff;

#[cfg(any(feature = "chrono", feature = "time"))]
#[cold]
fn beyond_years(year: i32) -> Value {
    Value::Invalid(format!("the year {year} lies beyond those that can be stored, -9999 to 9999"))
}

#[cfg(any(feature = "chrono", feature = "time"))]
#[cold]
fn no_form(value: &dyn std::fmt::Display) -> Error {
    Error::new(ErrorKind::Decode, format!("{value} does not fit the field's type"))
}
