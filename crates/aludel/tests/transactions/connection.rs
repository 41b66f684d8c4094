//! What a connection does by itself: levels, reading, savepoints.

use aludel::{
    driver::{Connection, Isolation, Query as Sql, State, TransactionMode},
    prelude::*,
    sql::ValueRef,
};

use crate::{
    acquire, insert, owners,
    support::{TestDb, on_sqlite, server},
};

const LEVELS: [Isolation; 4] =
    [Isolation::ReadUncommitted, Isolation::ReadCommitted, Isolation::RepeatableRead, Isolation::Serializable];

/// The level of an open transaction: what PostgreSQL says it is, and what MariaDB shows by what is seen of another one's
/// insert. `None` on SQLite, which has one.
async fn level(connection: &mut Connection, other: &mut Connection) -> Option<Isolation> {
    if on_sqlite() {
        return None;
    }
    if server().starts_with("postgres") {
        let shown = connection.fetch(Sql::read("SHOW transaction_isolation", Vec::new()), |row| match row.get(0)? {
            ValueRef::Text(level) => level.parse(),
            other => panic!("a level is a text, not {}", other.kind()),
        });
        return Some(shown.await.unwrap()[0]);
    }
    let before = owners(connection).await.unwrap().len();
    other.begin(Isolation::ReadCommitted.into()).await.unwrap();
    let id = 100 + before as i64;
    if let Err(error) = other.execute(insert(id, &format!("other {id}"))).await {
        assert_eq!(error.kind(), ErrorKind::Busy, "{error}");
        other.rollback().await.unwrap();
        return Some(Isolation::Serializable);
    }
    let uncommitted = owners(connection).await.unwrap().len();
    other.commit().await.unwrap();
    let committed = owners(connection).await.unwrap().len();
    Some(match (uncommitted > before, committed > before) {
        (true, _) => Isolation::ReadUncommitted,
        (false, true) => Isolation::ReadCommitted,
        (false, false) => Isolation::RepeatableRead,
    })
}

/// A database in which no lock is waited for long.
async fn impatient(options: &str) -> TestDb {
    let patience = if !on_sqlite() && !server().starts_with("postgres") { "&lock_timeout=1" } else { "" };
    let db = TestDb::with_options(&format!("{options}{patience}")).await;
    db.create_all().await.unwrap();
    db
}

#[tokio::test]
async fn a_transaction_has_the_level_it_was_begun_with_and_the_next_one_its_own() {
    let db = impatient("pool=2").await;
    let (mut connection, mut other) = (acquire(&db).await, acquire(&db).await);
    for asked in LEVELS {
        connection.begin(asked.into()).await.unwrap();
        if let Some(found) = level(&mut connection, &mut other).await {
            assert_eq!(found, asked);
        }
        connection.execute(insert(asked as i64 + 1, asked.as_sql())).await.unwrap();
        connection.commit().await.unwrap();
        connection.begin(TransactionMode::Write).await.unwrap();
        if let Some(found) = level(&mut connection, &mut other).await {
            assert!(
                found == Isolation::ReadCommitted || found == Isolation::RepeatableRead,
                "{found}: as servers are set up"
            );
        }
        connection.rollback().await.unwrap();
    }
    let all = owners(&mut connection).await.unwrap();
    assert!(LEVELS.iter().all(|level| all.contains(&level.to_string())));
}

#[tokio::test]
async fn the_url_says_the_level_of_transactions_that_ask_for_none() {
    for asked in LEVELS {
        let db = impatient(&format!("isolation={}", asked.as_sql().to_lowercase().replace(' ', "-"))).await;
        let (mut connection, mut other) = (acquire(&db).await, acquire(&db).await);
        connection.begin(TransactionMode::Write).await.unwrap();
        if let Some(found) = level(&mut connection, &mut other).await {
            assert_eq!(found, asked);
        }
        connection.rollback().await.unwrap();
        // It never weakens the level that read-modify-write needs.
        connection.begin(TransactionMode::Isolated).await.unwrap();
        if let Some(found) = level(&mut connection, &mut other).await {
            let postgres = server().starts_with("postgres");
            let needed = if postgres { Isolation::RepeatableRead } else { Isolation::Serializable };
            assert_eq!(found, needed.max(asked));
        }
        connection.rollback().await.unwrap();
    }
}

#[tokio::test]
async fn a_transaction_that_reads_sees_one_state_and_lets_others_write() {
    let db = TestDb::with_tables().await;
    let (mut reader, mut writer) = (acquire(&db).await, acquire(&db).await);
    writer.execute(insert(1, "ann")).await.unwrap();
    reader.begin(TransactionMode::Read).await.unwrap();
    assert_eq!(owners(&mut reader).await.unwrap(), ["ann"]);
    writer.execute(insert(2, "bob")).await.unwrap();
    assert_eq!(owners(&mut reader).await.unwrap(), ["ann"]);
    reader.rollback().await.unwrap();
    assert_eq!(owners(&mut reader).await.unwrap(), ["ann", "bob"]);
}

#[tokio::test]
async fn what_would_write_in_a_transaction_that_reads_is_refused_whatever_it_is_sent_as() {
    let db = TestDb::with_tables().await;
    let mut connection = acquire(&db).await;
    let sent_as = |query: Sql, access| Sql { access, ..query };
    use aludel::driver::Access::{Other, Read, Write};
    for access in [Write, Read, Other] {
        connection.begin(TransactionMode::Read).await.unwrap();
        assert!(connection.is_read_only());
        let error = connection.execute(sent_as(insert(1, "ann"), access)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ReadOnly, "{access:?}: {error}");
        assert!(error.help().is_some());
        connection.rollback().await.unwrap();
        assert!(!connection.is_read_only());
    }
    connection.begin(TransactionMode::Read).await.unwrap();
    let recording = db.record();
    let error = connection.execute(insert(1, "ann")).await.unwrap_err();
    assert_eq!((error.kind(), recording.statements()), (ErrorKind::ReadOnly, 0), "nothing was sent");
    assert_eq!(owners(&mut connection).await.unwrap(), [""; 0], "so the transaction goes on");
    let error = connection.execute(Sql::other("CREATE TABLE made (id INTEGER)")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ReadOnly, "{error}");
    connection.rollback().await.unwrap();
    // And nothing of it is left on the connection.
    connection.execute(insert(1, "ann")).await.unwrap();
    assert_eq!(owners(&mut connection).await.unwrap(), ["ann"]);
}

#[tokio::test]
async fn savepoints_nest_and_each_is_kept_or_undone() {
    let db = TestDb::with_tables().await;
    let mut connection = acquire(&db).await;
    assert_eq!(connection.savepoint().await.unwrap_err().kind(), ErrorKind::Session);
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert(1, "ann")).await.unwrap();
    let outer = connection.savepoint().await.unwrap();
    connection.execute(insert(2, "bob")).await.unwrap();
    let inner = connection.savepoint().await.unwrap();
    connection.execute(insert(3, "cid")).await.unwrap();
    connection.rollback_to(inner).await.unwrap();
    assert_eq!(owners(&mut connection).await.unwrap(), ["ann", "bob"]);
    let inner = connection.savepoint().await.unwrap();
    connection.execute(insert(4, "dan")).await.unwrap();
    connection.release(inner).await.unwrap();
    assert_eq!(owners(&mut connection).await.unwrap(), ["ann", "bob", "dan"]);
    connection.rollback_to(outer).await.unwrap();
    let kept = connection.savepoint().await.unwrap();
    connection.execute(insert(5, "eve")).await.unwrap();
    connection.release(kept).await.unwrap();
    connection.commit().await.unwrap();
    assert_eq!(owners(&mut connection).await.unwrap(), ["ann", "eve"]);
}

#[tokio::test]
async fn a_statement_that_failed_spoils_no_more_than_its_savepoint() {
    let db = TestDb::with_tables().await;
    let mut connection = acquire(&db).await;
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert(1, "ann")).await.unwrap();
    for _ in 0..3 {
        let savepoint = connection.savepoint().await.unwrap();
        connection.execute(insert(2, "bob")).await.unwrap();
        assert_eq!(connection.execute(insert(3, "ann")).await.unwrap_err().kind(), ErrorKind::Unique);
        connection.rollback_to(savepoint).await.unwrap();
        assert_eq!(connection.state(), State::Transaction);
    }
    connection.commit().await.unwrap();
    assert_eq!(owners(&mut connection).await.unwrap(), ["ann"]);
}

#[tokio::test]
async fn a_savepoint_that_is_gone_says_so() {
    let db = TestDb::with_tables().await;
    let (mut connection, mut other) = (acquire(&db).await, acquire(&db).await);
    connection.begin(TransactionMode::Write).await.unwrap();
    let outer = connection.savepoint().await.unwrap();
    let inner = connection.savepoint().await.unwrap();
    connection.release(outer).await.unwrap();
    let recording = db.record();
    assert_eq!(connection.release(inner).await.unwrap_err().kind(), ErrorKind::Session, "it went with the outer one");
    let past = connection.savepoint().await.unwrap();
    connection.rollback().await.unwrap();
    if !on_sqlite() {
        other.begin(TransactionMode::Write).await.unwrap();
        let _there = other.savepoint().await.unwrap();
        connection.begin(TransactionMode::Write).await.unwrap();
        let here = connection.savepoint().await.unwrap();
        assert_eq!(other.rollback_to(here).await.unwrap_err().kind(), ErrorKind::Session, "it is another connection's");
        connection.rollback().await.unwrap();
    }
    connection.begin(TransactionMode::Write).await.unwrap();
    assert_eq!(
        connection.rollback_to(past).await.unwrap_err().kind(),
        ErrorKind::Session,
        "it is another transaction's"
    );
    assert_eq!(recording.statements(), 0);
}
