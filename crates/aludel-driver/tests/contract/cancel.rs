//! Futures dropped at every await: all or nothing, and everything is given back.

use aludel_driver::{Connection, ErrorKind, Query, Result, State, TransactionMode};

use crate::support::{COUNT, Database, ENDLESS, capability, insert, insert_many, integer, poll_times, read};

/// Drops the future that `work` makes of a connection after 1, 2, 3 … polls until it gets to its end, and checks each time
/// that the pool, which has one connection, lends one out again idle, and that the table holds 0 rows or all `rows` of them.
/// `prepare` comes before and is not dropped.
async fn drop_everywhere<T>(
    options: &str,
    rows: i64,
    prepare: impl AsyncFn(&mut Connection) -> Result<()>,
    work: impl AsyncFn(&mut Connection) -> Result<T>,
) {
    let database = Database::with(&format!("pool=1{options}")).await;
    for polls in 1.. {
        assert!(polls < 10_000, "it never ends");
        database.empty().await;
        let mut connection = database.acquire().await;
        prepare(&mut connection).await.unwrap();
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

async fn nothing(_: &mut Connection) -> Result<()> {
    Ok(())
}

async fn an_item(c: &mut Connection) -> Result<()> {
    c.begin(TransactionMode::Write).await?;
    c.execute(insert("a")).await.map(drop)
}

/// In the program, statements that wait for the disk take another way.
fn ways() -> &'static [&'static str] {
    if capability().in_process { &["", "&synchronous=full"] } else { &["", "&statement_cache=0"] }
}

#[tokio::test]
async fn query() {
    for options in ways() {
        drop_everywhere(options, 0, nothing, async |c| c.fetch(read(COUNT), integer).await).await;
        drop_everywhere(options, 0, nothing, async |c| c.fetch(Query::other(COUNT), integer).await).await;
    }
}

#[tokio::test]
async fn execute() {
    for options in ways() {
        drop_everywhere(options, 1, nothing, async |c| c.execute(insert("a")).await).await;
        let script = "INSERT INTO item (name) VALUES ('a'), ('b')";
        drop_everywhere(options, 2, nothing, async |c| c.execute(Query::other(script)).await).await;
    }
}

#[tokio::test]
async fn execute_many() {
    // More than are under way together; in the program, more than run on the calling task.
    let many = if capability().pipelined { 700 } else { 40 };
    let many = if capability().in_process { 6_000 } else { many };
    for options in ways() {
        drop_everywhere(options, 3, nothing, async |c| c.execute_many(insert_many(["a", "b", "c"])).await).await;
    }
    let names = || (0..many).map(|i| i.to_string());
    drop_everywhere("", many, nothing, async |c| c.execute_many(insert_many(names())).await).await;
}

#[tokio::test]
async fn begin() {
    for mode in [TransactionMode::Read, TransactionMode::Write, TransactionMode::Isolated] {
        drop_everywhere("", 0, nothing, async |c| c.begin(mode).await).await;
    }
}

#[tokio::test]
async fn commit() {
    for options in ways() {
        drop_everywhere(options, 1, an_item, async |c| c.commit().await).await;
    }
}

#[tokio::test]
async fn rollback() {
    for options in ways() {
        drop_everywhere(options, 0, an_item, async |c| c.rollback().await).await;
    }
}

#[tokio::test]
async fn a_whole_transaction() {
    for options in ways() {
        drop_everywhere(options, 5, nothing, async |c| {
            c.begin(TransactionMode::Write).await?;
            c.fetch(read(COUNT), integer).await?;
            c.execute(insert("a")).await?;
            c.execute_many(insert_many(["b", "c", "d"])).await?;
            c.execute(insert("e")).await?;
            c.commit().await
        })
        .await;
    }
}

#[tokio::test]
async fn a_dropped_commit_may_have_happened() {
    let in_process = capability().in_process;
    let database = Database::with(if in_process { "pool=1&synchronous=full" } else { "pool=1" }).await;
    let mut connection = database.acquire().await;
    an_item(&mut connection).await.unwrap();
    assert!(poll_times(connection.commit(), 1).await.is_none());
    assert_eq!(connection.state(), State::Lost);
    for error in [
        connection.execute(insert("b")).await.unwrap_err(),
        connection.begin(TransactionMode::Write).await.unwrap_err(),
        connection.commit().await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::CommitOutcomeUnknown, "{error}");
    }
}

#[tokio::test]
async fn a_statement_nobody_waits_for_is_stopped_and_its_locks_are_free() {
    let database = Database::with("pool=1").await;
    database.fill(1_000).await;
    let mut connection = database.acquire().await;
    an_item(&mut connection).await.unwrap();
    // Would run for years. The second poll comes with the answer to its preparation, and sends it.
    let polls = if database.capability().in_process { 1 } else { 2 };
    assert!(poll_times(connection.fetch(read(ENDLESS), integer), polls).await.is_none());
    assert_eq!(connection.state(), State::Lost);
    // The connection is still held: what it was at ends all the same.
    database.outside().await.execute(insert("a")).await.unwrap();
    drop(connection);
    let mut connection = database.acquire().await;
    assert_eq!(connection.state(), State::Idle);
    assert_eq!(connection.fetch(read(COUNT), integer).await.unwrap(), [1_001]);
}

#[tokio::test]
async fn a_connection_dropped_in_a_transaction_is_rolled_back_at_once() {
    let database = Database::with("pool=2").await;
    let mut connection = database.acquire().await;
    an_item(&mut connection).await.unwrap();
    drop(connection);
    // Gets its lock without anyone using that connection.
    database.outside().await.execute(insert("a")).await.unwrap();
    assert_eq!(database.acquire().await.state(), State::Idle);
}

#[tokio::test]
async fn acquire() {
    let database = Database::with("pool=1").await;
    let held = database.acquire().await;
    for _ in 0..3 {
        assert!(poll_times(database.engine.acquire(), 1).await.is_none());
    }
    drop(held);
    let database = Database::with("pool=2").await;
    let held = database.acquire().await;
    // At every step of opening a connection, until there is one.
    for polls in 1.. {
        assert!(polls < 10_000, "it never ends");
        if poll_times(database.engine.acquire(), polls).await.is_some() {
            break;
        }
    }
    let second = database.acquire().await;
    drop((held, second));
}
