//! Transactions and savepoints.

use aludel_driver::{ErrorKind, Query, State, TransactionMode};

use crate::support::{COUNT, Database, capability, insert, insert_many, integer, read, sql, write};

#[tokio::test]
async fn they_keep_all_or_nothing() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    assert_eq!(connection.commit().await.unwrap_err().kind(), ErrorKind::Session);
    connection.rollback().await.unwrap();
    for (number, mode) in [TransactionMode::Write, TransactionMode::Isolated].into_iter().enumerate() {
        let (before, name) = (database.items().await, |name: &str| format!("{name}{number}"));
        connection.begin(mode).await.unwrap();
        assert_eq!(connection.state(), State::Transaction);
        assert_eq!(connection.begin(TransactionMode::Read).await.unwrap_err().kind(), ErrorKind::Session);
        connection.execute(insert(&name("a"))).await.unwrap();
        assert_eq!(database.items().await, before, "nobody else sees it");
        connection.commit().await.unwrap();
        assert_eq!((connection.state(), database.items().await), (State::Idle, before + 1));
        connection.begin(mode).await.unwrap();
        connection.execute(insert(&name("b"))).await.unwrap();
        connection.rollback().await.unwrap();
        assert_eq!((connection.state(), database.items().await), (State::Idle, before + 1));
    }
    for mode in [TransactionMode::Write, TransactionMode::Isolated, TransactionMode::Read] {
        connection.begin(mode).await.unwrap();
        connection.commit().await.unwrap();
        assert_eq!(connection.state(), State::Idle, "without a statement");
    }
}

#[tokio::test]
async fn savepoints() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("a")).await.unwrap();
    connection.execute(write("SAVEPOINT s", vec![])).await.unwrap();
    connection.execute(insert("b")).await.unwrap();
    connection.execute(write("ROLLBACK TO s", vec![])).await.unwrap();
    connection.execute(write("RELEASE SAVEPOINT s", vec![])).await.unwrap();
    assert_eq!(connection.state(), State::Transaction);
    connection.commit().await.unwrap();
    assert_eq!(database.items().await, 1);
}

#[tokio::test]
async fn after_an_error_the_state_tells_what_is_left() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    connection.execute(insert("a")).await.unwrap();
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("b")).await.unwrap();
    assert_eq!(connection.execute(insert("a")).await.unwrap_err().kind(), ErrorKind::Unique);
    if database.capability().errors_abort {
        assert_eq!(connection.state(), State::Failed);
        for error in [
            connection.execute(insert("more")).await.unwrap_err(),
            connection.execute_many(insert_many(["more"])).await.unwrap_err(),
            connection.begin(TransactionMode::Write).await.unwrap_err(),
            connection.commit().await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Session, "{error}");
        }
        connection.rollback().await.unwrap();
        assert_eq!((connection.state(), database.items().await), (State::Idle, 1));
    } else {
        assert_eq!(connection.state(), State::Transaction, "the statement alone was undone");
        connection.execute(write("SELEC", vec![])).await.unwrap_err();
        connection.execute(Query::other("SELEC")).await.unwrap_err();
        assert_eq!(connection.state(), State::Transaction);
        connection.commit().await.unwrap();
        assert_eq!((connection.state(), database.items().await), (State::Idle, 2));
    }
}

#[tokio::test]
async fn one_that_reads_is_a_snapshot() {
    let database = Database::new().await;
    let (mut reader, mut writer) = (database.acquire().await, database.acquire().await);
    reader.begin(TransactionMode::Read).await.unwrap();
    assert_eq!(reader.fetch(read(COUNT), integer).await.unwrap(), [0]);
    writer.execute(insert("a")).await.unwrap();
    assert_eq!(reader.fetch(read(COUNT), integer).await.unwrap(), [0]);
    assert_eq!(reader.execute(insert("b")).await.unwrap_err().kind(), ErrorKind::ReadOnly);
    reader.rollback().await.unwrap();
    assert_eq!(reader.fetch(read(COUNT), integer).await.unwrap(), [1]);
    writer.execute(insert("c")).await.unwrap();
}

#[tokio::test]
async fn a_commit_that_fails_ends_the_transaction() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    let table = "CREATE TABLE post (id INTEGER, item_id BIGINT REFERENCES item (id) DEFERRABLE INITIALLY DEFERRED)";
    let created = connection.execute(Query::other(table)).await;
    if !database.capability().deferrable {
        created.unwrap_err();
        return;
    }
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("a")).await.unwrap();
    connection.execute(write("INSERT INTO post VALUES (1, 99)", vec![])).await.unwrap();
    assert_eq!(connection.commit().await.unwrap_err().kind(), ErrorKind::ForeignKey);
    assert_eq!((connection.state(), database.items().await), (State::Idle, 0));
    database.acquire().await.execute(insert("others can write")).await.unwrap();
}

#[tokio::test]
async fn ddl_is_part_of_the_transaction_or_ends_it() {
    let database = Database::new().await;
    let mut connection = database.acquire().await;
    let create = || Query::other("CREATE TABLE t (x INTEGER)");
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("a")).await.unwrap();
    connection.execute(create()).await.unwrap();
    if database.capability().transactional_ddl {
        connection.rollback().await.unwrap();
        assert_eq!(database.items().await, 0);
        connection.execute(create()).await.unwrap();
    } else {
        assert_eq!((connection.state(), database.items().await), (State::Idle, 1));
        assert_eq!(connection.commit().await.unwrap_err().kind(), ErrorKind::Session, "there is nothing to commit");
        // It commits first and then fails.
        connection.begin(TransactionMode::Write).await.unwrap();
        connection.execute(insert("b")).await.unwrap();
        connection.execute(create()).await.unwrap_err();
        assert_eq!(connection.state(), State::Failed);
        assert_eq!(connection.execute(insert("c")).await.unwrap_err().kind(), ErrorKind::Session);
        connection.rollback().await.unwrap();
        assert_eq!((connection.state(), database.items().await), (State::Idle, 2));
    }
}

#[tokio::test]
async fn the_state_is_what_the_database_says() {
    let database = Database::with("pool=1").await;
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
    connection.execute(Query::other("BEGIN; INSERT INTO item (name) VALUES ('c'); SELEC")).await.unwrap_err();
    drop(connection);
    assert_eq!((database.acquire().await.state(), database.items().await), (State::Idle, 0));
}

#[tokio::test]
async fn a_lost_update_is_refused_in_isolation() {
    let database = Database::with(if capability().in_process { "timeout=0.2" } else { "lock_timeout=1" }).await;
    database.acquire().await.execute(insert("0")).await.unwrap();
    let (mut one, mut other) = (database.acquire().await, database.acquire().await);
    let name = || read("SELECT name FROM item");
    let set = |name: &str| Query::write(sql("UPDATE item SET name = ?"), vec![name.into()]);
    one.begin(TransactionMode::Isolated).await.unwrap();
    one.fetch(name(), |_| Ok(())).await.unwrap();
    // Whoever comes between what was read and what is written waits in vain, or the first is told.
    let between = async {
        other.begin(TransactionMode::Write).await?;
        other.execute(set("other")).await?;
        other.commit().await
    };
    match between.await {
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Busy, "{error}");
            other.rollback().await.unwrap();
            one.execute(set("one")).await.unwrap();
            one.commit().await.unwrap();
        }
        Ok(()) => {
            let error = one.execute(set("one")).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Serialization, "{error}");
        }
    }
}
