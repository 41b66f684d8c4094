//! Arrays, where the database has them; elsewhere they are refused before anything is sent.

use aludel::{
    driver::Query as Sql,
    expr::{Compare, exists, value},
    model::Models,
    prelude::*,
    sql::Type,
    unnest,
};
use jiff::{Timestamp, civil};
use proptest::{collection::vec, prelude::*};

use crate::support::TestDb;

fn micros(value: &Timestamp) -> Timestamp {
    Timestamp::from_microsecond(value.as_microsecond()).expect("in range")
}

round_trips! {
    booleans, "t_a_bool", Vec<bool>,
    given: vec![vec![], vec![true, false, true]], any: vec(any::<bool>(), 0..4), stored: Vec::clone, sorts: None,
}

round_trips! {
    integers, "t_a_i64", Vec<i64>,
    given: vec![vec![], vec![i64::MIN, 0, i64::MAX], vec![7; 1_000]], any: vec(any::<i64>(), 0..5), stored: Vec::clone, sorts: None,
}

round_trips! {
    with_nulls, "t_a_null", Vec<Option<i32>>,
    given: vec![vec![], vec![None], vec![None, Some(i32::MIN), None, Some(i32::MAX)]],
    any: vec(any::<Option<i32>>(), 0..5), stored: Vec::clone, sorts: None,
}

round_trips! {
    unsigned, "t_a_u32", Vec<u32>,
    given: vec![vec![0, u32::MAX]], any: vec(any::<u32>(), 0..5), stored: Vec::clone, sorts: None,
}

round_trips! {
    small, "t_a_i16", Vec<i16>,
    given: vec![vec![i16::MIN, i16::MAX]], any: vec(any::<i16>(), 0..5), stored: Vec::clone, sorts: None,
}

round_trips! {
    doubles, "t_a_f64", Vec<f64>,
    given: vec![vec![0.0, f64::MIN, f64::MAX, f64::INFINITY, f64::NEG_INFINITY, f64::MIN_POSITIVE, 0.1]],
    any: vec(prop::num::f64::NORMAL | prop::num::f64::ZERO, 0..5), stored: Vec::clone, sorts: None,
}

round_trips! {
    reals, "t_a_f32", Vec<f32>,
    given: vec![vec![0.0, f32::MIN, f32::MAX, 0.1]], any: vec(prop::num::f32::NORMAL, 0..5), stored: Vec::clone, sorts: None,
}

fn texts() -> Vec<Vec<String>> {
    let nasty = [
        "",
        " ",
        "NULL",
        "null",
        "\"",
        "'",
        "\\",
        "{}",
        "{a,b}",
        ",",
        "a\"b\\c'd",
        "ünï\u{1f600}",
        "\n\t",
        "\\N",
        "\\\"",
    ];
    vec![vec![], vec![String::new()], nasty.map(String::from).to_vec(), vec!["x".repeat(100_000)]]
}

round_trips! {
    text, "t_a_text", Vec<String>,
    given: texts(), any: vec("[^\u{0}]{0,8}", 0..5), stored: Vec::clone, sorts: None,
}

round_trips! {
    short_text, "t_a_varchar", Vec<Option<String>>, #[column(length = 8)]
    given: vec![vec![None, Some("ÄÖÜäöüß8".into())]], any: vec(prop::option::of("[^\u{0}]{0,8}"), 0..5), stored: Vec::clone, sorts: None,
}

round_trips! {
    bytes, "t_a_bytes", Vec<Vec<u8>>,
    given: vec![vec![], vec![vec![]], vec![vec![0, 255, 34, 92], vec![123]]],
    any: vec(vec(any::<u8>(), 0..4), 0..4), stored: Vec::clone, sorts: None,
}

round_trips! {
    dates, "t_a_date", Vec<civil::Date>,
    given: vec![vec![civil::date(1, 1, 1), civil::date(9999, 12, 31)]],
    any: vec((1..=9999_i16, 1..=12_i8, 1..=28_i8).prop_map(|(y, m, d)| civil::date(y, m, d)), 0..4),
    stored: Vec::clone, sorts: None,
}

round_trips! {
    instants, "t_a_instant", Vec<Timestamp>,
    given: vec![vec![Timestamp::UNIX_EPOCH, Timestamp::from_nanosecond(1_999).unwrap()]],
    any: vec((0..4_000_000_000_000_000_000_i128).prop_map(|n| Timestamp::from_nanosecond(n).unwrap()), 0..4),
    stored: |v| v.iter().map(micros).collect(), sorts: None,
}

#[cfg(feature = "uuid")]
round_trips! {
    uuids, "t_a_uuid", Vec<uuid::Uuid>,
    given: vec![vec![uuid::Uuid::nil(), uuid::Uuid::max()]],
    any: vec(any::<[u8; 16]>().prop_map(uuid::Uuid::from_bytes), 0..4), stored: Vec::clone, sorts: None,
}

#[cfg(feature = "decimal")]
round_trips! {
    decimals, "t_a_decimal", Vec<rust_decimal::Decimal>, #[column(precision = 12, scale = 2)]
    given: vec![vec![], vec![rust_decimal::Decimal::new(-123_456_789, 2), rust_decimal::Decimal::new(1_005, 3)]],
    any: vec(any::<i32>().prop_map(|n| rust_decimal::Decimal::new(n.into(), 2)), 0..4),
    stored: |v| v.iter().map(|d| d.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero)).collect(),
    sorts: None,
}

#[cfg(feature = "chrono")]
round_trips! {
    of_chrono, "t_a_chrono", Vec<chrono::DateTime<chrono::Utc>>,
    given: vec![vec![chrono::DateTime::UNIX_EPOCH]],
    any: vec((0..4_000_000_000_000_000_i64).prop_map(|us| chrono::DateTime::from_timestamp_micros(us).unwrap()), 0..4),
    stored: Vec::clone, sorts: None,
}

#[derive(Model, Debug)]
#[model(table = "t_tagged")]
struct Tagged {
    #[column(primary_key)]
    id: i64,
    #[column(length = 8)]
    tags: Vec<String>,
    scores: Option<Vec<u64>>,
    #[column(server_default = vec![1_i64, 2])]
    places: Vec<i64>,
}

async fn tables() -> Option<TestDb> {
    let db = TestDb::with_tables().await;
    db.engine().dialect().capability().arrays.then_some(db)
}

#[tokio::test]
async fn a_change_inside_is_written_and_equal_content_is_none() -> Result<()> {
    let Some(db) = tables().await else { return Ok(()) };
    let mut session = db.session();
    let row = session.add(new!(Tagged { tags: ["a", "b"] }));
    session.commit().await?;
    assert_eq!((&session[row].places, &session[row].scores), (&vec![1, 2], &None), "the server's default");
    let recording = db.record();
    session[row].tags = vec!["a".into(), "b".into()];
    session.commit().await?;
    assert_eq!(recording.entries().len(), 0, "the same content");
    session[row].tags.push("c".into());
    session[row].scores = Some(vec![]);
    session.commit().await?;
    assert_eq!(recording.entries().iter().filter(|entry| !entry.control).count(), 1);
    let read = Tagged::query().filter(|t| t.tags.eq(vec!["a".to_owned(), "b".into(), "c".into()])).one(&db).await?;
    assert_eq!((read.id, read.scores), (session[row].id, Some(vec![])));
    Ok(())
}

#[tokio::test]
async fn elements_are_rows_and_compared_with() -> Result<()> {
    let Some(db) = tables().await else { return Ok(()) };
    let mut session = db.session();
    session.add(new!(Tagged { tags: ["a", "b"], scores: vec![3, 8] }));
    session.add(new!(Tagged { tags: [""; 0], scores: vec![1], places: [5] }));
    session.add(new!(Tagged { tags: ["c"] }));
    session.commit().await?;

    let tags = Tagged::query().left_join_lateral(|t| unnest(t.tags)).order_by(|(t, tag)| (t.id, tag.get(|(at, _)| at)));
    let tags = tags.select(|(t, tag)| (t.id, tag.get(|(at, _)| at), tag.get(|(_, tag)| tag)));
    let row = |id, at, tag: Option<&str>| (id, at, tag.map(str::to_owned));
    let expected =
        [row(1, Some(0), Some("a")), row(1, Some(1), Some("b")), row(2, None, None), row(3, Some(0), Some("c"))];
    assert_eq!(tags.all(&db).await?, expected);
    let high = Tagged::query().filter(|t| exists(unnest(t.scores).within().filter(|(_, score)| score.gt(7u64))));
    assert_eq!(high.select(|t| t.id).all(&db).await?, [1]);

    let ids = async |query: Query<Tagged>| query.order_by(|t| t.id).select(|t| t.id).all(&db).await;
    let tagged =
        |tag: &'static str| Tagged::query().filter(move |t| value(tag.to_owned()).compare_any(Compare::Eq, t.tags));
    assert_eq!(ids(tagged("b")).await?, [1]);
    assert_eq!(ids(Tagged::query().filter(|t| t.id.compare_any(Compare::Eq, t.places))).await?, [1]);
    assert_eq!(ids(Tagged::query().filter(|t| t.id.compare_all(Compare::Lt, t.places))).await?, [2]);
    // Of no elements all are; of an array that is NULL nobody knows.
    assert_eq!(ids(Tagged::query().filter(|t| value("a".to_owned()).compare_all(Compare::Eq, t.tags))).await?, [2]);
    assert_eq!(ids(Tagged::query().filter(|t| !value(2u64).compare_any(Compare::Eq, t.scores))).await?, [1, 2]);
    let below = |t: TaggedFields| {
        exists(Tagged::within().filter(|o| o.id.compare_any(Compare::Eq, t.places).and(o.id.gt(t.id))))
    };
    assert_eq!(ids(Tagged::query().filter(below)).await?, [1]);
    Ok(())
}

#[tokio::test]
async fn what_an_element_cannot_be_is_refused_before_any_sql() -> Result<()> {
    let Some(db) = tables().await else { return Ok(()) };
    let recording = db.record();
    let refused = async |new| {
        let mut session = db.session();
        session.add(new);
        let error = session.commit().await.unwrap_err();
        assert_eq!((error.kind(), error.table()), (ErrorKind::Check, Some("t_tagged")));
        error.message().to_owned()
    };
    assert_eq!(
        refused(new!(Tagged { tags: ["a", "far too long"] })).await,
        "`Tagged.tags` holds 12 characters, and has room for 8"
    );
    assert_eq!(
        refused(new!(Tagged { tags: [""; 0], scores: vec![1, u64::MAX] })).await,
        "`Tagged.scores` cannot be written: 18446744073709551615 is more than the 9223372036854775807 a BIGINT can hold"
    );
    assert_eq!(recording.entries().len(), 0, "nothing was sent");
    Ok(())
}

#[tokio::test]
async fn an_array_of_arrays_in_the_database_is_an_error_that_names_the_column() -> Result<()> {
    let Some(db) = tables().await else { return Ok(()) };
    let mut connection = db.engine().acquire().await?;
    for (tags, scores, expected) in [
        ("'{{a},{b}}'", "'{}'", "the value in column `tags` is one of the type `_varchar` that cannot be held"),
        ("'{a,NULL}'", "'{}'", "column `t_tagged.tags`: element 2: expected text, found NULL"),
        ("'{}'", "'{-1}'", "column `t_tagged.scores`: element 1: -1 does not fit a u64"),
    ] {
        connection.execute(Sql::other("DELETE FROM t_tagged")).await?;
        let insert = format!("INSERT INTO t_tagged (tags, scores) VALUES ({tags}, {scores})");
        connection.execute(Sql::other(insert)).await?;
        let error = Tagged::query().all(&db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.message().contains(expected), "{error}");
    }
    Ok(())
}

#[tokio::test]
async fn where_there_are_no_arrays_they_are_refused_with_the_way_out() -> Result<()> {
    let db = TestDb::new().await;
    if db.engine().dialect().capability().arrays {
        return Ok(());
    }
    let db = Db::new(db.engine().clone(), Models::new([Tagged::definition()]));
    let name = db.engine().dialect().name();
    let recording = db.record();
    let error = db.create_all().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(error.message(), format!("{name} has no VARCHAR(8) ARRAY, nor any arrays"));
    assert!(error.to_string().contains("Json<Vec<…>>"), "{error}");

    let mut session = db.session();
    session.add(new!(Tagged { tags: ["a"] }));
    let error = session.commit().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.model(), error.table()),
        (ErrorKind::Unsupported, Some("Tagged"), Some("t_tagged"))
    );
    assert_eq!(error.message(), format!("`Tagged.tags` is an array, and {name} has none"));
    assert!(error.to_string().contains("Json<Vec<…>>"), "{error}");

    let error = Tagged::query().filter(|t| t.places.eq(vec![1])).count(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(error.message(), format!("{name} has no arrays, and was given one"));
    assert_eq!(recording.entries().iter().filter(|entry| !entry.control).count(), 0, "nothing was sent");

    let error = Tagged::query().filter(|t| t.id.compare_any(Compare::Eq, t.places)).count(&db).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::Unsupported, &*format!("{name} has no ANY and ALL over arrays"))
    );
    assert!(error.to_string().contains("Json<Vec<…>>"), "{error}");
    assert_eq!(recording.entries().iter().filter(|entry| !entry.control).count(), 0, "nothing was sent");

    // What goes around all that is stopped on its way.
    let mut connection = db.engine().acquire().await?;
    let error =
        connection.execute(Sql::write("SELECT ?", vec![aludel::Field::to_value(&vec![1_i64])])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    Ok(())
}

#[test]
fn the_type_of_a_column_keeps_what_the_elements_have() {
    let ty = |field: usize| Tagged::definition().fields[field].ty.clone();
    assert_eq!(ty(1), Type::Array(Box::new(Type::VarChar(8))));
    assert_eq!(ty(2).to_string(), "BIGINT ARRAY");
}
