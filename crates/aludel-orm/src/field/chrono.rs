//! The types of `chrono`. What is finer than a microsecond is cut off; a leap second is refused, as is a year beyond 9999.

use aludel_sql::{Result, Type, Value, ValueRef};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};
use jiff::{Timestamp, civil};

use super::{Field, Options};

type Checked<T> = std::result::Result<T, Value>;

fn date(date: NaiveDate) -> Checked<civil::Date> {
    let year = i16::try_from(date.year()).ok();
    let part = |part: u32| i8::try_from(part).unwrap_or_default();
    year.and_then(|year| civil::Date::new(year, part(date.month()), part(date.day())).ok())
        .ok_or_else(|| super::beyond_years(date.year()))
}

fn time(time: NaiveTime) -> Checked<civil::Time> {
    let part = |part: u32| i8::try_from(part).unwrap_or_default();
    let nanos = i32::try_from(time.nanosecond()).unwrap_or(i32::MAX);
    civil::Time::new(part(time.hour()), part(time.minute()), part(time.second()), nanos)
        .map_err(|_| Value::Invalid(format!("{time} is in a leap second, which cannot be stored")))
}

fn date_time(value: NaiveDateTime) -> Checked<civil::DateTime> {
    Ok(civil::DateTime::from_parts(date(value.date())?, time(value.time())?))
}

fn from_date(date: civil::Date) -> Result<NaiveDate> {
    let part = |part: i8| u32::from(part.unsigned_abs());
    NaiveDate::from_ymd_opt(date.year().into(), part(date.month()), part(date.day()))
        .ok_or_else(|| super::no_form(&date))
}

fn from_time(time: civil::Time) -> Result<NaiveTime> {
    let part = |part: i8| u32::from(part.unsigned_abs());
    let nanos = time.subsec_nanosecond().unsigned_abs();
    NaiveTime::from_hms_nano_opt(part(time.hour()), part(time.minute()), part(time.second()), nanos)
        .ok_or_else(|| super::no_form(&time))
}

fn from_date_time(value: civil::DateTime) -> Result<NaiveDateTime> {
    Ok(NaiveDateTime::new(from_date(value.date())?, from_time(value.time())?))
}

super::through_jiff! {
    NaiveDate: civil::Date, |value| date(*value), from_date, NaiveDate::default();
    NaiveTime: civil::Time, |value| time(*value), from_time, NaiveTime::default();
    NaiveDateTime: civil::DateTime, |value| date_time(*value), from_date_time, NaiveDateTime::default();
    DateTime<Utc>: Timestamp, |value| {
        let civil = date_time(value.naive_utc())?;
        jiff::tz::Offset::UTC.to_timestamp(civil).map_err(|_| super::beyond_years(value.year()))
    }, |value: Timestamp| {
        let civil = from_date_time(jiff::tz::Offset::UTC.to_datetime(value))?;
        Ok(civil.and_utc())
    }, DateTime::default();
}
