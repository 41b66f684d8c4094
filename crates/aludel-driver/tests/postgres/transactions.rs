//! Transactions and savepoints.

use aludel_driver::{ErrorKind, Query, State, TransactionMode};

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
    connection.execute(control("RELEASE s")).await.unwrap();
    assert_eq!(connection.state(), State::Transaction);
    assert_eq!(database.items().await, 0);
    connection.commit().await.unwrap();
    assert_eq!((connection.state(), database.items().await), (State::Idle, 1));

    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("c")).await.unwrap();
    connection.rollback().await.unwrap();
    assert_eq!((connection.state(), database.items().await), (State::Idle, 1));
    for _ in 0..2 {
        connection.begin(TransactionMode::Write).await.unwrap();
        connection.commit().await.unwrap();
    }
}

#[tokio::test]
async fn after_an_error_only_a_rollback_is_possible() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    connection.execute(insert("a")).await.unwrap();
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("lost")).await.unwrap();
    assert_eq!(connection.execute(insert("a")).await.unwrap_err().kind(), ErrorKind::Unique);
    assert_eq!(connection.state(), State::Failed);
    for error in [
        connection.execute(insert("more")).await.unwrap_err(),
        connection.execute_many(insert_many(["more".into()])).await.unwrap_err(),
        connection.begin(TransactionMode::Write).await.unwrap_err(),
        connection.commit().await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Session, "{error}");
    }
    connection.rollback().await.unwrap();
    assert_eq!((connection.state(), database.items().await), (State::Idle, 1));
}

#[tokio::test]
async fn a_savepoint_mends_a_failed_transaction() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("a")).await.unwrap();
    connection.execute(control("SAVEPOINT s")).await.unwrap();
    connection.execute_many(insert_many(["b".into(), "a".into()])).await.unwrap_err();
    assert_eq!(connection.state(), State::Failed);
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
    assert_eq!(reader.fetch(count(), integer).await.unwrap(), [0]);
    writer.execute(insert("a")).await.unwrap();
    assert_eq!(reader.fetch(count(), integer).await.unwrap(), [0]);
    let error = reader.execute(insert("b")).await.unwrap_err();
    assert!(error.message().contains("can only read"), "{error}");
    reader.rollback().await.unwrap();
    assert_eq!(reader.fetch(count(), integer).await.unwrap(), [1]);
}

#[tokio::test]
async fn a_commit_that_fails_ends_the_transaction() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    let table = "CREATE TABLE post (id int, item_id bigint REFERENCES item DEFERRABLE INITIALLY DEFERRED)";
    connection.execute(Query::other(table)).await.unwrap();
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("a")).await.unwrap();
    connection.execute(control("INSERT INTO post VALUES (1, 99)")).await.unwrap();
    let error = connection.commit().await.unwrap_err();
    assert_eq!((error.kind(), error.table()), (ErrorKind::ForeignKey, Some("post")));
    assert_eq!((connection.state(), database.items().await), (State::Idle, 0));
}

#[tokio::test]
async fn the_state_is_what_the_server_says() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    // Past the driver's own ways.
    connection.execute(Query::other("BEGIN; INSERT INTO item (name) VALUES ('a')")).await.unwrap();
    assert_eq!(connection.state(), State::Transaction);
    connection.execute(Query::other("ROLLBACK")).await.unwrap();
    assert_eq!(connection.state(), State::Idle);
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("b")).await.unwrap();
    connection.execute(Query::other("ROLLBACK")).await.unwrap();
    assert_eq!(connection.commit().await.unwrap_err().kind(), ErrorKind::Session, "there is nothing to commit");
    connection.execute(Query::other("BEGIN; SELECT 1/0")).await.unwrap_err();
    assert_eq!(connection.state(), State::Failed);
    drop(connection);
    let database = database;
    assert_eq!((database.acquire().await.state(), database.items().await), (State::Idle, 0));
}

#[tokio::test]
async fn a_begin_that_fails_takes_nothing_along() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    connection.execute(insert("a")).await.unwrap();
    // The text is wrong, so that preparing fails while BEGIN works: the transaction is there and failed.
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(Query::write("INSERT INTO absent VALUES (1)", vec![])).await.unwrap_err();
    assert_eq!(connection.state(), State::Failed);
    connection.rollback().await.unwrap();
    assert_eq!(connection.state(), State::Idle);
    // Nothing was sent, as the value does not fit: the transaction is still there.
    connection.begin(TransactionMode::Write).await.unwrap();
    let wrong = Query::write("UPDATE item SET id = $1", vec![vec![1_u8].into()]);
    assert_eq!(connection.execute(wrong).await.unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(connection.state(), State::Transaction);
    connection.execute(insert("b")).await.unwrap();
    connection.commit().await.unwrap();
    assert_eq!(database.items().await, 2);
}
