//! Writers: they queue, and nobody keeps a lock that nobody uses.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use aludel_driver::{ErrorKind, Query, State, TransactionMode};
use tokio::sync::oneshot;

use crate::support::{Database, insert, insert_many, integer};

#[tokio::test]
async fn writers_on_one_thread_take_turns_in_order_of_arrival() {
    let database = Database::with("?timeout=20").await;
    let order = Arc::new(Mutex::new(Vec::new()));
    let mut holder = database.acquire().await;
    holder.begin(TransactionMode::Write).await.unwrap();
    holder.execute(insert("holder")).await.unwrap();

    let mut tasks = Vec::new();
    for number in 0..4 {
        let (engine, order) = (database.engine.clone(), order.clone());
        let (waiting, is_waiting) = oneshot::channel();
        tasks.push(tokio::spawn(async move {
            let mut connection = engine.acquire().await.unwrap();
            waiting.send(()).unwrap();
            if number % 2 == 0 {
                connection.begin(TransactionMode::Write).await.unwrap();
                connection.execute(insert(&format!("task {number}"))).await.unwrap();
                order.lock().unwrap().push(number);
                tokio::task::yield_now().await;
                connection.commit().await.unwrap();
            } else {
                connection.execute(insert(&format!("task {number}"))).await.unwrap();
                order.lock().unwrap().push(number);
            }
        }));
        is_waiting.await.unwrap();
        // The task goes on to the queue before this one has its turn again.
        tokio::task::yield_now().await;
    }
    assert!(order.lock().unwrap().is_empty(), "all wait for the transaction that is held over awaits");
    holder.commit().await.unwrap();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(*order.lock().unwrap(), [0, 1, 2, 3]);
    assert_eq!(database.items(), 5);
}

#[tokio::test]
async fn many_writers_on_many_connections_never_meet_a_busy_database() {
    let database = Database::with("?timeout=60").await;
    let tasks: Vec<_> = (0..16)
        .map(|task| {
            let engine = database.engine.clone();
            tokio::spawn(async move {
                for i in 0..20 {
                    let mut connection = engine.acquire().await.unwrap();
                    connection.begin(TransactionMode::Write).await.unwrap();
                    connection.execute(insert(&format!("{task}-{i}"))).await.unwrap();
                    tokio::task::yield_now().await;
                    connection.commit().await.unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(database.items(), 320);
}

#[tokio::test]
async fn waiting_for_a_task_that_writes_ends() {
    let database = Database::with("?timeout=0.1").await;
    let (mut holder, mut other) = (database.acquire().await, database.acquire().await);
    holder.begin(TransactionMode::Write).await.unwrap();
    for error in [
        other.begin(TransactionMode::Write).await.unwrap_err(),
        other.execute(insert("a")).await.unwrap_err(),
        other.execute_many(insert_many(["a".into()])).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Busy);
        assert!(error.message().contains("of this program held the write transaction for 0.1 s"), "{error}");
    }
    assert_eq!(other.state(), State::Idle);
    assert_eq!(other.fetch(Query::other("PRAGMA foreign_keys"), integer).await.unwrap(), [1], "settings need no turn");
    drop(holder);
    other.execute(insert("a")).await.unwrap();
}

#[tokio::test]
async fn another_process_that_writes_is_waited_for_and_then_named() {
    let database = Database::with("?timeout=0.2").await;
    let outside = database.outside();
    outside.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut connection = database.acquire().await;
    let start = Instant::now();
    for error in [
        connection.begin(TransactionMode::Write).await.unwrap_err(),
        connection.execute(insert("a")).await.unwrap_err(),
        connection.execute_many(insert_many(["a".into(), "b".into()])).await.unwrap_err(),
        connection.execute(Query::other("CREATE TABLE t (x)")).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Busy, "{error}");
        assert!(error.message().contains("0.2 s") && error.help().unwrap().contains("timeout"), "{error}");
    }
    assert!(start.elapsed() >= Duration::from_millis(800), "each waited for the whole time-out");
    let count = Query::read("SELECT count(*) FROM item", vec![]);
    assert_eq!(connection.fetch(count, integer).await.unwrap(), [0], "readers do not wait for writers");
    outside.execute_batch("COMMIT").unwrap();
    connection.execute(insert("a")).await.unwrap();
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("b")).await.unwrap();
    connection.commit().await.unwrap();
    assert_eq!(database.items(), 2);
}

#[tokio::test]
async fn a_writer_gets_on_when_another_process_lets_go() {
    let database = Database::with("?timeout=60").await;
    let outside = database.outside();
    outside.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut connection = database.acquire().await;
    let mut write = std::pin::pin!(connection.execute(insert("a")));
    let early = tokio::time::timeout(Duration::from_millis(50), &mut write).await;
    assert!(early.is_err(), "it waits on the blocking pool, not on this thread");
    outside.execute_batch("COMMIT").unwrap();
    assert_eq!(write.await.unwrap(), 1);
}

#[tokio::test]
async fn dropping_a_connection_rolls_back_at_once() {
    let database = Database::with("?timeout=0&pool=2").await;
    let mut connection = database.acquire().await;
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("lost")).await.unwrap();
    let mut other = database.acquire().await;
    assert_eq!(other.execute(insert("refused")).await.unwrap_err().kind(), ErrorKind::Busy);
    drop(connection);
    // With a time-out of 0 this works only if neither the turn nor SQLite's lock is held any more.
    other.execute(insert("kept")).await.unwrap();
    database.outside().execute_batch("BEGIN IMMEDIATE; COMMIT").unwrap();
    assert_eq!(database.items(), 1);
    assert_eq!(database.acquire().await.state(), State::Idle);
}
