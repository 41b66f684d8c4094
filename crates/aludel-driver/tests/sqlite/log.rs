//! The query log.

use std::panic::Location;

use aludel_driver::{Query, TransactionMode};
use aludel_sql::Value;

use crate::support::{Database, insert, insert_many, text};

#[tokio::test]
async fn a_recording_has_every_statement_until_it_is_dropped() {
    let database = Database::new().await;
    let recording = database.engine.record();
    let mut connection = database.acquire().await;
    let here = Location::caller();
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("a").called_at(here)).await.unwrap();
    connection.execute_many(insert_many(["b", "c", "d"].map(str::to_owned))).await.unwrap();
    connection.execute(insert("a")).await.unwrap_err();
    connection.commit().await.unwrap();
    connection.fetch(Query::read("SELECT name FROM item", vec![]), text).await.unwrap();

    assert_eq!(recording.statements(), 4);
    let entries = recording.entries();
    let summary: Vec<_> =
        entries.iter().map(|e| (e.sql.split(' ').next().unwrap(), e.runs, e.rows, e.control)).collect();
    assert_eq!(
        summary,
        [
            ("BEGIN", 1, 0, true),
            ("INSERT", 1, 1, false),
            ("INSERT", 3, 3, false),
            ("INSERT", 1, 0, false),
            ("COMMIT", 1, 0, true),
            ("SELECT", 1, 4, false),
        ]
    );
    assert_eq!(entries[1].params, [Value::Text("a".into())]);
    assert_eq!(entries[1].caller.map(Location::line), Some(here.line()));
    assert_eq!(entries[2].params, [Value::Text("b".into())]);
    assert!(entries.iter().all(|entry| entry.duration.as_secs() < 60));

    recording.clear();
    assert_eq!(recording.statements(), 0);
    let second = database.engine.record();
    connection.fetch(Query::read("SELECT name FROM item", vec![]), text).await.unwrap();
    drop(second);
    connection.fetch(Query::read("SELECT name FROM item", vec![]), text).await.unwrap();
    assert_eq!(recording.statements(), 2, "a second recording neither takes from the first nor ends it");
}

#[tokio::test]
async fn each_engine_has_its_own_log() {
    let (one, other) = (Database::new().await, Database::new().await);
    let recording = one.engine.record();
    other.acquire().await.execute(insert("a")).await.unwrap();
    assert_eq!(recording.statements(), 0);
    one.engine.clone().acquire().await.unwrap().execute(insert("a")).await.unwrap();
    assert_eq!(recording.statements(), 1, "a clone is the same engine");
}
