//! The pool: who has which connection, and what becomes of it.

use std::time::Duration;

use aludel_driver::{Connection, Engine, EngineOptions, ErrorKind, Query, State, TransactionMode, Url};

use crate::{
    server::Server,
    support::{Database, connect, insert, integer, read, text},
};

async fn pid(connection: &mut Connection) -> i64 {
    connection.fetch(read("SELECT pg_backend_pid()"), integer).await.unwrap()[0]
}

#[tokio::test]
async fn connections_are_used_again_and_bounded() {
    let database = Database::with("?pool=2").await;
    let mut one = database.acquire().await;
    let first = pid(&mut one).await;
    drop(one);
    let (mut one, other) = (database.acquire().await, database.acquire().await);
    assert_eq!(pid(&mut one).await, first);
    let url: Url = database.engine.url().clone();
    let options = EngineOptions::default().acquire_timeout(Duration::from_millis(20));
    let engine = Engine::connect(&url, options).await.unwrap();
    let held = (engine.acquire().await.unwrap(), engine.acquire().await.unwrap());
    let error = engine.acquire().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.message().contains("all 2 connections"), "{error}");
    drop((one, other, held));
}

#[tokio::test]
async fn what_a_session_sets_does_not_outlive_its_loan() {
    let database = Database::with("?pool=1&application_name=suite&options=-c%20work_mem%3D123kB").await;
    let mut connection = database.acquire().await;
    let first = pid(&mut connection).await;
    let script = "SET search_path = pg_catalog; SET TimeZone = 'Asia/Tokyo'; CREATE TEMP TABLE t (x int); \
                  LISTEN a; SELECT pg_advisory_lock(7)";
    connection.execute(Query::other(script)).await.unwrap();
    drop(connection);
    let mut connection = database.acquire().await;
    assert_eq!(pid(&mut connection).await, first, "it is the same");
    for (sql, wanted) in [
        ("SELECT current_setting('search_path')", "\"$user\", public"),
        ("SELECT current_setting('TimeZone')", "UTC"),
        ("SELECT current_setting('application_name')", "suite"),
        ("SELECT current_setting('work_mem')", "123kB"),
        ("SELECT count(*)::text FROM pg_listening_channels()", "0"),
        ("SELECT count(*)::text FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()", "0"),
    ] {
        assert_eq!(connection.fetch(read(sql), text).await.unwrap(), [wanted], "{sql}");
    }
}

#[tokio::test]
async fn old_connections_are_replaced_and_unused_ones_tried() {
    let database = Database::with("?pool=1&recycle=0.000001").await;
    let first = pid(&mut database.acquire().await).await;
    assert_ne!(pid(&mut database.acquire().await).await, first);

    let database = Database::with("?pool=1&ping=0&recycle=0").await;
    let first = pid(&mut database.acquire().await).await;
    assert_eq!(pid(&mut database.acquire().await).await, first, "it was tried, and is good");
    let outside = database.outside().await;
    outside.execute("SELECT pg_terminate_backend($1::int4, 10000)", &[&i32::try_from(first).unwrap()]).await.unwrap();
    assert_ne!(pid(&mut database.acquire().await).await, first);
}

#[tokio::test]
async fn a_lost_connection_is_never_lent_out_again() {
    let database = Database::with("?pool=1").await;
    let mut connection = database.acquire().await;
    let first = pid(&mut connection).await;
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("a")).await.unwrap();
    let outside = database.outside().await;
    outside.execute("SELECT pg_terminate_backend($1::int4, 10000)", &[&i32::try_from(first).unwrap()]).await.unwrap();
    let error = connection.execute(insert("b")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    assert_eq!(connection.state(), State::Lost);
    assert_eq!(connection.execute(insert("c")).await.unwrap_err().kind(), ErrorKind::Connect);
    connection.rollback().await.unwrap();
    drop(connection);
    let mut connection = database.acquire().await;
    assert_ne!(pid(&mut connection).await, first);
    assert_eq!(database.items().await, 0);
}

#[tokio::test]
async fn a_server_that_restarts_is_found_again() {
    let server = Server::new();
    server.start("");
    let engine = connect(&server.url("postgres", "postgres?pool=4")).await.unwrap();
    let (mut one, other) = (engine.acquire().await.unwrap(), engine.acquire().await.unwrap());
    drop(other);
    one.begin(TransactionMode::Write).await.unwrap();
    one.fetch(read("SELECT 1"), integer).await.unwrap();
    server.stop();
    // The answer to COMMIT is lost, or never was one.
    let error = one.commit().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CommitOutcomeUnknown, "{error}");
    assert_eq!(one.state(), State::Lost);
    drop(one);
    let error = engine.acquire().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    server.start("");
    let mut connections = Vec::new();
    for _ in 0..4 {
        let mut connection = engine.acquire().await.unwrap();
        assert_eq!(connection.fetch(read("SELECT 1"), integer).await.unwrap(), [1]);
        connections.push(connection);
    }
}

#[test]
fn a_runtime_that_is_gone_takes_its_connections_along() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (first, second) = (runtime(), runtime());
    let database = first.block_on(Database::with("?pool=2"));
    let mut held = first.block_on(async {
        let mut held = database.acquire().await;
        held.begin(TransactionMode::Write).await.unwrap();
        held.execute(insert("a")).await.unwrap();
        held
    });
    drop(first);
    second.block_on(async {
        assert_eq!(held.execute(insert("b")).await.unwrap_err().kind(), ErrorKind::Connect);
        drop(held);
        let (mut one, mut other) = (database.acquire().await, database.acquire().await);
        one.execute(insert("a")).await.unwrap();
        other.execute(insert("b")).await.unwrap();
    });
    let database = database;
    drop(second.block_on(async { database.acquire().await }));
    let error = futures_now(database.engine.acquire());
    assert_eq!(error, Some(ErrorKind::Usage), "outside a runtime");
    drop(second);
}

/// The error of a future that is done at once.
fn futures_now<T>(future: impl Future<Output = aludel_driver::Result<T>>) -> Option<ErrorKind> {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
        std::task::Poll::Ready(Err(error)) => Some(error.kind()),
        _ => None,
    }
}
