//! Values there and back.

use std::cell::RefCell;

use aludel_driver::{Connection, ErrorKind, Query, Result, Row, TransactionMode};
use aludel_sql::{Value, ValueRef};
use jiff::{Timestamp, civil, tz::Offset};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

use crate::support::{Database, integer, is_mysql};

const TABLE: &str = "CREATE TABLE v (id INT PRIMARY KEY, `boolean` TINYINT(1), `small` SMALLINT, `int` INT, `big` BIGINT,
    `real` FLOAT, `double` DOUBLE, `decimal` DECIMAL(65,30), `text` LONGTEXT, `varchar` VARCHAR(400), `blob` LONGBLOB,
    `varbinary` VARBINARY(400), `date` DATE, `time` TIME(6), `datetime` DATETIME(6), `timestamp` DATETIME(6), `uuid` BINARY(16),
    `json` JSON, `unsigned` BIGINT UNSIGNED, `zoned` TIMESTAMP(6) NULL, `bit` BIT(5), `enum` ENUM('a', 'ä'), `year` YEAR,
    `char` CHAR(36), `binary` BINARY(16), `long` TIME(6))";

/// The value as it came back, in the variant it was sent in.
fn owned(value: ValueRef<'_>, like: &Value) -> Value {
    match (value, like) {
        (ValueRef::Null, _) => Value::Null,
        (ValueRef::I64(v @ (0 | 1)), Value::Bool(_)) => Value::Bool(v == 1),
        (ValueRef::I64(v), _) => Value::I64(v),
        (ValueRef::F64(v), _) => Value::F64(v),
        (ValueRef::Text(v), Value::Decimal(_)) => Value::Decimal(v.into()),
        (ValueRef::Text(v), Value::Json(_)) => Value::Json(v.into()),
        (ValueRef::Text(v), _) => Value::Text(v.into()),
        (ValueRef::Bytes(v), Value::Uuid(_)) => Value::Uuid(v.try_into().unwrap()),
        (ValueRef::Bytes(v), _) => Value::Bytes(v.into()),
        (ValueRef::Date(v), _) => Value::Date(v),
        (ValueRef::Time(v), _) => Value::Time(v),
        (ValueRef::DateTime(v), Value::Timestamp(_)) => Value::Timestamp(Offset::UTC.to_timestamp(v).unwrap()),
        (ValueRef::DateTime(v), _) => Value::DateTime(v),
        (ValueRef::Uuid(v), _) => Value::Uuid(v),
        (other, _) => panic!("{other:?}"),
    }
}

/// A connection in a transaction that is never committed, to a table with a column of every type.
async fn table(database: &Database) -> Connection {
    let mut connection = database.acquire().await;
    connection.execute(Query::other(TABLE)).await.unwrap();
    connection.begin(TransactionMode::Write).await.unwrap();
    connection
}

/// The value as it comes back from a prepared statement, and as it comes back from a script.
async fn there_and_back(connection: &mut Connection, column: &str, value: Value) -> Result<[Value; 2]> {
    let replace = format!("REPLACE INTO v (id, `{column}`) VALUES (1, ?)");
    connection.execute(Query::write(replace, vec![value.clone()])).await?;
    let select = || format!("SELECT `{column}` FROM v");
    let decode = |like: Value| move |row: &dyn Row| Ok(owned(row.get(0)?, &like));
    let mut binary = connection.fetch(Query::read(select(), vec![]), decode(value.clone())).await?;
    let mut text = connection.fetch(Query::other(select()), decode(value)).await?;
    Ok([binary.remove(0), text.remove(0)])
}

fn date() -> impl Strategy<Value = civil::Date> {
    (1_i16..=9999, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| civil::date(year, month, day))
}

fn time() -> impl Strategy<Value = civil::Time> {
    (0_i8..24, 0_i8..60, 0_i8..60, 0_i32..1_000_000).prop_map(|(h, m, s, us)| civil::time(h, m, s, us * 1_000))
}

/// A column and a value of its type, kept exactly.
fn any_value() -> impl Strategy<Value = (&'static str, Value)> {
    let decimal = ("-?", "0|[1-9][0-9]{0,34}", "(\\.[0-9]{1,30})?")
        .prop_map(|(sign, whole, fraction)| Value::Decimal(format!("{sign}{whole}{fraction}")));
    let instant = (-62_135_596_800_000_000_i64..=253_402_207_199_999_999)
        .prop_map(|us| Value::Timestamp(Timestamp::from_microsecond(us).unwrap()));
    let short = || proptest::collection::vec(any::<u8>(), 0..400).prop_map(Value::Bytes);
    prop_oneof![
        any::<bool>().prop_map(|v| ("boolean", Value::Bool(v))),
        any::<i16>().prop_map(|v| ("small", Value::I64(v.into()))),
        any::<i32>().prop_map(|v| ("int", Value::I64(v.into()))),
        any::<i64>().prop_map(|v| ("big", Value::I64(v))),
        // There is one zero, without a sign.
        any::<f32>().prop_map(|v| ("real", Value::F64(f64::from(v) + 0.0))),
        any::<f64>().prop_map(|v| ("double", Value::F64(v + 0.0))),
        decimal.prop_map(|v| ("decimal", v)),
        ".*".prop_map(|v| ("text", Value::Text(v))),
        ".{0,100} {0,3}".prop_map(|v| ("varchar", Value::Text(v))),
        any::<Vec<u8>>().prop_map(|v| ("blob", Value::Bytes(v))),
        short().prop_map(|v| ("varbinary", v)),
        date().prop_map(|v| ("date", Value::Date(v))),
        time().prop_map(|v| ("time", Value::Time(v))),
        (date(), time()).prop_map(|(date, time)| ("datetime", Value::DateTime(date.to_datetime(time)))),
        instant.prop_map(|v| ("timestamp", v)),
        any::<[u8; 16]>().prop_map(|v| ("uuid", Value::Uuid(v))),
        any::<i64>().prop_map(|v| ("json", Value::Json(format!(r#"{{"ä": [{v}, null]}}"#)))),
        (0..=i64::MAX).prop_map(|v| ("unsigned", Value::I64(v))),
        "[a-z]{36}".prop_map(|v| ("char", Value::Text(v))),
        any::<[u8; 16]>().prop_map(|v| ("binary", Value::Bytes(v.into()))),
    ]
}

#[test]
fn every_type_there_and_back() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for options in ["", "?statement_cache=0"] {
        let database = runtime.block_on(Database::with(options));
        let connection = RefCell::new(runtime.block_on(table(&database)));
        let config = Config { cases: 1_500, failure_persistence: None, ..Config::default() };
        TestRunner::new(config)
            .run(&any_value(), |(column, value)| {
                let back = runtime.block_on(there_and_back(&mut connection.borrow_mut(), column, value.clone()));
                let [binary, text] = back.map_err(|error| TestCaseError::fail(format!("{column}: {error}")))?;
                prop_assert_eq!(&binary, &value);
                // As text the server rounds to six digits.
                if column != "real" {
                    prop_assert_eq!(&text, &value);
                }
                Ok(())
            })
            .unwrap();
        runtime.block_on(async { drop(connection) });
    }
}

#[tokio::test]
async fn the_ends_of_every_type() {
    let database = Database::new().await;
    let mut connection = table(&database).await;
    let (whole, fraction) = ("9".repeat(35), "9".repeat(30));
    for (column, value) in [
        ("small", Value::I64(i16::MIN.into())),
        ("int", Value::I64(i32::MAX.into())),
        ("big", Value::I64(i64::MIN)),
        ("unsigned", Value::I64(i64::MAX)),
        ("double", Value::F64(f64::MAX)),
        ("double", Value::F64(f64::MIN_POSITIVE)),
        ("decimal", Value::Decimal(format!("-{whole}.{fraction}"))),
        ("date", Value::Date(civil::date(9999, 12, 31))),
        ("date", Value::Date(civil::date(1, 1, 1))),
        ("date", Value::Date(civil::date(2024, 2, 29))),
        ("time", Value::Time(civil::time(23, 59, 59, 999_999_000))),
        ("time", Value::Time(civil::Time::midnight())),
        ("datetime", Value::DateTime(civil::date(9999, 12, 31).at(23, 59, 59, 999_999_000))),
        ("zoned", Value::Timestamp("2020-03-29T02:30:00Z".parse().unwrap())),
        ("bit", Value::Bytes(vec![21])),
        ("enum", Value::Text("ä".into())),
        ("year", Value::I64(2155)),
        ("text", Value::Text("\0😀\u{10ffff}'\\\"".into())),
        ("text", Value::Text(String::new())),
        ("blob", Value::Bytes(vec![])),
        ("blob", Value::Bytes((0..=255).collect())),
        ("text", Value::Null),
        ("uuid", Value::Null),
        ("uuid", Value::Uuid([0; 16])),
    ] {
        let back = there_and_back(&mut connection, column, value.clone()).await.unwrap();
        assert_eq!(back, [value.clone(), value], "{column}");
    }
    // Cut off after the microseconds.
    let nanos = Value::Time(civil::time(1, 2, 3, 999_999_999));
    let [back, _] = there_and_back(&mut connection, "time", nanos).await.unwrap();
    assert_eq!(back, Value::Time(civil::time(1, 2, 3, 999_999_000)));
    let long = Query::read("SELECT length(?)", vec![Value::Text("x".repeat(5 << 20))]);
    assert_eq!(connection.fetch(long, integer).await.unwrap(), [5 << 20]);
}

#[tokio::test]
async fn values_that_no_type_holds_are_refused() {
    let database = Database::new().await;
    let mut connection = table(&database).await;
    for value in [
        Value::F64(f64::NAN),
        Value::F64(f64::INFINITY),
        Value::Date(civil::Date::MIN),
        Value::DateTime(civil::DateTime::MIN),
        Value::Timestamp(Timestamp::MIN),
    ] {
        let error = there_and_back(&mut connection, "text", value).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        assert!(error.message().contains("cannot hold"), "{error}");
    }
    for (column, sql) in [
        ("unsigned", "18446744073709551615"),
        ("long", "'838:59:59'"),
        ("long", "'-00:00:01'"),
        ("text", "CONVERT(X'ff' USING latin1)"),
    ] {
        let set = format!("REPLACE INTO v (id, `{column}`) VALUES (1, {sql})");
        connection.execute(Query::write(set, vec![])).await.unwrap();
        for query in [
            Query::read(format!("SELECT `{column}` FROM v"), vec![]),
            Query::other(format!("SELECT `{column}` FROM v")),
        ] {
            let done = connection.fetch(query, |row| row.get(0).map(|_| ())).await;
            if column == "text" {
                done.unwrap();
                continue;
            }
            let error = done.unwrap_err();
            assert_eq!(
                (error.kind(), error.columns().unwrap()),
                (ErrorKind::Decode, &[column.to_owned()][..]),
                "{error}"
            );
        }
    }
    connection.execute(Query::write("SET sql_mode = ''", vec![])).await.unwrap();
    connection.execute(Query::write("REPLACE INTO v (id, `date`) VALUES (1, '0000-00-00')", vec![])).await.unwrap();
    let zero = connection.fetch(Query::read("SELECT `date` FROM v", vec![]), |row| row.get(0).map(|_| ())).await;
    assert_eq!(zero.unwrap_err().kind(), ErrorKind::Decode);
}

#[tokio::test]
async fn values_are_compared_as_what_they_are() {
    let database = Database::new().await;
    let mut connection = table(&database).await;
    for (column, value) in [
        ("blob", Value::Bytes(vec![0xff, 0, 0x80])),
        ("varbinary", Value::Bytes(vec![0xff, 0, 0x80])),
        ("uuid", Value::Uuid([7; 16])),
        ("date", Value::Date(civil::date(2020, 1, 1))),
        ("time", Value::Time(civil::time(1, 2, 3, 4_000))),
        ("datetime", Value::DateTime(civil::date(2020, 1, 1).at(1, 2, 3, 4_000))),
        ("timestamp", Value::Timestamp("2020-01-01T01:02:03.000004Z".parse().unwrap())),
        ("boolean", Value::Bool(true)),
        ("varchar", Value::Text("Straße ".into())),
        ("json", Value::Json("{\"a\": 1}".into())),
    ] {
        there_and_back(&mut connection, column, value.clone()).await.unwrap();
        // For MySQL, a text is JSON of one text.
        let placeholder = if column == "json" && is_mysql() { "CAST(? AS JSON)" } else { "?" };
        let found = Query::read(format!("SELECT id FROM v WHERE `{column}` = {placeholder}"), vec![value]);
        assert_eq!(connection.fetch(found, |_| Ok(())).await.unwrap().len(), 1, "{column}");
    }
    for other in ["straße ", "Straße", "Strasse "] {
        there_and_back(&mut connection, "varchar", Value::Text("Straße ".into())).await.unwrap();
        let query = Query::read("SELECT id FROM v WHERE `varchar` = ?", vec![other.into()]);
        assert!(connection.fetch(query, |_| Ok(())).await.unwrap().is_empty(), "{other} is another text");
    }
}
