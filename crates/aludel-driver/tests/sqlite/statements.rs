//! Statements and their values.

use aludel_driver::{Batch, Query, TransactionMode};
use aludel_sql::{ErrorKind, Value, ValueRef};

use crate::support::{Database, insert_many, integer};

#[tokio::test]
async fn a_write_declared_as_a_read_is_still_written_in_turn() {
    let database = Database::with("?timeout=0.1").await;
    let sneaky = || Query::read("INSERT INTO item (name) VALUES ('a') RETURNING id", vec![]);
    let (mut holder, mut connection) = (database.acquire().await, database.acquire().await);
    holder.begin(TransactionMode::Write).await.unwrap();
    let error = connection.fetch(sneaky(), integer).await.unwrap_err();
    assert!(error.message().contains("tasks of this program"), "{error}");
    holder.rollback().await.unwrap();
    assert_eq!(connection.fetch(sneaky(), integer).await.unwrap(), [1]);
    assert_eq!(database.items(), 1);
}

/// VACUUM, which is refused in a transaction, tells whether there is one.
#[tokio::test]
async fn a_batch_of_one_run_has_no_transaction_around_it() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    let vacuum = |runs| Batch { sql: "VACUUM".into(), rows: vec![vec![]; runs], caller: None };
    assert_eq!(connection.execute_many(vacuum(1)).await.unwrap(), [0]);
    let error = connection.execute_many(vacuum(2)).await.unwrap_err();
    assert!(error.message().contains("transaction"), "{error}");
    assert_eq!(connection.execute_many(insert_many(["a".into()])).await.unwrap(), [1]);
    assert_eq!(connection.execute_many(insert_many(["a".into()])).await.unwrap_err().kind(), ErrorKind::Unique);
    assert_eq!(database.items(), 1);
}

#[tokio::test]
async fn values_are_stored_in_their_forms_and_read_back() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    let date = jiff::civil::date(2026, 11, 3);
    let timestamp = jiff::tz::TimeZone::UTC.to_timestamp(date.at(4, 5, 6, 7_000)).unwrap();
    for (value, stored) in [
        (Value::Null, ValueRef::Null),
        (Value::Bool(true), ValueRef::I64(1)),
        (Value::Bool(false), ValueRef::I64(0)),
        (Value::I64(i64::MIN), ValueRef::I64(i64::MIN)),
        (Value::F64(-0.5), ValueRef::F64(-0.5)),
        (Value::Decimal("-12.50".into()), ValueRef::Text("-12.50")),
        (Value::Text("Grüße\0!".into()), ValueRef::Text("Grüße\0!")),
        (Value::Bytes(vec![0, 255]), ValueRef::Bytes(&[0, 255])),
        (Value::Bytes(vec![]), ValueRef::Bytes(&[])),
        (Value::Date(date), ValueRef::Text("2026-11-03")),
        (Value::Time(jiff::civil::time(4, 5, 6, 7_000)), ValueRef::Text("04:05:06.000007")),
        (Value::DateTime(date.at(23, 59, 0, 0)), ValueRef::Text("2026-11-03 23:59:00.000000")),
        (Value::Timestamp(timestamp), ValueRef::Text("2026-11-03 04:05:06.000007")),
        (Value::Uuid([7; 16]), ValueRef::Bytes(&[7; 16])),
        (Value::Json("{\"a\":1}".into()), ValueRef::Text("{\"a\":1}")),
    ] {
        let shown = format!("{value:?}");
        let expected = format!("{stored:?}");
        let query = Query::read("SELECT ?1", vec![value]);
        let read = connection.fetch(query, |row| Ok(format!("{:?}", row.get(0)?))).await.unwrap();
        assert_eq!(read, [expected], "{shown}");
    }
}
