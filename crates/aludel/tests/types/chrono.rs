//! Dates and times of `chrono`.

use aludel::prelude::*;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use proptest::prelude::*;

use crate::property::as_rust;
use crate::support::TestDb;

fn dates() -> impl Strategy<Value = NaiveDate> {
    (1..=3_652_059_i32).prop_map(|day| NaiveDate::from_num_days_from_ce_opt(day).unwrap())
}

fn times() -> impl Strategy<Value = NaiveTime> {
    (0..86_400_u32, 0..1_000_000_000_u32)
        .prop_map(|(second, nano)| NaiveTime::from_num_seconds_from_midnight_opt(second, nano).unwrap())
}

fn micros(time: NaiveTime) -> NaiveTime {
    time - TimeDelta::nanoseconds(i64::from(time.nanosecond() % 1000))
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

round_trips! {
    date, "c_date", NaiveDate,
    given: vec![day(1, 1, 1), day(9999, 12, 31), day(2000, 2, 29)], any: dates(), stored: |v| *v, sorts: as_rust(),
}

round_trips! {
    time, "c_time", NaiveTime,
    given: vec![NaiveTime::MIN, NaiveTime::from_hms_nano_opt(23, 59, 59, 999_999_999).unwrap()],
    any: times(), stored: |v| micros(*v), sorts: as_rust(),
}

round_trips! {
    date_time, "c_date_time", NaiveDateTime,
    given: vec![day(1, 1, 1).and_hms_opt(0, 0, 0).unwrap(), day(9999, 12, 31).and_hms_nano_opt(23, 59, 59, 999).unwrap()],
    any: (dates(), times()).prop_map(|(date, time)| NaiveDateTime::new(date, time)),
    stored: |v| NaiveDateTime::new(v.date(), micros(v.time())), sorts: as_rust(),
}

round_trips! {
    instant, "c_instant", DateTime<Utc>,
    given: vec![DateTime::UNIX_EPOCH, "1969-12-31T23:59:59.999999999Z".parse().unwrap()],
    any: (-62_135_596_800_i64..253_402_200_000, 0..1_000_000_000_u32)
        .prop_map(|(second, nano)| DateTime::from_timestamp(second, nano).unwrap()),
    stored: |v| DateTime::from_timestamp_micros(v.timestamp_micros()).unwrap(), sorts: as_rust(),
}

#[derive(Model, Debug)]
#[model(table = "c_event")]
struct Event {
    #[column(primary_key)]
    id: i64,
    at: Option<NaiveDateTime>,
    day: Option<NaiveDate>,
    instant: Option<DateTime<Utc>>,
}

#[tokio::test]
async fn what_no_database_holds_is_refused() {
    let db = TestDb::with_tables().await;
    let leap = day(2016, 12, 31).and_hms_nano_opt(23, 59, 59, 1_500_000_000).unwrap();
    for (new, why) in [
        (
            new!(Event { at: leap }),
            "`Event.at` cannot be written: 23:59:60.500 is in a leap second, which cannot be stored",
        ),
        (
            new!(Event { instant: leap.and_utc() }),
            "`Event.instant` cannot be written: 23:59:60.500 is in a leap second, which cannot be stored",
        ),
        (
            new!(Event { day: NaiveDate::MAX }),
            "`Event.day` cannot be written: the year 262142 lies beyond those that can be stored, -9999 to 9999",
        ),
        (
            new!(Event { instant: DateTime::<Utc>::MIN_UTC }),
            "`Event.instant` cannot be written: the year -262143 lies beyond those that can be stored, -9999 to 9999",
        ),
    ] {
        let mut session = db.session();
        session.add(new);
        let error = session.commit().await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Check, why));
    }
    let error = Event::query().filter(|e| e.at.lt(leap)).count(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}
