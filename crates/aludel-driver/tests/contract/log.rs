//! The query log, and what is recorded for one task.

use std::panic::Location;

use aludel_driver::{Cursor, ErrorKind, Recorded, TransactionMode, recorded};
use aludel_sql::Value;

use crate::support::{Database, ENDLESS, insert, insert_many, integer, poll_times, read, text};

#[tokio::test]
async fn a_recording_has_every_statement_until_it_is_dropped() {
    let database = Database::new().await;
    let recording = database.engine.record();
    let mut connection = database.acquire().await;
    let here = Location::caller();
    connection.execute(insert("a").called_at(here)).await.unwrap();
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute_many(insert_many(["b", "c", "d"])).await.unwrap();
    connection.commit().await.unwrap();
    connection.execute(insert("a")).await.unwrap_err();
    connection.fetch(read("SELECT name FROM item"), text).await.unwrap();

    assert_eq!(recording.statements(), 4);
    let entries = recording.entries();
    let summary: Vec<_> =
        entries.iter().map(|e| (e.sql.split(' ').next().unwrap(), e.runs, e.rows, e.control, e.error)).collect();
    assert_eq!(
        summary,
        [
            ("INSERT", 1, 1, false, None),
            ("BEGIN", 1, 0, true, None),
            ("INSERT", 3, 3, false, None),
            ("COMMIT", 1, 0, true, None),
            ("INSERT", 1, 0, false, Some(ErrorKind::Unique)),
            ("SELECT", 1, 4, false, None),
        ]
    );
    assert_eq!(entries[0].params, [Value::Text("a".into())]);
    assert_eq!(entries[0].caller.map(Location::line), Some(here.line()));
    assert_eq!(entries[2].params, [Value::Text("b".into())]);
    let waits = entries.iter().any(|entry| entry.round_trips > 0);
    assert_eq!(waits, !database.capability().in_process);

    recording.clear();
    assert_eq!(recording.statements(), 0);
    let second = database.engine.record();
    connection.fetch(read("SELECT name FROM item"), text).await.unwrap();
    drop(second);
    connection.fetch(read("SELECT name FROM item"), text).await.unwrap();
    assert_eq!(recording.statements(), 2, "a second recording neither takes from the first nor ends it");
}

#[tokio::test]
async fn what_was_dropped_before_its_end_is_recorded() {
    let database = Database::with("pool=1").await;
    database.fill(1_000).await;
    let recording = database.engine.record();
    let mut connection = database.acquire().await;
    connection.begin(TransactionMode::Read).await.unwrap();
    let mut rows = Cursor::new(read("SELECT id FROM item"), 10, integer);
    rows.next(&mut connection).await.unwrap();
    rows.next(&mut connection).await.unwrap();
    drop(rows);
    connection.rollback().await.unwrap();
    // The second poll comes with the answer to its preparation, and sends it.
    let polls = if database.capability().in_process { 1 } else { 2 };
    let (done, of_task) = recorded(poll_times(connection.fetch(read(ENDLESS), integer), polls)).await;
    assert!(done.is_none());
    // Waits until it has really ended.
    drop(connection);
    drop(database.acquire().await);
    let summary: Vec<_> =
        recording.entries().into_iter().filter(|e| !e.control).map(|e| (e.sql, e.rows, e.error)).collect();
    let interrupted = Some(ErrorKind::Interrupted);
    assert_eq!(summary, [("SELECT id FROM item".to_owned(), 20, interrupted), (ENDLESS.to_owned(), 0, interrupted)]);
    assert_eq!(of_task.iter().map(|e| (e.sql.as_str(), e.error)).collect::<Vec<_>>(), [(ENDLESS, interrupted)]);
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

#[tokio::test]
async fn a_task_records_its_own_statements_on_every_engine() {
    let (one, other) = (Database::new().await, Database::new().await);
    let send = async |database: &Database, name: &str| database.acquire().await.execute(insert(name)).await.unwrap();
    let whole = Recorded::default();
    let inner = whole.during(async {
        send(&one, "a").await;
        let (output, inner) = recorded(async {
            let engine = one.engine.clone();
            tokio::spawn(async move { engine.acquire().await.unwrap().execute(insert("spawned")).await.unwrap() })
                .await
                .unwrap();
            send(&other, "b").await;
            "output"
        })
        .await;
        assert_eq!(output, "output");
        inner
    });
    let ((inner, _), _) = tokio::join!(async { tokio::join!(inner, async {}) }, send(&one, "beside"));
    let names = |entries: &[aludel_driver::Entry]| entries.iter().map(|e| e.params.clone()).collect::<Vec<_>>();
    assert_eq!(names(&inner), [[Value::from("b")]]);
    assert_eq!(names(&whole.entries()), [[Value::from("a")], [Value::from("b")]]);
    send(&one, "later").await;
    assert_eq!(whole.statements(), 2);
}

#[tokio::test]
async fn round_trips_are_those_the_driver_waits_for() {
    let database = Database::with("pool=1").await;
    let capability = database.capability();
    let trips = |trips: u64| if capability.in_process { 0 } else { trips };
    let mut connection = database.acquire().await;
    let recording = database.engine.record();
    connection.execute(insert("a")).await.unwrap();
    assert_eq!(recording.round_trips(), trips(2), "prepared, and run");
    recording.clear();
    connection.execute(insert("b")).await.unwrap();
    assert_eq!(recording.round_trips(), trips(1));
    recording.clear();
    connection.execute_many(insert_many(["c", "d", "e"])).await.unwrap();
    let runs = if capability.pipelined { 1 } else { 3 };
    assert_eq!(recording.round_trips(), trips(2 + runs), "BEGIN, the runs, COMMIT");
    recording.clear();
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("f")).await.unwrap();
    connection.rollback().await.unwrap();
    assert_eq!(recording.round_trips(), trips(3));
}
