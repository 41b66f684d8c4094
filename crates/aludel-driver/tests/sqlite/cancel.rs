//! Futures dropped at every await: all or nothing, and everything is given back.

use aludel_driver::{State, TransactionMode};

use crate::support::{Database, count_to, insert, integer, poll_times};

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
