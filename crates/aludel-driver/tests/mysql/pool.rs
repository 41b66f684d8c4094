//! The pool: who has which connection, and what becomes of it.

use aludel_driver::{ErrorKind, Query, State, TransactionMode};

use crate::{
    server::Server,
    support::{Database, connect, dialect, id, integer, read, text},
};

#[tokio::test]
async fn what_a_session_sets_does_not_outlive_its_loan() {
    let database = Database::with("?pool=1&lock_timeout=7").await;
    let settings = "SELECT CONVERT(concat_ws(' ', @@time_zone, @@collation_connection, @@innodb_lock_wait_timeout, \
                    @@sql_mode LIKE '%STRICT_ALL_TABLES%', DATABASE(), @a, IS_USED_LOCK('l')) USING utf8mb4)";
    let mut connection = database.acquire().await;
    let first = id(&mut connection).await;
    let fresh = connection.fetch(read(settings), text).await.unwrap();
    assert_eq!(fresh, [format!("+00:00 {} 7 1 {}", dialect().collation(), database.name)]);
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
