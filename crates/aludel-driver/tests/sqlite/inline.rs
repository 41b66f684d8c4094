//! Where statements run, and that none keeps the runtime for itself.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use aludel_driver::Query;

use crate::support::{Database, count_to, integer};

/// Runs `work` beside a task that counts how often it gets its turn; the count when the work is done.
async fn turns_beside<T>(work: impl Future<Output = T>) -> (T, usize) {
    let turns = Arc::new(AtomicUsize::new(0));
    let (counted, done) = (turns.clone(), Arc::new(AtomicBool::new(false)));
    let stop = done.clone();
    let ticker = tokio::spawn(async move {
        while !stop.load(Ordering::Relaxed) {
            counted.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
        }
    });
    let value = work.await;
    let count = turns.load(Ordering::Relaxed);
    done.store(true, Ordering::Relaxed);
    ticker.await.unwrap();
    (value, count)
}

#[tokio::test]
async fn a_long_query_does_not_stall_a_single_threaded_runtime() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    // The ticker takes its turns only while the query is on the blocking pool.
    let (value, turns) = turns_beside(connection.fetch(count_to(3_000_000), integer)).await;
    assert_eq!(value.unwrap(), [3_000_000]);
    assert!(turns > 100, "the other task had {turns} turns");

    let (value, turns) = turns_beside(connection.fetch(Query::read("SELECT 1", vec![]), integer)).await;
    assert_eq!(
        (value.unwrap(), turns),
        (vec![1], 0),
        "a short one runs on the calling task, without a turn for others"
    );
}

#[tokio::test]
async fn a_query_that_overran_goes_to_the_blocking_pool_at_once_the_next_time() {
    const ROWS: usize = 100_000;
    const LIST: &str = "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ?1) SELECT i FROM c";
    let database = Database::new().await;
    let decoded = Arc::new(AtomicUsize::new(0));
    let mut seen = Vec::new();
    for _ in 0..2 {
        decoded.store(0, Ordering::Relaxed);
        let counted = decoded.clone();
        let query = Query::read(LIST, vec![(ROWS as i64).into()]);
        let decode = move |row: &dyn aludel_driver::Row| {
            counted.fetch_add(1, Ordering::Relaxed);
            integer(row)
        };
        let rows = database.acquire().await.fetch(query, decode).await.unwrap();
        assert!(rows.iter().copied().eq(1..=ROWS as i64), "each row once, in order");
        seen.push(decoded.load(Ordering::Relaxed));
    }
    assert!(seen[0] > ROWS, "the first run was begun on the calling task and begun again: {seen:?}");
    assert_eq!(seen[1], ROWS, "the second was not");
}

#[tokio::test]
async fn a_write_is_never_interrupted() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    const FILL: &str = "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 50000)
                        INSERT INTO item (name) SELECT 'item ' || i FROM c";
    assert_eq!(connection.execute(Query::write(FILL, vec![])).await.unwrap(), 50_000);
    assert_eq!(database.items(), 50_000);
    let delete = || Query::write("DELETE FROM item WHERE name LIKE 'item %'", vec![]);
    assert_eq!(connection.execute(delete()).await.unwrap(), 50_000);
    connection.execute(Query::write(FILL, vec![])).await.unwrap();
    // Both were long, so the second time they are on the blocking pool.
    let (deleted, turns) = turns_beside(connection.execute(delete())).await;
    assert_eq!(deleted.unwrap(), 50_000);
    assert!(turns > 0);
}

#[tokio::test]
async fn a_timeout_over_queries_that_are_always_ready_fires() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    let endless = async {
        loop {
            connection.fetch(Query::read("SELECT 1", vec![]), integer).await.unwrap();
        }
    };
    let over: Result<(), _> = tokio::time::timeout(Duration::from_millis(20), endless).await;
    assert!(over.is_err());
    assert_eq!(connection.fetch(Query::read("SELECT 1", vec![]), integer).await.unwrap(), [1]);
}

#[tokio::test]
async fn a_task_gives_way_before_it_takes_a_connection() {
    let database = Database::with("?pool=1").await;
    let engine = database.engine.clone();
    let reader = tokio::spawn(async move {
        // An odd start, lest what is used in pairs is used up between them.
        tokio::task::coop::consume_budget().await;
        for _ in 0..1_000 {
            let mut connection = engine.acquire().await.unwrap();
            connection.fetch(Query::read("SELECT 1", vec![]), integer).await.unwrap();
        }
    });
    let mut turns = 0;
    while !reader.is_finished() {
        assert_eq!(database.engine.pool_status().lent, 0, "or others would queue for it");
        turns += 1;
        tokio::task::yield_now().await;
    }
    reader.await.unwrap();
    assert!(turns > 2, "the reader gave way {turns} times");
}
