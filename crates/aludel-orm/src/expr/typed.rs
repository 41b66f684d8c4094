//! The types of expressions: those of columns, and whether there may be NULL.

use aludel_sql::Type;

use crate::field::{Field, Options};

/// A type an expression can have: that of a column, or an `Option` of it where there may be NULL.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the type of an expression",
    label = "expected a type that a column can have",
    note = "a text is a `String`: `value(\"susan\".to_owned())`"
)]
pub trait Typed: Field {
    /// The type without its `Option`.
    type Inner: Field<Base = Self::Inner>;

    /// Whether there may be NULL.
    type Null: Nullability;
}

impl<T: Field<Base = T>> Typed for T {
    type Inner = T;
    type Null = NotNull;
}

impl<T: Field<Base = T>> Typed for Option<T> {
    type Inner = T;
    type Null = Nullable;
}

/// Whether there may be NULL: [`NotNull`] or [`Nullable`].
pub trait Nullability: 'static {
    /// `T`, or `Option<T>`.
    type Of<T: Field<Base = T>>: Typed<Inner = T>;

    /// NULL if one of the two may be: what an operator gives.
    type Or<N: Nullability>: Nullability;

    /// NULL if both may be: what COALESCE gives.
    type And<N: Nullability>: Nullability;
}

/// There is never NULL.
#[derive(Debug)]
pub enum NotNull {}

/// There may be NULL.
#[derive(Debug)]
pub enum Nullable {}

impl Nullability for NotNull {
    type Of<T: Field<Base = T>> = T;
    type Or<N: Nullability> = N;
    type And<N: Nullability> = NotNull;
}

impl Nullability for Nullable {
    type Of<T: Field<Base = T>> = Option<T>;
    type Or<N: Nullability> = Nullable;
    type And<N: Nullability> = N;
}

/// The type without its `Option`.
pub type Inner<A> = <A as Typed>::Inner;

/// `T`, or `Option<T>` if `A` is an `Option`.
pub type Like<A, T> = <<A as Typed>::Null as Nullability>::Of<T>;

/// `T`, or `Option<T>` if `A` is an `Option` or `N` is [`Nullable`].
pub type Either<A, N, T> = <<<A as Typed>::Null as Nullability>::Or<N> as Nullability>::Of<T>;

/// `Option<T>` if `A` is an `Option` and `N` is [`Nullable`].
pub type Both<A, N, T> = <<<A as Typed>::Null as Nullability>::And<N> as Nullability>::Of<T>;

/// A number, and what calculations with it give: the same on every database.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number",
    label = "only numbers can be calculated with",
    note = "numbers are the integers, `f32`, `f64` and `Decimal`; `.cast::<i64>()` makes one of a text"
)]
pub trait Number: Field<Base = Self> {
    /// What the sum of many is.
    type Sum: Number;

    /// What the average of many is, and the quotient of two.
    type Quotient: Number;

    /// Whether the database's own result has this type already, or must be converted.
    #[doc(hidden)]
    const EXACT: bool = false;
}

/// An integer.
#[diagnostic::on_unimplemented(message = "`{Self}` is not an integer", label = "only integers have bits")]
pub trait Integer: Number {}

macro_rules! numbers {
    ($($($ty:ty),*: $sum:ty, $quotient:ty;)*) => {$($(
        impl Number for $ty {
            type Sum = $sum;
            type Quotient = $quotient;
        }
    )*)*};
}

numbers! {
    i8, i16, i32, i64, u8, u16, u32, u64: i64, f64;
    f32, f64: f64, f64;
}

#[cfg(feature = "decimal")]
impl Number for rust_decimal::Decimal {
    type Sum = rust_decimal::Decimal;
    type Quotient = rust_decimal::Decimal;
    const EXACT: bool = true;
}

macro_rules! integers {
    ($($ty:ty)*) => {$(impl Integer for $ty {})*};
}

integers!(i8 i16 i32 i64 u8 u16 u32 u64);

/// A type that is text.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not text",
    label = "only text can be searched and taken apart",
    note = "`.cast::<String>()` makes a text of it"
)]
pub trait Text: Typed<Inner = String> {}

impl Text for String {}
impl Text for Option<String> {}

/// A type that is a boolean.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a boolean", label = "expected a boolean")]
pub trait Boolean: Typed<Inner = bool> {}

impl Boolean for bool {}
impl Boolean for Option<bool> {}

/// A date or a time, and what can be taken out of it.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a date or time", label = "expected a date or time")]
pub trait Temporal: Field<Base = Self> {}

impl Temporal for jiff::Timestamp {}
impl Temporal for jiff::civil::Date {}
impl Temporal for jiff::civil::Time {}
impl Temporal for jiff::civil::DateTime {}

#[cfg(feature = "chrono")]
mod chrono {
    impl super::Temporal for chrono::NaiveDate {}
    impl super::Temporal for chrono::NaiveTime {}
    impl super::Temporal for chrono::NaiveDateTime {}
    impl super::Temporal for chrono::DateTime<chrono::Utc> {}
}

#[cfg(feature = "time")]
mod time {
    impl super::Temporal for time::Date {}
    impl super::Temporal for time::Time {}
    impl super::Temporal for time::PrimitiveDateTime {}
    impl super::Temporal for time::OffsetDateTime {}
}

/// The database's type for a Rust type, as CAST takes it.
pub(crate) fn sql_type<T: Field>() -> Type {
    T::column_type(Options::default())
}
