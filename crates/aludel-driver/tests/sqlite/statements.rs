//! Statements and their values.

use aludel_driver::{Batch, ErrorKind, Query, State, TransactionMode};
use aludel_sql::{Value, ValueRef};

use crate::support::{Database, insert, insert_many, integer, text};

#[tokio::test]
async fn insert_select_update_returning() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    assert_eq!(connection.execute(insert("a")).await.unwrap(), 1);
    let returning =
        Query::write("INSERT INTO item (name) VALUES (?1), (?2) RETURNING id", vec!["b".into(), "c".into()]);
    assert_eq!(connection.fetch(returning, integer).await.unwrap(), [2, 3]);
    let update = Query::write("UPDATE item SET name = name || '!' WHERE id > ?1", vec![1.into()]);
    assert_eq!(connection.execute(update).await.unwrap(), 2);
    assert_eq!(connection.execute(Query::write("CREATE TABLE t (x)", vec![])).await.unwrap(), 0, "DDL changes no rows");
    let names = connection.fetch(Query::read("SELECT name FROM item ORDER BY id", vec![]), text).await.unwrap();
    assert_eq!(names, ["a", "b!", "c!"]);
    assert_eq!(connection.state(), State::Idle);
    assert_eq!(database.items(), 3);
}

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

#[tokio::test]
async fn a_batch_gives_counts_and_rows_in_order() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    // One on the calling task, one large enough for the blocking pool.
    for (run, size) in [(0, 10), (1, 6_000)] {
        let mut batch = insert_many((0..size).map(|i| format!("{run}-{i}")));
        batch.sql = "INSERT INTO item (name) VALUES (?1) RETURNING name".into();
        let (changed, names) = connection.fetch_many(batch, text).await.unwrap();
        assert_eq!(changed, vec![1; size]);
        assert_eq!(names, (0..size).map(|i| format!("{run}-{i}")).collect::<Vec<_>>());
    }
    let rows = vec![vec!["0-%".into()], vec!["nobody".into()], vec!["1-%".into()]];
    let batch = Batch { sql: "DELETE FROM item WHERE name LIKE ?1".into(), rows, caller: None };
    assert_eq!(connection.execute_many(batch).await.unwrap(), [10, 0, 6_000]);
    assert_eq!(connection.execute_many(insert_many([])).await.unwrap(), [0; 0]);
}

#[tokio::test]
async fn a_failed_batch_leaves_nothing_of_itself_and_all_before_it() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    let twice = || insert_many(["x", "y", "x"].map(str::to_owned));
    assert_eq!(connection.execute_many(twice()).await.unwrap_err().kind(), ErrorKind::Unique);
    assert_eq!((connection.state(), database.items()), (State::Idle, 0));

    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("before")).await.unwrap();
    connection.execute(Query::write("SAVEPOINT s", vec![])).await.unwrap();
    assert_eq!(connection.execute_many(twice()).await.unwrap_err().kind(), ErrorKind::Unique);
    // The batch is half-done, so the transaction goes no further before that is undone.
    assert_eq!(connection.state(), State::Failed);
    assert_eq!(connection.execute(insert("more")).await.unwrap_err().kind(), ErrorKind::Session);
    assert_eq!(connection.commit().await.unwrap_err().kind(), ErrorKind::Session);
    connection.execute(Query::write("ROLLBACK TO other", vec![])).await.unwrap_err();
    assert_eq!(connection.state(), State::Failed);
    connection.execute(Query::write("rollback  to s", vec![])).await.unwrap();
    assert_eq!(connection.state(), State::Transaction);
    connection.commit().await.unwrap();
    assert_eq!(database.items(), 1);

    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute_many(twice()).await.unwrap_err();
    connection.rollback().await.unwrap();
    assert_eq!((connection.state(), database.items()), (State::Idle, 1));
}

#[tokio::test]
async fn several_statements_at_once() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    let script = "CREATE TABLE a (x); INSERT INTO a VALUES (1), (2); -- done\n";
    assert_eq!(connection.execute(Query::other(script)).await.unwrap(), 2);
    assert_eq!(connection.fetch(Query::other("PRAGMA foreign_keys"), integer).await.unwrap(), [1]);
    let error = connection.execute(Query::write("DELETE FROM a; DELETE FROM a", vec![])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
}

#[tokio::test]
async fn transactions_and_savepoints() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    assert_eq!(connection.commit().await.unwrap_err().kind(), ErrorKind::Session);
    connection.rollback().await.unwrap();

    connection.begin(TransactionMode::Write).await.unwrap();
    assert_eq!(connection.begin(TransactionMode::Read).await.unwrap_err().kind(), ErrorKind::Session);
    connection.execute(insert("a")).await.unwrap();
    connection.execute(Query::write("SAVEPOINT s", vec![])).await.unwrap();
    connection.execute(insert("b")).await.unwrap();
    connection.execute(Query::write("ROLLBACK TO s", vec![])).await.unwrap();
    connection.execute(Query::write("RELEASE s", vec![])).await.unwrap();
    assert_eq!(connection.state(), State::Transaction);
    assert_eq!(database.items(), 0);
    connection.commit().await.unwrap();
    assert_eq!((connection.state(), database.items()), (State::Idle, 1));

    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("c")).await.unwrap();
    connection.rollback().await.unwrap();
    assert_eq!((connection.state(), database.items()), (State::Idle, 1));
}

#[tokio::test]
async fn a_read_transaction_is_a_snapshot() {
    let database = Database::new().await;
    let (mut reader, mut writer) = (database.acquire().await, database.acquire().await);
    let count = || Query::read("SELECT count(*) FROM item", vec![]);
    reader.begin(TransactionMode::Read).await.unwrap();
    assert_eq!(reader.fetch(count(), integer).await.unwrap(), [0]);
    writer.execute(insert("a")).await.unwrap();
    assert_eq!(reader.fetch(count(), integer).await.unwrap(), [0]);
    let error = reader.execute(insert("b")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ReadOnly, "{error}");
    reader.rollback().await.unwrap();
    assert_eq!(reader.fetch(count(), integer).await.unwrap(), [1]);
    writer.execute(insert("c")).await.unwrap();
}
