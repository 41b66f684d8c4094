//! The types of `time`. What is finer than a microsecond is cut off; a year beyond 9999 is refused.
//!
//! An [`OffsetDateTime`] is stored as the instant it is, and read in UTC.

use aludel_sql::{Result, Type, Value, ValueRef};
use jiff::{Timestamp, civil};
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

use super::{Field, Options};

type Checked<T> = std::result::Result<T, Value>;

fn date(date: Date) -> Checked<civil::Date> {
    let part = |part: u8| i8::try_from(part).unwrap_or_default();
    let year = i16::try_from(date.year()).ok();
    year.and_then(|year| civil::Date::new(year, part(date.month().into()), part(date.day())).ok())
        .ok_or_else(|| super::beyond_years(date.year()))
}

fn time(time: Time) -> Checked<civil::Time> {
    let part = |part: u8| i8::try_from(part).unwrap_or_default();
    let nanos = i32::try_from(time.nanosecond()).unwrap_or(i32::MAX);
    civil::Time::new(part(time.hour()), part(time.minute()), part(time.second()), nanos)
        .map_err(|_| Value::Invalid(format!("{time} is no time of day that can be stored")))
}

fn date_time(value: PrimitiveDateTime) -> Checked<civil::DateTime> {
    Ok(civil::DateTime::from_parts(date(value.date())?, time(value.time())?))
}

fn from_date(date: civil::Date) -> Result<Date> {
    let month = Month::try_from(date.month().unsigned_abs()).map_err(|_| super::no_form(&date))?;
    Date::from_calendar_date(date.year().into(), month, date.day().unsigned_abs()).map_err(|_| super::no_form(&date))
}

fn from_time(time: civil::Time) -> Result<Time> {
    let part = |part: i8| part.unsigned_abs();
    let nanos = time.subsec_nanosecond().unsigned_abs();
    Time::from_hms_nano(part(time.hour()), part(time.minute()), part(time.second()), nanos)
        .map_err(|_| super::no_form(&time))
}

fn from_date_time(value: civil::DateTime) -> Result<PrimitiveDateTime> {
    Ok(PrimitiveDateTime::new(from_date(value.date())?, from_time(value.time())?))
}

const EPOCH: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

super::through_jiff! {
    Date: civil::Date, |value| date(*value), from_date, EPOCH.date();
    Time: civil::Time, |value| time(*value), from_time, Time::MIDNIGHT;
    PrimitiveDateTime: civil::DateTime, |value| date_time(*value), from_date_time, PrimitiveDateTime::new(EPOCH.date(), EPOCH.time());
    OffsetDateTime: Timestamp, |value| {
        Timestamp::from_nanosecond(value.unix_timestamp_nanos()).map_err(|_| super::beyond_years(value.year()))
    }, |value: Timestamp| {
        let civil = from_date_time(jiff::tz::Offset::UTC.to_datetime(value))?;
        Ok(civil.assume_offset(UtcOffset::UTC))
    }, EPOCH;
}
