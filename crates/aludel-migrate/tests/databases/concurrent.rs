//! Several programs at once, and programs that stop half-way.

use std::{future::Future, pin::pin, task::Poll, time::Duration};

use aludel_driver::{Query, TransactionMode};
use aludel_sql::ErrorKind;

use super::{Database, USERS, chain};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_migrators_at_once_apply_each_revision_once() {
    let database = Database::new().await;
    let sections: Vec<String> = (0..8)
        .map(|n| format!("CREATE TABLE t{n} (id BIGINT PRIMARY KEY, a VARCHAR(9));\nINSERT INTO t{n} (id, a) VALUES (1, 'x');\nALTER TABLE t{n} ALTER COLUMN a SET NOT NULL;\n"))
        .collect();
    let sections: Vec<&str> = sections.iter().map(String::as_str).collect();
    let other = database.other_engine().await;
    let (one, two) = (chain(&sections), chain(&sections));
    let first = tokio::spawn({
        let engine = database.engine.clone();
        async move { one.upgrade(&engine, "head", |_| {}).await.map(|applied| applied.len()) }
    });
    let second = tokio::spawn(async move { two.upgrade(&other, "head", |_| {}).await.map(|applied| applied.len()) });
    let (first, second) = (first.await.unwrap().unwrap(), second.await.unwrap().unwrap());
    assert_eq!(first + second, 8, "each once: {first} and {second}");
    assert_eq!(database.query("SELECT COUNT(*) FROM aludel_history").await, "8");
    assert_eq!(database.query("SELECT COUNT(*) FROM t7").await, "1");
}

#[tokio::test]
async fn a_run_that_is_dropped_leaves_no_half_revision_or_one_to_go_on_with() {
    let migrator = chain(&[
        USERS,
        "INSERT INTO \"user\" (name) VALUES ('susan');\nALTER TABLE \"user\" ALTER COLUMN email SET DATA TYPE BIGINT \
         USING CHAR_LENGTH(name);\nALTER TABLE \"user\" RENAME COLUMN email TO mails;\nDROP INDEX ix_user_name;\n\
         INSERT INTO \"user\" (name) VALUES ('susan');\n",
    ]);
    let whole = Database::new().await;
    whole.upgrade(&migrator).await.unwrap();
    let schema = whole.schema().await;
    let mut finished = false;
    let mut polls = 0;
    // On a server each try takes a second.
    let step = if whole.dialect().name() == "sqlite" { 1 } else { 8 };
    while !finished {
        let database = Database::new().await;
        {
            let mut run = pin!(migrator.upgrade(&database.engine, "head", |_| {}));
            let mut left = polls;
            finished = std::future::poll_fn(|context| {
                if left == 0 {
                    return Poll::Ready(false);
                }
                left -= 1;
                run.as_mut().poll(context).map(|result| result.is_ok())
            })
            .await;
        }
        // Whatever was reached, going on from there arrives.
        database.upgrade(&migrator).await.unwrap_or_else(|error| panic!("after {polls} polls: {error}"));
        let rows = database.query("SELECT name, mails FROM \"user\" ORDER BY id").await;
        assert_eq!(rows, "susan|5\nsusan|NULL", "after {polls} polls");
        assert_eq!(database.query("SELECT COUNT(*) FROM aludel_history").await, "2");
        assert_eq!(database.schema().await, schema, "after {polls} polls");
        polls += step;
        assert!(polls < 1_000, "the run never ended by itself");
    }
}

#[tokio::test]
async fn who_finds_a_run_under_way_waits_for_it_and_not_for_ever() {
    let database = Database::new().await;
    if database.dialect().name() == "sqlite" {
        return; // A transaction is lock enough.
    }
    let other = database.other_engine().await;
    // A run that stands still: it waits for a table that someone else has.
    let migrator = chain(&[USERS, "ALTER TABLE \"user\" ADD COLUMN age INTEGER;\n"]);
    migrator.upgrade(&database.engine, "r1", |_| {}).await.unwrap();
    let mut reader = other.acquire().await.unwrap();
    reader.begin(TransactionMode::Write).await.unwrap();
    reader
        .fetch(Query::read(super::local(database.dialect(), "SELECT * FROM \"user\""), vec![]), |_| Ok(()))
        .await
        .unwrap();
    let stuck = tokio::spawn({
        let engine = database.engine.clone();
        async move { migrator.upgrade(&engine, "head", |_| {}).await.map(|applied| applied.len()) }
    });
    // Until that run has the lock, this one would get it.
    let second =
        chain(&[USERS, "ALTER TABLE \"user\" ADD COLUMN age INTEGER;\n"]).lock_timeout(Duration::from_millis(500));
    let error = loop {
        tokio::task::yield_now().await;
        if is_locked(&database).await {
            break second.upgrade(&other, "head", |_| {}).await.unwrap_err();
        }
    };
    assert_eq!(error.kind(), ErrorKind::Busy);
    assert!(
        error.to_string().contains("another program has been migrating the database for more than 0.5 s"),
        "{error}"
    );
    // Longer than one try takes: the run tries again, and gets through.
    tokio::time::sleep(Duration::from_secs(6)).await;
    reader.rollback().await.unwrap();
    assert_eq!(stuck.await.unwrap().unwrap(), 1);
    assert!(second.upgrade(&other, "head", |_| {}).await.unwrap().is_empty());
}

async fn is_locked(database: &Database) -> bool {
    let sql = match database.dialect().name() {
        "postgres" => {
            "SELECT COUNT(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database \
            WHERE locktype = 'advisory' AND datname = current_database()"
        }
        _ => "SELECT COUNT(IS_USED_LOCK(CONCAT('aludel_', LEFT(SHA2(DATABASE(), 256), 40))))",
    };
    database.query(sql).await == "1"
}
