//! How far values are from each other, where rows are framed by that.

use std::time::Duration;

use aludel_sql::expr::Distance;
use jiff::{SignedDuration, Timestamp, civil};

use super::Inner;
use crate::field::Field;

/// A number, a date or a time: what is so far from another of its kind.
#[diagnostic::on_unimplemented(
    message = "values of `{Self}` are not so far from each other",
    label = "rows are framed by a distance in numbers, dates and times",
    note = "`.rows(…)` and `.groups(…)` frame rows in any order"
)]
pub trait Ranged: Field<Base = Self> {
    /// How far that is.
    type Distance;

    #[doc(hidden)]
    fn into_distance(distance: Self::Distance) -> Distance;
}

/// How far one value of the type, or of its `Option`, is from another.
pub type Step<T> = <Inner<T> as Ranged>::Distance;

macro_rules! ranged {
    ($($($ty:ty),*: $distance:ty, $into:expr;)*) => {$($(
        impl Ranged for $ty {
            type Distance = $distance;

            fn into_distance(distance: $distance) -> Distance {
                let into: fn($distance) -> Distance = $into;
                into(distance)
            }
        }
    )*)*};
}

ranged! {
    i8, i16, i32, i64, u8, u16, u32, u64: u64, Distance::Count;
    f32, f64: f64, |distance| Distance::Number(distance.to_value());
    civil::Date, civil::Time, civil::DateTime, Timestamp: Duration, Distance::Time;
    // Stored as a number of microseconds.
    Duration, SignedDuration: Duration, |distance| Distance::Count(u64::try_from(distance.as_micros()).unwrap_or(u64::MAX));
}

#[cfg(feature = "decimal")]
ranged! {
    rust_decimal::Decimal: rust_decimal::Decimal, |distance| Distance::Number(distance.to_value());
}

#[cfg(feature = "chrono")]
ranged! {
    chrono::NaiveDate, chrono::NaiveTime, chrono::NaiveDateTime, chrono::DateTime<chrono::Utc>: Duration, Distance::Time;
}

#[cfg(feature = "time")]
ranged! {
    time::Date, time::Time, time::PrimitiveDateTime, time::OffsetDateTime: Duration, Distance::Time;
}
