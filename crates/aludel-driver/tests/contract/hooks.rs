//! Hooks around statements and on new connections.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use aludel_driver::{
    BoxFuture, Connection, EngineOptions, Entry, Error, ErrorKind, Hook, Query, Result, State, Statement,
    TransactionMode,
};
use aludel_sql::Value;

use crate::support::{Database, insert, insert_many, integer, read, text, write};

/// Counts what it is called for, and changes, refuses and sets up.
#[derive(Clone, Debug, Default)]
struct Watcher {
    set_up: Arc<AtomicUsize>,
    after: Arc<Mutex<Vec<Entry>>>,
}

impl Hook for Watcher {
    fn connected<'a>(&'a self, connection: &'a mut Connection) -> BoxFuture<'a, Result<()>> {
        Box::pin(async {
            self.set_up.fetch_add(1, Ordering::Relaxed);
            connection.execute(Query::other("CREATE TEMPORARY TABLE IF NOT EXISTS mine (x INTEGER)")).await?;
            Ok(())
        })
    }

    fn before(&self, statement: &mut Statement<'_>) -> Result<()> {
        if statement.sql.contains("forbidden") {
            return Err(Error::new(ErrorKind::Usage, "nobody may do this"));
        }
        for params in &mut *statement.runs {
            for param in params {
                if let Value::Text(text) = param {
                    text.make_ascii_uppercase();
                }
            }
        }
        *statement.sql = statement.sql.replace("OTHER", "item").into();
        Ok(())
    }

    fn after(&self, entry: &Entry) {
        self.after.lock().unwrap().push(entry.clone());
    }
}

async fn watched(options: &str) -> (Database, Watcher) {
    let watcher = Watcher::default();
    let database = Database::open(options, EngineOptions::default().hook(watcher.clone())).await;
    (database, watcher)
}

#[tokio::test]
async fn they_change_refuse_and_see_statements() {
    let (database, watcher) = watched("").await;
    let mut connection = database.acquire().await;
    watcher.after.lock().unwrap().clear();
    connection.begin(TransactionMode::Write).await.unwrap();
    connection.execute(insert("a")).await.unwrap();
    let error = connection.execute(write("DELETE FROM forbidden", vec![])).await.unwrap_err();
    assert_eq!((error.kind(), connection.state()), (ErrorKind::Usage, State::Transaction), "it was not sent");
    connection.execute_many(insert_many(["b", "c"])).await.unwrap();
    connection.commit().await.unwrap();
    connection.execute(insert("A")).await.unwrap_err();
    assert_eq!(connection.fetch(read("SELECT name FROM OTHER ORDER BY name"), text).await.unwrap(), ["A", "B", "C"]);
    let seen = watcher.after.lock().unwrap().clone();
    let expected = ["BEGIN", "INSERT", "INSERT", "COMMIT", "INSERT", "SELECT"];
    assert!(seen.iter().map(|entry| entry.sql.split(' ').next().unwrap()).eq(expected), "{seen:?}");
    assert_eq!(seen.iter().filter_map(|entry| entry.error).collect::<Vec<_>>(), [ErrorKind::Unique]);
}

#[tokio::test]
async fn a_connection_is_set_up_once_and_again_when_it_was_made_as_new() {
    let (database, watcher) = watched("pool=1").await;
    let mine = async || database.acquire().await.fetch(read("SELECT count(*) FROM mine"), integer).await.unwrap();
    for _ in 0..3 {
        assert_eq!(mine().await, [0]);
    }
    assert_eq!(watcher.set_up.load(Ordering::Relaxed), 1, "what was set is kept for all loans");
    database.acquire().await.execute(Query::other("DROP TABLE mine")).await.unwrap();
    assert_eq!(mine().await, [0]);
    assert_eq!(watcher.set_up.load(Ordering::Relaxed), 2);
    let (database, watcher) = watched("pool=2").await;
    let both = (database.acquire().await, database.acquire().await);
    assert_eq!(watcher.set_up.load(Ordering::Relaxed), 2, "each connection");
    drop(both);
}

#[tokio::test]
async fn one_that_cannot_set_up_is_heard_and_tried_again() {
    #[derive(Debug, Default)]
    struct Fickle(AtomicUsize);
    impl Hook for Fickle {
        fn connected<'a>(&'a self, connection: &'a mut Connection) -> BoxFuture<'a, Result<()>> {
            Box::pin(async {
                match self.0.fetch_add(1, Ordering::Relaxed) {
                    0 => connection.execute(Query::other("SELEC")).await.map(drop),
                    1 => connection.begin(TransactionMode::Write).await,
                    _ => Ok(()),
                }
            })
        }
    }
    let database = Database::open("pool=1", EngineOptions::default().hook(Fickle::default())).await;
    assert_eq!(database.engine.acquire().await.unwrap_err().kind(), ErrorKind::Database);
    let error = database.engine.acquire().await.unwrap_err();
    assert!(error.message().contains("left a transaction open"), "{error}");
    assert_eq!(database.acquire().await.state(), State::Idle);
}
