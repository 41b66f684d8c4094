//! Windows.

use std::time::Duration;

use aludel::{
    expr::{Bound, ExprOps, Inner, Ranged, Step, count_all, dense_rank, ntile, rank, row_number},
    insert_all,
    prelude::*,
};
use jiff::{civil, tz::Offset};
use rust_decimal::Decimal;

use crate::{
    models::{Article, rows},
    support::TestDb,
};

/// Something of each type that has a distance.
#[derive(Model, Clone, Debug)]
struct Reading {
    #[column(primary_key)]
    id: i64,
    day: civil::Date,
    hour: civil::Time,
    local: civil::DateTime,
    taken: Option<Timestamp>,
    lasted: Duration,
    share: f64,
    #[column(precision = 10, scale = 2)]
    price: Decimal,
}

/// Four of them, the last without an instant. From 2026-02-28 23:00: an hour later, and a microsecond more, are of March.
async fn readings() -> Result<TestDb> {
    let db = TestDb::with_tables().await;
    let start: Timestamp = "2026-02-28T23:00:00Z".parse().expect("a timestamp");
    let reading = |(micros, share, cents): (u64, f64, i64)| {
        let lasted = Duration::from_micros(micros);
        let taken = start + lasted;
        let local = Offset::UTC.to_datetime(taken);
        new!(Reading {
            day: (local.date()),
            hour: (local.time()),
            local: local,
            taken: ((cents != 80).then_some(taken)),
            lasted: lasted,
            share: share,
            price: (Decimal::new(cents, 2)),
        })
    };
    let hour = 3_600_000_000;
    let readings = [(0, 0.5, 50), (hour, 1.0, 60), (hour + 1, 1.5, 70), (2 * hour + 2, 4.0, 80)];
    insert_all(readings.map(reading)).exec(&db).await?;
    Ok(db)
}

#[tokio::test]
async fn functions_over_windows() -> Result<()> {
    let db = rows().await?;
    type Row = (i64, i64, i64, i64, Option<i32>, Option<i32>, Option<i64>);
    let found: Vec<Row> = Article::query()
        .order_by(|a| a.id)
        .select(|a| {
            (
                a.id,
                row_number().over(|w| w.partition_by(a.author_id).order_by(a.words.desc())),
                rank().over(|w| w.order_by(a.author_id)),
                dense_rank().over(|w| w.order_by(a.author_id)),
                a.words.lag(1).over(|w| w.order_by(a.id)),
                a.words.first_value().over(|w| w.order_by(a.words.desc())),
                a.words.sum().over(|w| w.order_by(a.id).rows(Bound::Preceding(1), Bound::CurrentRow)),
            )
        })
        .all(&db)
        .await?;
    assert_eq!(found[0], (1, 2, 1, 1, None, Some(300), Some(100)));
    assert_eq!(found[1], (2, 1, 1, 1, Some(100), Some(300), Some(300)));
    assert_eq!(found[2], (3, 1, 3, 2, Some(200), Some(300), Some(500)));
    Ok(())
}

#[tokio::test]
async fn the_greatest_of_each_group_by_a_window_in_a_subquery() -> Result<()> {
    let db = rows().await?;
    let ranked = Article::query()
        .select(|a| (a.id, row_number().over(|w| w.partition_by(a.author_id).order_by(a.words.desc()))))
        .subquery();
    let greatest: Vec<i64> =
        ranked.filter(|(_, number)| number.eq(1)).order_by(|(id, _)| id).select(|(id, _)| id).all(&db).await?;
    assert_eq!(greatest, [2, 3]);
    Ok(())
}

#[tokio::test]
async fn rows_before_and_after_are_counted_alike_everywhere() -> Result<()> {
    let db = rows().await?;
    let found: Vec<(Option<i64>, Option<i64>, Option<i64>)> = Article::query()
        .order_by(|a| a.id)
        .select(|a| {
            (
                a.id.lag(-1).over(|w| w.order_by(a.id)),
                a.id.lead(-2).over(|w| w.order_by(a.id)),
                a.id.lag(0).over(|w| w.order_by(a.id)),
            )
        })
        .all(&db)
        .await?;
    assert_eq!(found, [(Some(2), None, Some(1)), (Some(3), None, Some(2)), (None, Some(1), Some(3))]);

    // A text that is kept from a number that can be counted to is none for one that cannot.
    let parts = |parts| Article::query().select(|a| ntile(parts).over(|w| w.order_by(a.id)));
    let numbered = |number| Article::query().select(|a| a.id.nth_value(number).over(|w| w.order_by(a.id)));
    assert_eq!(parts(1).all(&db).await?, [1, 1, 1]);
    assert_eq!(numbered(2).all(&db).await?, [None, Some(2), Some(2)]);
    for number in [0, -1, i64::MIN] {
        for refused in [parts(number).all(&db).await.unwrap_err(), numbered(number).all(&db).await.unwrap_err()] {
            assert_eq!(refused.kind(), ErrorKind::Usage, "{refused}");
            assert!(refused.to_string().contains(&format!("counts from 1: it was given {number}")), "{refused}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn frames_are_by_distances_in_numbers_dates_and_times() -> Result<()> {
    /// How many rows are so far before each row, or beside it.
    async fn before<E>(
        db: &Db,
        by: impl FnOnce(ReadingFields<Reading>) -> E + Send,
        far: Step<E::Type>,
    ) -> Result<Vec<i64>>
    where
        E: ExprOps<Scope = Reading> + Send,
        Inner<E::Type>: Ranged,
    {
        let query = Reading::query()
            .order_by(|r| r.id)
            .select(|r| count_all().over(|w| w.range_by(by(r), Bound::Preceding(far), Bound::CurrentRow)));
        query.all(db).await
    }

    let db = readings().await?;
    let hour = Duration::from_secs(3600);
    let finest = Duration::from_micros(1);
    assert_eq!(before(&db, |r| r.local, hour).await?, [1, 2, 2, 1]);
    assert_eq!(before(&db, |r| r.local, hour + finest).await?, [1, 2, 3, 2]);
    assert_eq!(before(&db, |r| r.local, Duration::ZERO).await?, [1, 1, 1, 1]);
    // What is finer is cut off.
    assert_eq!(before(&db, |r| r.local, hour + Duration::from_nanos(999)).await?, [1, 2, 2, 1]);
    // NULLs are beside each other.
    assert_eq!(before(&db, |r| r.taken, hour).await?, [1, 2, 2, 1]);
    assert_eq!(before(&db, |r| r.day, Duration::from_secs(86_400)).await?, [1, 4, 4, 4]);
    assert_eq!(before(&db, |r| r.day, Duration::from_secs(86_399)).await?, [1, 3, 3, 3]);
    // A time of day does not go around midnight.
    assert_eq!(before(&db, |r| r.hour, hour).await?, [1, 1, 2, 1]);
    assert_eq!(before(&db, |r| r.hour, hour + finest * 2).await?, [1, 1, 2, 3]);
    assert_eq!(before(&db, |r| r.lasted, hour).await?, [1, 2, 2, 1]);
    assert_eq!(before(&db, |r| r.share, 0.5).await?, [1, 2, 2, 1]);
    assert_eq!(before(&db, |r| r.id, 2).await?, [1, 2, 3, 3]);

    let tenth = Decimal::new(10, 2);
    let recording = db.record();
    match before(&db, |r| r.price, tenth).await {
        Ok(found) => assert_eq!(found, [1, 2, 2, 2]),
        // It computes with floating-point numbers, in which 0.8 - 0.1 is more than 0.7.
        Err(error) => {
            assert_eq!((db.engine().dialect().name(), error.kind()), ("sqlite", ErrorKind::Unsupported), "{error}");
            assert!(error.help().is_some() && recording.entries().is_empty(), "{error}");
        }
    }
    let backwards = before(&db, |r| r.share, -0.5).await.unwrap_err();
    assert_eq!((backwards.kind(), backwards.help().is_some()), (ErrorKind::Usage, true), "{backwards}");
    // Each distance is a text of its own.
    assert_eq!(before(&db, |r| r.share, 3.5).await?, [1, 2, 3, 4]);

    // From high to low, what precedes a row has more. NULLs are beside each other.
    let longer = Reading::query().order_by(|r| r.id).select(|r| {
        (
            count_all().over(|w| w.range_by_desc(r.lasted, Bound::Preceding(hour), Bound::CurrentRow)),
            count_all().over(|w| w.range_by_desc(r.taken, Bound::Preceding(hour + finest), Bound::CurrentRow)),
            count_all().over(|w| w.range_by_desc(r.id, Bound::CurrentRow, Bound::Following(1))),
        )
    });
    assert_eq!(longer.all(&db).await?, [(2, 3, 1), (2, 2, 2), (1, 1, 2), (1, 1, 2)]);

    let peers = Reading::query().order_by(|r| r.id);
    let peers =
        peers.select(|r| count_all().over(|w| w.order_by(r.day).range(Bound::CurrentRow, Bound::UnboundedFollowing)));
    assert_eq!(peers.all(&db).await?, [4, 3, 3, 3]);
    Ok(())
}
