//! Dates and times of `jiff`.

use aludel::prelude::*;
use jiff::{SignedDuration, civil};
use proptest::prelude::*;

use crate::property::as_rust;
use crate::support::{TestDb, on_sqlite};

fn dates() -> impl Strategy<Value = civil::Date> {
    (-719_162..=2_932_896_i64).prop_map(|days| civil::date(1970, 1, 1) + SignedDuration::from_hours(days * 24))
}

fn times() -> impl Strategy<Value = civil::Time> {
    (0..86_400_000_000_000_i64).prop_map(|nanos| civil::Time::MIN + SignedDuration::from_nanos(nanos))
}

fn micros(time: civil::Time) -> civil::Time {
    time - SignedDuration::from_nanos(i64::from(time.subsec_nanosecond() % 1000))
}

const FIRST: civil::Date = civil::date(1, 1, 1);
const LAST: civil::Date = civil::date(9999, 12, 31);

round_trips! {
    date, "t_date", civil::Date,
    given: vec![FIRST, LAST, civil::date(2000, 2, 29), civil::date(1969, 12, 31)],
    any: dates(), stored: |v| *v, sorts: as_rust(),
}

round_trips! {
    time, "t_time", civil::Time,
    given: vec![civil::Time::MIN, civil::Time::MAX, civil::time(12, 0, 0, 999)],
    any: times(), stored: |v| micros(*v), sorts: as_rust(),
}

round_trips! {
    date_time, "t_date_time", civil::DateTime,
    given: vec![FIRST.at(0, 0, 0, 0), LAST.at(23, 59, 59, 999_999_999), civil::date(2026, 3, 29).at(2, 30, 0, 1)],
    any: (dates(), times()).prop_map(|(date, time)| civil::DateTime::from_parts(date, time)),
    stored: |v| civil::DateTime::from_parts(v.date(), micros(v.time())), sorts: as_rust(),
}

round_trips! {
    timestamp, "t_timestamp", Timestamp,
    given: ["0001-01-01T00:00:00Z", "9999-12-30T22:00:00.999999999Z", "1969-12-31T23:59:59.999999999Z", "2026-03-29T01:00:00.5+01:00"]
        .map(|text| text.parse().unwrap()).to_vec(),
    any: (-62_135_596_800_i64..253_402_200_000, 0..1_000_000_000_i32)
        .prop_map(|(second, nano)| Timestamp::new(second, nano).unwrap()),
    stored: |v| Timestamp::from_nanosecond(v.as_nanosecond().div_euclid(1000) * 1000).unwrap(), sorts: as_rust(),
}

#[tokio::test]
async fn sqlite_refuses_a_date_whose_text_would_not_sort() -> Result<()> {
    if !on_sqlite() {
        return Ok(());
    }
    let db = TestDb::with_tables().await;

    #[derive(Model, Debug)]
    #[model(table = "t_era")]
    struct Era {
        #[column(primary_key)]
        id: i64,
        begin: civil::Date,
    }

    let mut session = db.session();
    session.add(new!(Era { begin: civil::date(-44, 3, 15) }));
    let error = session.commit().await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Unsupported, "the year -44 has no literal"));
    session.rollback().await?;
    session.add(new!(Era { begin: civil::date(0, 3, 15) }));
    session.commit().await
}
