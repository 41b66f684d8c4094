//! Futures dropped at every await: all or nothing, and everything is given back.

use aludel_driver::{Connection, ErrorKind, Query, Result, State, TransactionMode};

use crate::support::{Database, count_to, insert, insert_many, integer, poll_times};

/// Drops the future that `work` makes of a connection after 1, 2, 3 … polls until it gets to its end, and checks each time
/// that the pool, which has one connection, lends it out again idle, and that the file holds 0 rows or all `rows` of them.
async fn drop_everywhere<T>(options: &str, rows: i64, work: impl AsyncFn(&mut Connection) -> Result<T>) {
    for polls in 1.. {
        assert!(polls < 1_000, "it never ends");
        let database = Database::with(&format!("?pool=1&timeout=20{options}")).await;
        let mut connection = database.acquire().await;
        let done = poll_times(work(&mut connection), polls).await;
        if done.is_none() && connection.state() == State::Lost {
            let error = connection.execute(insert("too late")).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
            connection.rollback().await.unwrap();
            assert_eq!(connection.state(), State::Lost);
        }
        drop(connection);

        // Waits until the job that has the connection has really ended.
        let mut connection = database.acquire().await;
        assert_eq!(connection.state(), State::Idle);
        let items = database.items();
        assert!(items == 0 || items == rows, "{items} of {rows} rows after {polls} polls");
        connection.begin(TransactionMode::Write).await.unwrap();
        connection.execute(insert("afterwards")).await.unwrap();
        connection.commit().await.unwrap();
        assert_eq!(database.items(), items + 1);
        if let Some(done) = done {
            done.unwrap();
            assert_eq!(items, rows);
            return;
        }
    }
}

#[tokio::test]
async fn statements_on_the_calling_task() {
    drop_everywhere("", 0, async |c| c.fetch(Query::read("SELECT 1", vec![]), integer).await).await;
    drop_everywhere("", 1, async |c| c.execute(insert("a")).await).await;
    drop_everywhere("", 3, async |c| c.execute_many(insert_many(["a", "b", "c"].map(str::to_owned))).await).await;
}

#[tokio::test]
async fn statements_on_the_blocking_pool() {
    drop_everywhere("", 0, async |c| c.fetch(count_to(1_000_000), integer).await).await;
    drop_everywhere("&synchronous=full", 1, async |c| c.execute(insert("a")).await).await;
    drop_everywhere("", 6_000, async |c| c.execute_many(insert_many((0..6_000).map(|i| i.to_string()))).await).await;
    let script = "INSERT INTO item (name) VALUES ('a'), ('b')";
    drop_everywhere("", 2, async |c| c.execute(Query::other(script)).await).await;
}

#[tokio::test]
async fn transactions() {
    for options in ["", "&synchronous=full"] {
        drop_everywhere(options, 6_002, async |c| {
            c.begin(TransactionMode::Write).await?;
            c.execute(insert("a")).await?;
            c.fetch(count_to(300_000), integer).await?;
            c.execute_many(insert_many((0..6_000).map(|i| i.to_string()))).await?;
            c.execute(Query::other("CREATE TABLE t (x)")).await?;
            c.execute(insert("b")).await?;
            c.commit().await
        })
        .await;
    }
}

#[tokio::test]
async fn waiting_for_a_turn() {
    let database = Database::with("?timeout=20").await;
    let mut holder = database.acquire().await;
    holder.begin(TransactionMode::Write).await.unwrap();
    for _ in 0..3 {
        let mut other = database.acquire().await;
        assert!(poll_times(other.begin(TransactionMode::Write), 1).await.is_none());
        assert_eq!(other.state(), State::Idle, "nothing has begun");
        assert!(poll_times(other.execute(insert("a")), 1).await.is_none());
        assert_eq!(other.state(), State::Idle);
    }
    holder.commit().await.unwrap();
    database.acquire().await.execute(insert("b")).await.unwrap();
    assert_eq!(database.items(), 1);
}

#[tokio::test]
async fn waiting_for_another_process() {
    let database = Database::with("?timeout=3600&pool=1").await;
    let outside = database.outside();
    outside.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut connection = database.acquire().await;
    assert!(poll_times(connection.begin(TransactionMode::Write), 1).await.is_none());
    assert_eq!(connection.state(), State::Lost);
    drop(connection);
    // Comes back at once, not after the hour of the time-out.
    let mut connection = database.acquire().await;
    outside.execute_batch("ROLLBACK").unwrap();
    connection.execute(insert("a")).await.unwrap();
}

#[tokio::test]
async fn a_query_nobody_waits_for_is_stopped() {
    let database = Database::with("?pool=1").await;
    let mut connection = database.acquire().await;
    // Would count for hours. The first poll sends it to the blocking pool.
    assert!(poll_times(connection.fetch(count_to(1 << 40), integer), 1).await.is_none());
    assert_eq!(connection.state(), State::Lost);
    drop(connection);
    let mut connection = database.acquire().await;
    assert_eq!(connection.fetch(count_to(300_000), integer).await.unwrap(), [300_000], "the stop is over");
}

#[tokio::test]
async fn acquiring() {
    let database = Database::with("?pool=1").await;
    let held = database.acquire().await;
    for _ in 0..3 {
        assert!(poll_times(database.engine.acquire(), 1).await.is_none());
    }
    drop(held);
    // A connection of a pool of two is opened on the blocking pool, and its place is given back when nobody waits.
    let database = Database::with("?pool=2").await;
    let held = database.acquire().await;
    for _ in 0..3 {
        drop(poll_times(database.engine.acquire(), 1).await);
    }
    let second = database.acquire().await;
    drop((held, second));
}
