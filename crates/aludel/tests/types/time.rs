//! Dates and times of the crate `time`.

use proptest::prelude::*;
use time::{Date, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

use crate::property::as_rust;

fn dates() -> impl Strategy<Value = Date> {
    (1_721_426..=5_373_484_i32).prop_map(|day| Date::from_julian_day(day).unwrap())
}

fn times() -> impl Strategy<Value = Time> {
    (0..24_u8, 0..60_u8, 0..60_u8, 0..1_000_000_000_u32)
        .prop_map(|(hour, minute, second, nano)| Time::from_hms_nano(hour, minute, second, nano).unwrap())
}

fn micros(time: Time) -> Time {
    time.replace_nanosecond(time.nanosecond() / 1000 * 1000).unwrap()
}

fn first() -> Date {
    Date::from_ordinal_date(1, 1).unwrap()
}

round_trips! {
    date, "m_date", Date, given: vec![first(), Date::MAX], any: dates(), stored: |v| *v, sorts: as_rust(),
}

round_trips! {
    time_of_day, "m_time", Time,
    given: vec![Time::MIDNIGHT, Time::MAX], any: times(), stored: |v| micros(*v), sorts: as_rust(),
}

round_trips! {
    date_time, "m_date_time", PrimitiveDateTime,
    given: vec![PrimitiveDateTime::new(first(), Time::MIDNIGHT), PrimitiveDateTime::MAX],
    any: (dates(), times()).prop_map(|(date, time)| PrimitiveDateTime::new(date, time)),
    stored: |v| v.replace_time(micros(v.time())), sorts: as_rust(),
}

round_trips! {
    instant, "m_instant", OffsetDateTime,
    given: vec![OffsetDateTime::UNIX_EPOCH],
    any: (-62_135_500_000_000_000_000_i128..253_402_100_000_000_000_000, -12..12_i8).prop_map(|(nanos, offset)| {
        OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap().to_offset(UtcOffset::from_hms(offset, 0, 0).unwrap())
    }),
    stored: |v| OffsetDateTime::from_unix_timestamp_nanos(v.unix_timestamp_nanos().div_euclid(1000) * 1000).unwrap(),
    sorts: as_rust(),
}
