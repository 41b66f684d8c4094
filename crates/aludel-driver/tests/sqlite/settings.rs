//! What a connection is set up with, and that nobody leaves it otherwise.

use std::time::{Duration, Instant};

use aludel_driver::{ErrorKind, Query, TransactionMode};

use crate::support::{Database, insert, insert_many, integer, text};

#[tokio::test]
async fn connections_are_set_up() {
    let database = Database::new().await;
    let mut connections = vec![database.acquire().await, database.acquire().await];
    for connection in &mut connections {
        for (pragma, value) in [("foreign_keys", 1), ("synchronous", 1), ("trusted_schema", 0), ("busy_timeout", 0)] {
            let query = Query::other(format!("PRAGMA {pragma}"));
            assert_eq!(connection.fetch(query, integer).await.unwrap(), [value], "{pragma}");
        }
        assert_eq!(connection.fetch(Query::other("PRAGMA journal_mode"), text).await.unwrap(), ["wal"]);
    }
}

#[tokio::test]
async fn the_url_sets_synchronous() {
    for (option, value) in [("off", 0), ("normal", 1), ("full", 2), ("extra", 3)] {
        let database = Database::with(&format!("?synchronous={option}")).await;
        let mut connection = database.acquire().await;
        assert_eq!(connection.fetch(Query::other("PRAGMA synchronous"), integer).await.unwrap(), [value]);
        connection.execute(insert("alone")).await.unwrap();
        connection.begin(TransactionMode::Write).await.unwrap();
        connection.execute(insert("in a transaction")).await.unwrap();
        connection.commit().await.unwrap();
        assert_eq!(database.items(), 2);
    }
}

#[tokio::test]
async fn settings_do_not_leak_to_the_next_user() {
    let database = Database::with("?pool=1").await;
    let mut connection = database.acquire().await;
    connection.execute(Query::other("PRAGMA foreign_keys = OFF")).await.unwrap();
    connection.execute(Query::other("PRAGMA legacy_alter_table = ON")).await.unwrap();
    assert_eq!(connection.fetch(Query::other("PRAGMA foreign_keys"), integer).await.unwrap(), [0]);
    // In a transaction the settings cannot be changed: they are put right after it was rolled back.
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("a")).await.unwrap();
    drop(connection);

    let mut connection = database.acquire().await;
    assert_eq!(connection.fetch(Query::other("PRAGMA foreign_keys"), integer).await.unwrap(), [1]);
    assert_eq!(connection.fetch(Query::other("PRAGMA legacy_alter_table"), integer).await.unwrap(), [0]);
    assert_eq!(database.items(), 0);
}

#[tokio::test]
async fn the_log_is_moved_into_the_file_off_the_request_path_and_begun_anew() {
    const BOUND: u64 = 4 * 1024 * 1024;
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    let size = |name: &str| std::fs::metadata(database.folder.path().join(name)).map_or(0, |file| file.len());
    let mut rows = 0;
    while size("app.db-wal") <= BOUND {
        let batch = insert_many((0..500).map(|i| format!("{rows}-{i}-{}", "x".repeat(1_000))));
        connection.execute_many(batch).await.unwrap();
        rows += 500;
    }
    // Nothing is written any more, and the runtime's one thread is free for others meanwhile.
    let deadline = Instant::now() + Duration::from_secs(60);
    while size("app.db") < 500_000 {
        assert!(Instant::now() < deadline, "no checkpoint has moved rows into the file");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    while size("app.db-wal") > BOUND {
        assert!(Instant::now() < deadline, "the log was not begun anew");
        connection.execute(insert(&format!("row {rows}"))).await.unwrap();
        rows += 1;
    }
    assert_eq!(database.items(), rows);
}

#[tokio::test]
async fn a_query_of_a_dropped_folder_is_an_error() {
    let database = Database::with("?pool=2").await;
    let first = database.acquire().await;
    std::fs::remove_dir_all(database.folder.path()).unwrap();
    let error = database.engine.acquire().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    drop(first);
    database.acquire().await;
}

#[tokio::test]
async fn a_statement_takes_no_longer_than_the_url_allows() {
    const ENDLESS: &str = "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT max(i) FROM c";
    let database = Database::with("?statement_timeout=0.02&pool=1").await;
    let mut connection = database.acquire().await;
    // On the blocking pool at first in part, and then from the start.
    for _ in 0..2 {
        let error = connection.fetch(Query::read(ENDLESS, vec![]), integer).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
        assert!(error.to_string().contains("0.02 s"), "{error}");
    }
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("lost")).await.unwrap();
    let endless =
        "INSERT INTO item (name) WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT i FROM c";
    let error = connection.execute(Query::write(endless, vec![])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    connection.rollback().await.unwrap();
    connection.execute(insert("kept")).await.unwrap();
    assert_eq!(database.items(), 1);
}
