//! Booleans, integers, floating-point numbers and spans of time.

use std::time::Duration;

use aludel::{insert_all, prelude::*, sql::Type};
use jiff::SignedDuration;
use proptest::prelude::*;

use crate::property::as_rust;
use crate::support::{TestDb, on_sqlite};

round_trips! { boolean, "t_bool", bool, given: vec![true, false], any: any::<bool>(), stored: |v| *v, sorts: as_rust() }

macro_rules! integers {
    ($($ty:ident, $table:literal;)*) => {$(
        round_trips! {
            $ty, $table, $ty,
            given: vec![$ty::MIN, $ty::MAX, 0, 1], any: any::<$ty>(), stored: |v| *v, sorts: as_rust(),
        }
    )*};
}

integers! {
    i8, "t_i8";
    i16, "t_i16";
    i32, "t_i32";
    i64, "t_i64";
    u8, "t_u8";
    u16, "t_u16";
    u32, "t_u32";
}

const MOST: u64 = i64::MAX as u64;

round_trips! {
    u64, "t_u64", u64,
    given: vec![0, 1, MOST], any: 0..=MOST, stored: |v| *v, sorts: as_rust(),
}

round_trips! {
    f64, "t_f64", f64,
    given: vec![0.0, -1.5, f64::MIN, f64::MAX, f64::MIN_POSITIVE, 0.1, 9_007_199_254_740_993.0],
    any: prop::num::f64::NORMAL | prop::num::f64::ZERO, stored: |v| *v, sorts: as_rust(),
}

round_trips! {
    f32, "t_f32", f32,
    given: vec![0.0, -1.5, f32::MIN, f32::MAX, 0.1, 16_777_217.0],
    any: prop::num::f32::NORMAL | prop::num::f32::ZERO, stored: |v| *v, sorts: as_rust(),
}

round_trips! {
    duration, "t_duration", Duration,
    given: vec![Duration::ZERO, Duration::from_nanos(1_999), Duration::from_micros(MOST)],
    any: (0..9_000_000_000_000_u64, 0..1_000_000_000_u32).prop_map(|(secs, nanos)| Duration::new(secs, nanos)),
    stored: |v| Duration::from_micros(v.as_micros() as u64), sorts: as_rust(),
}

round_trips! {
    signed_duration, "t_signed_duration", SignedDuration,
    given: vec![SignedDuration::ZERO, SignedDuration::from_micros(i64::MIN), SignedDuration::from_micros(i64::MAX)],
    any: any::<i64>().prop_map(SignedDuration::from_nanos),
    stored: |v| SignedDuration::from_micros(v.as_micros() as i64), sorts: as_rust(),
}

#[derive(Model, Debug)]
struct Counter {
    #[column(primary_key)]
    id: u32,
    #[column(default = u64::MAX)]
    hits: u64,
    #[column(unique)]
    small: Option<u8>,
    average: Option<f64>,
    time: Option<Duration>,
}

#[tokio::test]
async fn an_unsigned_key_is_counted_by_the_database() -> Result<()> {
    let db = TestDb::with_tables().await;
    let mut session = db.session();
    let counter = session.add(new!(Counter { hits: 1_u64 }));
    session.commit().await?;
    assert_eq!(session[counter].id, 1);
    assert_eq!(
        db.models().schema()?.tables["counter"].column("id").map(|id| (&id.ty, id.identity.is_some())),
        Some((&Type::BigInt, true))
    );
    Ok(())
}

#[tokio::test]
async fn an_integer_that_no_column_holds_is_refused_before_any_sql() -> Result<()> {
    let db = TestDb::with_tables().await;
    let recording = db.record();
    let too_big = MOST + 1;
    let by_default = new!(Counter {});
    assert_eq!(by_default.hits, u64::MAX, "what cannot be stored stays as it was given");
    for new in [new!(Counter { hits: too_big }), by_default] {
        let mut session = db.session();
        let given = new.hits;
        session.add(new);
        let error = session.commit().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Check);
        assert_eq!(
            error.message(),
            format!("`Counter.hits` cannot be written: {given} is more than the {MOST} a BIGINT can hold")
        );
        assert_eq!((error.table(), error.columns()), (Some("counter"), Some(&["hits".to_owned()][..])));
    }
    let error = Counter::query().filter(|c| c.hits.lt(too_big)).all(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    let long = Duration::from_micros(MOST) + Duration::from_micros(1);
    let error = Counter::query().filter(|c| c.time.in_list([Duration::ZERO, long])).count(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(recording.entries().len(), 0, "nothing was sent");

    // An assignment is as good as `new!`, and mending it is enough.
    let mut session = db.session();
    let counter = session.add(new!(Counter { hits: 1_u64 }));
    session.commit().await?;
    session[counter].hits = u64::MAX;
    assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::Check);
    session[counter].hits = MOST;
    session.commit().await?;
    assert_eq!(Counter::query().one(&db).await?.hits, MOST);
    Ok(())
}

#[tokio::test]
async fn a_key_that_no_column_holds_is_an_error_and_no_miss() {
    #[derive(Model, Debug)]
    #[model(table = "t_big_key")]
    struct Big {
        #[column(primary_key, identity = false)]
        id: u64,
    }

    let db = TestDb::with_tables().await;
    assert_eq!(db.session().get::<Big>(u64::MAX).await.unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(db.session().get::<Big>(MOST).await.unwrap(), None);
}

#[tokio::test]
async fn a_number_in_the_database_that_does_not_fit_is_an_error_that_names_the_column() -> Result<()> {
    let db = TestDb::with_tables().await;
    let mut connection = db.engine().acquire().await?;
    let insert = "INSERT INTO counter (hits, small) VALUES (-1, 7), (1, 300)";
    connection.execute(aludel::driver::Query::write(insert, vec![])).await?;
    drop(connection);
    let error = Counter::query().filter(|c| c.small.eq(7)).all(&db).await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Decode, "column `counter.hits`: -1 does not fit a u64"));
    let error = Counter::query().filter(|c| c.hits.eq(1_u64)).all(&db).await.unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Decode, "column `counter.small`: 300 does not fit a u8"));
    assert!(error.help().is_some_and(|help| help.contains("wider type")), "{error}");
    Ok(())
}

#[tokio::test]
async fn an_update_stores_no_integer_that_the_column_does_not_hold() -> Result<()> {
    let db = TestDb::with_tables().await;
    let mut session = db.session();
    session.add(new!(Counter { hits: MOST, small: Some(200_u8), average: Some(0.5) }));
    session.commit().await?;
    let error = Counter::query().update(|c| c.hits.set(c.hits + 1)).exec(&db).await.unwrap_err();
    assert!(error.message().contains("out of the range") && error.help().is_some(), "{error}");
    assert!(Counter::query().update(|c| c.small.set(c.small * 200)).exec(&db).await.is_err());
    let less = Counter::query().update(|c| (c.hits.set(c.hits - 1), c.average.set(c.average + 1.0)));
    assert_eq!(less.exec(&db).await?, 1);
    let counter = Counter::query().one(&db).await?;
    assert_eq!((counter.hits, counter.small, counter.average), (MOST - 1, Some(200), Some(1.5)));
    Ok(())
}

#[derive(Model, Debug, PartialEq)]
struct Narrow {
    #[column(primary_key)]
    id: i64,
    signed: i8,
    byte: Option<u8>,
    short: u16,
    word: u32,
    long: u64,
}

#[tokio::test]
async fn an_update_stores_no_integer_that_the_rust_type_has_not() -> Result<()> {
    let db = TestDb::with_tables().await;
    let mut session = db.session();
    let row = session.add(new!(Narrow { signed: -100_i8, byte: 200_u8, short: 7_u16, word: 7_u32, long: 7_u64 }));
    let null = session.add(new!(Narrow { signed: 100_i8, short: 0_u16, word: 0_u32, long: 0_u64 }));
    session.commit().await?;
    let one = |id: i64| Narrow::query().filter(move |n| n.id.eq(id));
    for refused in [
        one(1).update(|n| n.signed.set(n.signed - 29)),
        one(2).update(|n| n.signed.set(n.signed + 28)),
        one(1).update(|n| n.byte.set(n.byte + 100)),
        one(1).update(|n| n.byte.set(n.byte - 201)),
        one(1).update(|n| n.short.set(n.short + u16::MAX)),
        one(1).update(|n| n.short.set(n.short - 8)),
        one(1).update(|n| n.word.set(n.word + u32::MAX)),
        one(1).update(|n| n.word.set(n.word - 8)),
        one(1).update(|n| n.long.set(n.long - 8)),
    ] {
        let error = refused.exec(&db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Database, "{error}");
        assert!(error.message().contains("range") && error.help().is_some(), "{error}");
    }
    let all = Narrow::query().update(|n| {
        (
            n.signed.set(n.signed.int_div(4) - 100),
            n.byte.set(n.byte + 55),
            n.short.set(n.short + 65_528),
            n.word.set(n.word + (u32::MAX - 7)),
            n.long.set(n.long * 3),
        )
    });
    assert_eq!(all.exec(&db).await?, 2);
    session.refresh(row).await?;
    session.refresh(null).await?;
    let held = |row| {
        let Narrow { signed, byte, short, word, long, .. } = &session[row];
        (*signed, *byte, *short, *word, *long)
    };
    assert_eq!(held(row), (-125, Some(255), u16::MAX, u32::MAX, 21));
    assert_eq!(held(null), (-75, None, 65_528, u32::MAX - 7, 0));
    Ok(())
}

#[derive(Model, Debug, PartialEq)]
struct Copied {
    #[column(primary_key)]
    id: i64,
    byte: Option<u8>,
    #[column(unique)]
    long: u64,
}

#[tokio::test]
async fn rows_of_a_query_are_stored_with_no_integer_that_the_rust_type_has_not() -> Result<()> {
    let db = TestDb::with_tables().await;
    let row =
        |byte: Option<u8>, long: u64| new!(Narrow { signed: 0_i8, byte: byte, short: 0_u16, word: 0_u32, long: long });
    insert_all([row(Some(200), 7), row(None, 9), row(None, 10)]).exec(&db).await?;

    let into = |c: CopiedFields<Copied>| (c.byte, c.long);
    let kept = || Narrow::query().select(|n| (n.byte, n.long));
    let more = || Narrow::query().select(|n| (n.byte + 100, n.long));
    let groups = Narrow::query().group_by(|n| n.long);
    for refused in [
        Copied::insert_from(more(), into),
        Copied::insert_from(Narrow::query().select(|n| (n.byte - 201, n.long)), into),
        Copied::insert_from(Narrow::query().select(|n| (n.byte, n.long - 8)), into),
        Copied::insert_from(more().distinct(), into),
        Copied::insert_from(groups.select(|n| ((n.byte + 100).max(), n.long)), into),
        Copied::insert_from(kept().union_all(more()), into),
        Copied::insert_from(more().subquery(), into),
        Copied::insert_from(more().cte("more").query(), into),
    ] {
        let error = refused.exec(&db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Database, "{error}");
        assert!(error.message().contains("range") && error.help().is_some(), "{error}");
    }
    assert_eq!(Copied::query().count(&db).await?, 0);
    let beyond = Copied::query().join_query(more().subquery(), |(c, (_, long))| c.long.eq(long));
    let beyond = || beyond.clone().update(|(c, (byte, _))| c.byte.set(byte));

    let less = Narrow::query().distinct().select(|n| (n.byte + 55, n.long));
    assert_eq!(Copied::insert_from(less, into).exec(&db).await?, 3);
    assert!(beyond().exec(&db).await.unwrap_err().message().contains("range"));
    let again = Narrow::query().select(|n| (n.byte - 200, n.long)).distinct();
    let again = Copied::insert_from(again, into).on_conflict(|c| c.long).do_update(|c, new| c.byte.set(new.byte));
    again.exec(&db).await?;
    let stored = Copied::query().order_by(|c| c.long).select(into).all(&db).await?;
    assert_eq!(stored, [(Some(0), 7), (None, 9), (None, 10)]);
    Ok(())
}

#[tokio::test]
async fn infinities_are_stored_and_nan_never_becomes_null() -> Result<()> {
    if !on_sqlite() {
        return Ok(());
    }
    let db = TestDb::with_tables().await;
    let mut session = db.session();
    for average in [f64::INFINITY, f64::NEG_INFINITY, 1.0] {
        session.add(new!(Counter { hits: 1_u64, average }));
    }
    session.commit().await?;
    let sorted = Counter::query().order_by(|c| c.average.asc()).all(&db).await?;
    let sorted: Vec<_> = sorted.iter().map(|counter| counter.average).collect();
    assert_eq!(sorted, [Some(f64::NEG_INFINITY), Some(1.0), Some(f64::INFINITY)]);

    session.add(new!(Counter { hits: 1_u64, average: f64::NAN }));
    assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::Unsupported);
    let error = Counter::query().filter(|c| c.average.eq(f64::NAN)).count(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    Ok(())
}
