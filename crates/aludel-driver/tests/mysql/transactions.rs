//! Transactions and savepoints.

use aludel_driver::{ErrorKind, Query, State, TransactionMode};
use mysql_async::prelude::Queryable;

use crate::support::{Database, insert, insert_many, integer, read};

fn control(sql: &'static str) -> Query {
    Query::write(sql, vec![])
}

#[tokio::test]
async fn transactions_and_savepoints() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    assert_eq!(connection.commit().await.unwrap_err().kind(), ErrorKind::Session);
    connection.rollback().await.unwrap();

    connection.begin(TransactionMode::Write).await.unwrap();
    assert_eq!(connection.state(), State::Transaction);
    assert_eq!(connection.begin(TransactionMode::Read).await.unwrap_err().kind(), ErrorKind::Session);
    connection.execute(insert("a")).await.unwrap();
    connection.execute(control("SAVEPOINT s")).await.unwrap();
    connection.execute(insert("b")).await.unwrap();
    connection.execute(control("ROLLBACK TO s")).await.unwrap();
    connection.execute(control("RELEASE SAVEPOINT s")).await.unwrap();
    assert_eq!((connection.state(), database.items().await), (State::Transaction, 0));
    connection.commit().await.unwrap();
    assert_eq!((connection.state(), database.items().await), (State::Idle, 1));

    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("c")).await.unwrap();
    connection.rollback().await.unwrap();
    assert_eq!((connection.state(), database.items().await), (State::Idle, 1));
    for mode in [TransactionMode::Write, TransactionMode::Isolated, TransactionMode::Read] {
        connection.begin(mode).await.unwrap();
        connection.commit().await.unwrap();
        assert_eq!(connection.state(), State::Idle);
    }
}

#[tokio::test]
async fn an_error_that_undoes_one_statement_leaves_the_transaction() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("a")).await.unwrap();
    connection.execute(insert("a")).await.unwrap_err();
    assert_eq!(connection.state(), State::Transaction);
    connection.execute(control("SELEC")).await.unwrap_err();
    connection.execute(Query::other("SELEC")).await.unwrap_err();
    assert_eq!(connection.state(), State::Transaction);
    connection.commit().await.unwrap();
    assert_eq!(database.items().await, 1);
}

#[tokio::test]
async fn a_savepoint_mends_a_half_done_transaction() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("a")).await.unwrap();
    connection.execute(control("SAVEPOINT s")).await.unwrap();
    connection.execute_many(insert_many(["b".into(), "a".into()])).await.unwrap_err();
    assert_eq!(connection.state(), State::Failed);
    for error in [
        connection.execute(insert("more")).await.unwrap_err(),
        connection.begin(TransactionMode::Write).await.unwrap_err(),
        connection.commit().await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Session, "{error}");
    }
    connection.execute(control("ROLLBACK TO nowhere")).await.unwrap_err();
    assert_eq!(connection.state(), State::Failed);
    connection.execute(control("ROLLBACK TO s")).await.unwrap();
    assert_eq!(connection.state(), State::Transaction);
    connection.execute(insert("c")).await.unwrap();
    connection.commit().await.unwrap();
    assert_eq!(database.items().await, 2);
}

#[tokio::test]
async fn a_read_transaction_is_a_snapshot() {
    let database = Database::new().await;
    let (mut reader, mut writer) = (database.acquire().await, database.acquire().await);
    let count = || read("SELECT count(*) FROM item");
    reader.begin(TransactionMode::Read).await.unwrap();
    writer.execute(insert("a")).await.unwrap();
    assert_eq!(reader.fetch(count(), integer).await.unwrap(), [0]);
    let error = reader.execute(insert("b")).await.unwrap_err();
    assert!(error.message().contains("can only read"), "{error}");
    reader.rollback().await.unwrap();
    assert_eq!(reader.fetch(count(), integer).await.unwrap(), [1]);
}

#[tokio::test]
async fn ddl_commits_and_the_state_says_so() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("a")).await.unwrap();
    connection.execute(Query::other("CREATE TABLE t (x INT)")).await.unwrap();
    assert_eq!((connection.state(), database.items().await), (State::Idle, 1));
    assert_eq!(connection.commit().await.unwrap_err().kind(), ErrorKind::Session, "there is nothing to commit");
    // It commits first and then fails.
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("b")).await.unwrap();
    connection.execute(Query::other("CREATE TABLE t (x INT)")).await.unwrap_err();
    assert_eq!(connection.state(), State::Failed);
    assert_eq!(connection.execute(insert("c")).await.unwrap_err().kind(), ErrorKind::Session);
    connection.rollback().await.unwrap();
    assert_eq!((connection.state(), database.items().await), (State::Idle, 2));
}

#[tokio::test]
async fn the_state_is_what_the_server_says() {
    let database = Database::with("?pool=1").await;
    let mut connection = database.acquire().await;
    // Past the driver's own ways.
    connection.execute(Query::other("BEGIN; INSERT INTO item (name) VALUES ('a')")).await.unwrap();
    assert_eq!(connection.state(), State::Transaction);
    connection.execute(Query::other("ROLLBACK")).await.unwrap();
    assert_eq!(connection.state(), State::Idle);
    connection.execute(Query::other("BEGIN; INSERT INTO item (name) VALUES ('b'); SELEC")).await.unwrap_err();
    assert_eq!(connection.state(), State::Transaction);
    drop(connection);
    assert_eq!((database.acquire().await.state(), database.items().await), (State::Idle, 0));
}

#[tokio::test]
async fn a_deadlock_undoes_the_transaction_and_can_be_told() {
    let database = Database::new().await;
    let (mut one, mut other) = (database.acquire().await, database.acquire().await);
    one.execute_many(insert_many(["a".into(), "b".into()])).await.unwrap();
    let touch = |name: &str| Query::write("UPDATE item SET name = concat(name, 'x') WHERE name = ?", vec![name.into()]);
    one.begin(TransactionMode::Write).await.unwrap();
    other.begin(TransactionMode::Write).await.unwrap();
    one.execute(touch("a")).await.unwrap();
    other.execute(touch("b")).await.unwrap();
    let (first, second) = tokio::join!(one.execute(touch("b")), other.execute(touch("a")));
    let error = first.and(second).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Serialization, "{error}");
    let mut states = [one.state(), other.state()];
    states.sort_by_key(|state| *state == State::Failed);
    assert_eq!(states, [State::Transaction, State::Failed]);
    for connection in [&mut one, &mut other] {
        if connection.state() == State::Failed {
            assert_eq!(connection.execute(insert("c")).await.unwrap_err().kind(), ErrorKind::Session);
            assert_eq!(connection.commit().await.unwrap_err().kind(), ErrorKind::Session);
            connection.rollback().await.unwrap();
        } else {
            connection.commit().await.unwrap();
        }
        assert_eq!(connection.state(), State::Idle);
    }
    let names = one.fetch(read("SELECT count(*) FROM item WHERE name LIKE '%x'"), integer).await.unwrap();
    assert_eq!(names, [2], "all of one and nothing of the other");
}

#[tokio::test]
async fn an_isolated_transaction_lets_no_other_in_between() {
    let database = Database::with("?lock_timeout=1").await;
    let mut connection = database.acquire().await;
    connection.execute(insert("a")).await.unwrap();
    connection.begin(TransactionMode::Isolated).await.unwrap();
    assert_eq!(connection.fetch(read("SELECT count(*) FROM item"), integer).await.unwrap(), [1]);
    let mut other = database.acquire().await;
    other.begin(TransactionMode::Write).await.unwrap();
    let error = other.execute(Query::write("UPDATE item SET name = 'b'", vec![])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy, "{error}");
    assert_eq!(other.state(), State::Transaction, "the statement alone was undone");
    connection.commit().await.unwrap();
    other.execute(Query::write("UPDATE item SET name = 'b'", vec![])).await.unwrap();
    other.commit().await.unwrap();
    let mut outside = database.outside().await;
    assert_eq!(outside.query_first::<String, _>("SELECT name FROM item").await.unwrap().as_deref(), Some("b"));
}
