//! Futures dropped at every await: all or nothing, and everything is given back.

use aludel_driver::{Connection, ErrorKind, Query, Result, State, TransactionMode};
use mysql_async::prelude::Queryable;

use crate::support::{Database, id, insert, insert_many, integer, poll_times, read};

/// Drops the future that `work` makes of a connection after 1, 2, 3 … polls until it gets to its end, and checks each time
/// that the pool, which has one connection, lends one out again idle, and that the table holds 0 rows or all `rows` of them.
async fn drop_everywhere<T>(rows: i64, work: impl AsyncFn(&mut Connection) -> Result<T>) {
    let database = Database::with("?pool=1").await;
    for polls in 1.. {
        assert!(polls < 10_000, "it never ends");
        let mut connection = database.acquire().await;
        connection.execute(Query::write("DELETE FROM item", vec![])).await.unwrap();
        let done = poll_times(work(&mut connection), polls).await;
        if done.is_none() && connection.state() == State::Lost {
            let error = connection.execute(insert("too late")).await.unwrap_err();
            assert!(
                matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::CommitOutcomeUnknown),
                "{error} after {polls} polls"
            );
            connection.rollback().await.unwrap();
            assert_eq!(connection.state(), State::Lost);
        }
        drop(connection);

        // Waits until what was under way has really ended.
        let mut connection = database.acquire().await;
        assert_eq!(connection.state(), State::Idle);
        let items = database.items().await;
        assert!(items == 0 || items == rows, "{items} of {rows} rows after {polls} polls");
        connection.begin(TransactionMode::Write).await.unwrap();
        connection.execute(insert("afterwards")).await.unwrap();
        connection.commit().await.unwrap();
        assert_eq!(database.items().await, items + 1);
        if let Some(done) = done {
            done.unwrap();
            assert_eq!(items, rows);
            return;
        }
    }
}

#[tokio::test]
async fn statements() {
    drop_everywhere(0, async |c| c.fetch(read("SELECT count(*) FROM item"), integer).await).await;
    drop_everywhere(0, async |c| c.fetch(read("SELECT seq FROM seq_1_to_20000"), integer).await).await;
    drop_everywhere(1, async |c| c.execute(insert("a")).await).await;
    drop_everywhere(2, async |c| c.execute(Query::other("INSERT INTO item (name) VALUES ('a'), ('b')")).await).await;
}

#[tokio::test]
async fn batches() {
    drop_everywhere(3, async |c| c.execute_many(insert_many(["a", "b", "c"].map(str::to_owned))).await).await;
}

#[tokio::test]
async fn transactions() {
    drop_everywhere(5, async |c| {
        c.begin(TransactionMode::Write).await?;
        c.fetch(read("SELECT count(*) FROM item"), integer).await?;
        c.execute(insert("a")).await?;
        c.execute_many(insert_many(["b", "c", "d"].map(str::to_owned))).await?;
        c.execute(insert("a")).await.unwrap_err();
        c.execute(insert("e")).await?;
        c.commit().await
    })
    .await;
}

#[tokio::test]
async fn a_dropped_commit_may_have_happened() {
    let database = Database::with("?pool=1").await;
    let mut connection = database.acquire().await;
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("a")).await.unwrap();
    assert!(poll_times(connection.commit(), 1).await.is_none());
    assert_eq!(connection.state(), State::Lost);
    let error = connection.execute(insert("b")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CommitOutcomeUnknown);
}

#[tokio::test]
async fn a_statement_nobody_waits_for_is_stopped_and_its_locks_are_free() {
    let database = Database::with("?pool=1").await;
    let mut connection = database.acquire().await;
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("a")).await.unwrap();
    // Sleeps for an hour. The second poll comes with the answer to its preparation, and sends it.
    let sleep = connection.fetch(read("SELECT sleep(3600) FROM item"), integer);
    assert!(poll_times(sleep, 2).await.is_none());
    // The connection is still held: what it was at ends all the same.
    let mut outside = database.outside().await;
    outside.query_drop("INSERT INTO item (name) VALUES ('a')").await.unwrap();
    drop(connection);
    assert_eq!(database.acquire().await.state(), State::Idle);
}

#[tokio::test]
async fn a_connection_dropped_in_a_transaction_is_rolled_back_at_once() {
    let database = Database::with("?pool=2").await;
    let mut connection = database.acquire().await;
    let first = id(&mut connection).await;
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("a")).await.unwrap();
    drop(connection);
    // Waits for the lock on the name, and gets it without anyone using that connection.
    let mut outside = database.outside().await;
    outside.query_drop("INSERT INTO item (name) VALUES ('a')").await.unwrap();
    drop(database.acquire().await);
    let (mut one, mut other) = (database.acquire().await, database.acquire().await);
    assert!([id(&mut one).await, id(&mut other).await].contains(&first), "it was cleaned, not closed");
}

#[tokio::test]
async fn acquiring() {
    let database = Database::with("?pool=1").await;
    let held = database.acquire().await;
    for _ in 0..3 {
        assert!(poll_times(database.engine.acquire(), 1).await.is_none());
    }
    drop(held);
    let database = Database::with("?pool=2").await;
    let held = database.acquire().await;
    // Dropped at every step of opening a connection.
    for polls in 1..20 {
        drop(poll_times(database.engine.acquire(), polls).await);
    }
    let second = database.acquire().await;
    drop((held, second));
}
