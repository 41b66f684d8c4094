//! The pool: who has which connection, and what becomes of it.

use std::time::Duration;

use aludel_driver::{Engine, EngineOptions, ErrorKind, Query, Result, State, TransactionMode, Url};
use mysql_async::prelude::Queryable;

use crate::{
    server::Server,
    support::{Database, connect, id, insert, integer, read, text},
};

#[tokio::test]
async fn connections_are_used_again_and_bounded() {
    let database = Database::with("?pool=2").await;
    let mut one = database.acquire().await;
    let first = id(&mut one).await;
    drop(one);
    let (mut one, other) = (database.acquire().await, database.acquire().await);
    assert_eq!(id(&mut one).await, first);
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
    let database = Database::with("?pool=1&lock_timeout=7").await;
    let settings = "SELECT CONVERT(concat_ws(' ', @@time_zone, @@collation_connection, @@innodb_lock_wait_timeout, \
                    @@sql_mode LIKE '%STRICT_ALL_TABLES%', DATABASE(), @a, IS_USED_LOCK('l')) USING utf8mb4)";
    let mut connection = database.acquire().await;
    let first = id(&mut connection).await;
    let fresh = connection.fetch(read(settings), text).await.unwrap();
    assert_eq!(fresh, [format!("+00:00 utf8mb4_nopad_bin 7 1 {}", database.name)]);
    let script = "SET time_zone = '+09:00', sql_mode = '', innodb_lock_wait_timeout = 1, @a = 5; SET NAMES latin1; \
                  CREATE TEMPORARY TABLE t (x INT); DO GET_LOCK('l', 0)";
    connection.execute(Query::other(script)).await.unwrap();
    drop(connection);
    let mut connection = database.acquire().await;
    assert_eq!(id(&mut connection).await, first, "it is the same");
    assert_eq!(connection.fetch(read(settings), text).await.unwrap(), fresh);
    assert_eq!(connection.fetch(read("SELECT x FROM t"), integer).await.unwrap_err().table(), Some("t"));
}

#[tokio::test]
async fn old_connections_are_replaced_and_unused_ones_tried() {
    let database = Database::with("?pool=1&recycle=0.000001").await;
    let first = id(&mut database.acquire().await).await;
    assert_ne!(id(&mut database.acquire().await).await, first);

    let database = Database::with("?pool=1&ping=0&recycle=0").await;
    let first = id(&mut database.acquire().await).await;
    assert_eq!(id(&mut database.acquire().await).await, first, "it was tried, and is good");
    end(&database, first).await;
    assert_ne!(id(&mut database.acquire().await).await, first);
}

/// Ends a connection from outside, and waits until it has ended.
async fn end(database: &Database, id: i64) {
    let mut outside = database.outside().await;
    while outside.query_drop(format!("KILL {id}")).await.is_ok() {}
}

#[tokio::test]
async fn a_lost_connection_is_never_lent_out_again() {
    let database = Database::with("?pool=1").await;
    let mut connection = database.acquire().await;
    let first = id(&mut connection).await;
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("a")).await.unwrap();
    end(&database, first).await;
    let error = connection.execute(insert("b")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    assert_eq!(connection.state(), State::Lost);
    assert_eq!(connection.execute(insert("c")).await.unwrap_err().kind(), ErrorKind::Connect);
    connection.rollback().await.unwrap();
    drop(connection);
    let mut connection = database.acquire().await;
    assert_ne!(id(&mut connection).await, first);
    assert_eq!(database.items().await, 0);
}

#[tokio::test]
async fn a_server_that_restarts_is_found_again() {
    let mut server = Server::new();
    server.start(&[]);
    let engine = connect(&server.url("root", "mysql?pool=4")).await.unwrap();
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
    server.start(&[]);
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
    drop(second.block_on(async { database.acquire().await }));
    let error = done_at_once(database.engine.acquire());
    assert_eq!(error, Some(ErrorKind::Usage), "outside a runtime");
    drop(second);
}

/// The error of a future that is done at once.
fn done_at_once<T>(future: impl Future<Output = Result<T>>) -> Option<ErrorKind> {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
        std::task::Poll::Ready(Err(error)) => Some(error.kind()),
        _ => None,
    }
}
