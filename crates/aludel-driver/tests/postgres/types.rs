//! Values there and back.

use std::cell::RefCell;

use aludel_driver::{Connection, ErrorKind, Query, Result, Row};
use aludel_sql::{Value, ValueRef};
use jiff::{Timestamp, civil};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

use crate::support::{Database, connect, server};

/// The value as it came back, in the variant it was sent in.
fn owned(value: ValueRef<'_>, like: &Value) -> Value {
    match (value, like) {
        (ValueRef::Null, _) => Value::Null,
        (ValueRef::Bool(v), _) => Value::Bool(v),
        (ValueRef::I64(v), _) => Value::I64(v),
        (ValueRef::F64(v), _) => Value::F64(v),
        (ValueRef::Text(v), Value::Decimal(_)) => Value::Decimal(v.into()),
        (ValueRef::Text(v), Value::Json(_)) => Value::Json(v.into()),
        (ValueRef::Text(v), _) => Value::Text(v.into()),
        (ValueRef::Bytes(v), _) => Value::Bytes(v.into()),
        (ValueRef::Date(v), _) => Value::Date(v),
        (ValueRef::Time(v), _) => Value::Time(v),
        (ValueRef::DateTime(v), _) => Value::DateTime(v),
        (ValueRef::Timestamp(v), _) => Value::Timestamp(v),
        (ValueRef::Uuid(v), _) => Value::Uuid(v),
        // Their elements are in the variants they were sent in.
        (ValueRef::Array(v), _) => Value::Array(v.into()),
        (other, _) => panic!("{other:?}"),
    }
}

async fn there_and_back(connection: &mut Connection, ty: &str, value: Value) -> Result<Value> {
    let like = value.clone();
    let query = Query::read(format!("SELECT $1::{ty}"), vec![value]);
    let decode = move |row: &dyn Row| Ok(owned(row.get(0)?, &like));
    connection.fetch(query, decode).await.map(|mut rows| rows.remove(0))
}

fn decimal() -> impl Strategy<Value = Value> {
    let plain = ("-?", "0|[1-9][0-9]{0,64}", "(\\.[0-9]{1,30})?")
        .prop_map(|(sign, whole, fraction)| Value::Decimal(format!("{sign}{whole}{fraction}")));
    prop_oneof![plain, "0\\.0{0,40}[1-9]{1,3}0{0,9}".prop_map(Value::Decimal), "[1-9]0{0,70}".prop_map(Value::Decimal),]
}

fn date() -> impl Strategy<Value = civil::Date> {
    (-4712_i16..=9999, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| civil::date(year, month, day))
}

fn time() -> impl Strategy<Value = civil::Time> {
    (0_i8..24, 0_i8..60, 0_i8..60, 0_i32..1_000_000).prop_map(|(h, m, s, us)| civil::time(h, m, s, us * 1_000))
}

/// A type and a value of it, or an array of such values, kept exactly.
fn any_value() -> BoxedStrategy<(String, Value)> {
    let plain = || plain_value().prop_map(|(ty, value)| (ty.to_owned(), value)).boxed();
    let array = plain_value().prop_flat_map(|(ty, value)| {
        // JSON comes back as text.
        let value = if let Value::Json(_) = value { Value::Null } else { value };
        let elements = prop::collection::vec(prop_oneof![3 => Just(value), 1 => Just(Value::Null)], 0..4);
        elements.prop_map(move |elements| (format!("{ty}[]"), Value::Array(elements)))
    });
    prop_oneof![2 => plain(), 1 => array].boxed()
}

/// A type and a value of it, kept exactly.
fn plain_value() -> impl Strategy<Value = (&'static str, Value)> {
    let text = || "[^\\x00]*".prop_map(Value::Text);
    // 4713 BC is the first year the server knows, and the last of these is in it.
    let first = civil::date(-4711, 1, 1).at(0, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
    let instant = (first.as_microsecond()..=253_402_207_199_000_000)
        .prop_map(|us| Value::Timestamp(Timestamp::from_microsecond(us).unwrap()));
    prop_oneof![
        any::<bool>().prop_map(|v| ("boolean", Value::Bool(v))),
        any::<i16>().prop_map(|v| ("smallint", Value::I64(v.into()))),
        any::<i32>().prop_map(|v| ("integer", Value::I64(v.into()))),
        any::<i64>().prop_map(|v| ("bigint", Value::I64(v))),
        any::<f32>().prop_map(|v| ("real", Value::F64(v.into()))),
        proptest::num::f64::ANY.prop_map(|v| ("double precision", Value::F64(v))),
        decimal().prop_map(|v| ("numeric", v)),
        text().prop_map(|v| ("text", v)),
        text().prop_map(|v| ("varchar", v)),
        any::<Vec<u8>>().prop_map(|v| ("bytea", Value::Bytes(v))),
        date().prop_map(|v| ("date", Value::Date(v))),
        time().prop_map(|v| ("time", Value::Time(v))),
        (date(), time()).prop_map(|(date, time)| ("timestamp", Value::DateTime(date.to_datetime(time)))),
        instant.prop_map(|v| ("timestamptz", v)),
        any::<[u8; 16]>().prop_map(|v| ("uuid", Value::Uuid(v))),
        any::<i64>().prop_map(|v| ("jsonb", Value::Json(format!(r#"{{"ä": [{v}, null]}}"#)))),
        "[a-z]*".prop_map(|v| ("json", Value::Json(format!(r#"[ "{v}" ]"#)))),
    ]
}

#[test]
fn every_type_there_and_back() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for options in ["", "?statement_cache=0"] {
        let connection = RefCell::new(runtime.block_on(async {
            connect(&format!("{}/postgres{options}", server())).await.unwrap().acquire().await.unwrap()
        }));
        let config = Config { cases: 1_500, failure_persistence: None, ..Config::default() };
        TestRunner::new(config)
            .run(&any_value(), |(ty, value)| {
                let back = runtime.block_on(there_and_back(&mut connection.borrow_mut(), &ty, value.clone()));
                prop_assert_eq!(back.map_err(|error| TestCaseError::fail(format!("{ty}: {error}")))?, value);
                Ok(())
            })
            .unwrap();
    }
}

#[tokio::test]
async fn the_ends_of_every_type() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    let nines = "9".repeat(65);
    for (ty, value) in [
        ("smallint", Value::I64(i16::MIN.into())),
        ("integer", Value::I64(i32::MAX.into())),
        ("bigint", Value::I64(i64::MIN)),
        ("double precision", Value::F64(f64::NAN)),
        ("double precision", Value::F64(f64::NEG_INFINITY)),
        ("double precision", Value::F64(-0.0)),
        ("real", Value::F64(f32::MAX.into())),
        ("numeric", Value::Decimal("NaN".into())),
        ("numeric", Value::Decimal("-Infinity".into())),
        ("numeric", Value::Decimal("Infinity".into())),
        ("numeric", Value::Decimal(format!("0.{}1", "0".repeat(29)))),
        ("numeric", Value::Decimal(nines.clone())),
        ("numeric", Value::Decimal(format!("-{nines}.{nines}"))),
        ("numeric(10,4)", Value::Decimal("1.5000".into())),
        ("date", Value::Date(civil::Date::MAX)),
        ("time", Value::Time(civil::time(23, 59, 59, 999_999_000))),
        ("varchar(3)", Value::Text("äöü".into())),
        ("char(3)", Value::Text("a  ".into())),
        ("text", Value::Null),
        ("bytea", Value::Bytes(vec![])),
        ("inet", Value::Null),
    ] {
        let back = there_and_back(&mut connection, ty, value.clone()).await.unwrap();
        assert_eq!(back, value, "{ty}");
        if let (Value::Decimal(back), Value::Decimal(value)) = (back, value) {
            assert_eq!(back, value, "every place is kept");
        }
    }
    // Cut off towards the past, like the text of other databases.
    let early = Value::Timestamp(Timestamp::from_nanosecond(-1).unwrap());
    let micro = Value::Timestamp(Timestamp::from_microsecond(-1).unwrap());
    assert_eq!(there_and_back(&mut connection, "timestamptz", early).await.unwrap(), micro);
}

#[tokio::test]
async fn values_that_do_not_fit_are_refused() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    for (ty, value) in [
        ("smallint", Value::I64(1 << 20)),
        ("integer", Value::I64(1 << 40)),
        ("real", Value::F64(1e300)),
        ("integer", Value::Bytes(vec![1])),
        ("integer", Value::Text("x".into())),
        ("numeric", Value::Decimal("1,5".into())),
        ("text", Value::Text("a\0b".into())),
        ("date", Value::Date(civil::Date::MIN)),
        ("text", Value::Array(vec!["a".into()])),
        ("int[]", Value::Array(vec![Value::Array(vec![])])),
        ("int[]", Value::Array(vec!["x".into()])),
        ("smallint[]", Value::Array(vec![Value::I64(1 << 20)])),
    ] {
        let error = there_and_back(&mut connection, ty, value).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Database | ErrorKind::Usage), "{ty}: {error}");
    }
    for (ty, value) in [("text", Value::Text("a\0b".into())), ("jsonb", Value::Json(r#"{"a": "\u0000"}"#.into()))] {
        let error = there_and_back(&mut connection, ty, value).await.unwrap_err();
        assert!(error.message().contains("NUL"), "{ty}: {error}");
    }
    for sql in [
        "'{infinity}'::date[]",
        "'{{1},{2}}'::int[]",
        "'{1 day}'::interval[]",
        "'infinity'::timestamptz",
        "'-infinity'::date",
        "'24:00'::time",
        "'10000-01-01'::date",
        "'1 day'::interval",
    ] {
        let query = Query::read(format!("SELECT {sql} AS odd"), vec![]);
        let error = connection.fetch(query, |row| row.get(0).map(|_| ())).await.unwrap_err();
        assert_eq!((error.kind(), error.columns().unwrap()), (ErrorKind::Decode, &["odd".to_owned()][..]), "{sql}");
    }
}

#[tokio::test]
async fn types_without_a_value_take_and_give_text() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    let schema = "CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE DOMAIN age AS int CHECK (VALUE >= 0)";
    connection.execute(Query::other(schema)).await.unwrap();
    for (ty, given, back) in [
        ("mood", Value::Text("glad".into()), "glad"),
        ("mood[]::text", Value::Array(vec!["glad".into(), Value::Null]), "{glad,NULL}"),
        ("jsonb[]::text", Value::Array(vec![Value::Json("[\"a\"]".into())]), r#"{"[\"a\"]"}"#),
        ("age[]::text", Value::Array(vec![Value::I64(5)]), "{5}"),
        ("text[]::text", Value::Array(vec![Value::I64(5), Value::Bool(true)]), "{5,true}"),
        ("inet::text", Value::Text("10.0.0.1/8".into()), "10.0.0.1/8"),
        ("interval::text", Value::Text("1 day".into()), "1 day"),
        ("int[]::text", Value::Text("{1,2}".into()), "{1,2}"),
        ("text", Value::I64(5), "5"),
        ("text", Value::Date(civil::date(-43, 3, 15)), "0044-03-15 BC"),
        ("timestamptz::text", Value::DateTime(civil::date(2020, 1, 1).at(1, 0, 0, 0)), "2020-01-01 01:00:00+00"),
        ("timestamp::text", Value::Timestamp("2020-01-01T01:00:00Z".parse().unwrap()), "2020-01-01 01:00:00"),
    ] {
        let value = there_and_back(&mut connection, ty, given).await.unwrap();
        assert_eq!(value, Value::Text(back.into()), "{ty}");
    }
    assert_eq!(there_and_back(&mut connection, "age", Value::I64(5)).await.unwrap(), Value::I64(5));
    assert_eq!(there_and_back(&mut connection, "age", Value::I64(-5)).await.unwrap_err().kind(), ErrorKind::Check);
    let void =
        connection.fetch(Query::read("SELECT pg_notify('a', 'b')", vec![]), |row| Ok(row.get(0)? == ValueRef::Null));
    assert_eq!(void.await.unwrap(), [true]);
}
