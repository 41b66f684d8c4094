//! What the tests share.

use aludel_driver::{Batch, Connection, Engine, Query};
use aludel_sql::Value;

pub(crate) use crate::shared::{connect, integer, poll_times, text};

/// A database in a file of its own, deleted on drop.
pub(crate) struct Database {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) engine: Engine,
}

impl Database {
    /// A database with the table `item (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)`.
    pub(crate) async fn with(options: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let engine = connect(&format!("sqlite:///{}/app.db{options}", folder.path().display())).await.unwrap();
        let mut connection = engine.acquire().await.unwrap();
        let table = "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)";
        connection.execute(Query::other(table)).await.unwrap();
        drop(connection);
        Database { folder, engine }
    }

    pub(crate) async fn new() -> Self {
        Database::with("").await
    }

    /// A connection past this engine, like another process has one.
    pub(crate) fn outside(&self) -> rusqlite::Connection {
        let connection = rusqlite::Connection::open(self.folder.path().join("app.db")).unwrap();
        connection.busy_timeout(std::time::Duration::from_secs(20)).unwrap();
        connection
    }

    pub(crate) async fn acquire(&self) -> Connection {
        self.engine.acquire().await.unwrap()
    }

    /// How many items there are, as a connection past this engine sees it.
    pub(crate) fn items(&self) -> i64 {
        self.outside().query_row("SELECT count(*) FROM item", [], |row| row.get(0)).unwrap()
    }
}

pub(crate) fn insert(name: &str) -> Query {
    Query::write("INSERT INTO item (name) VALUES (?1)", vec![name.into()])
}

pub(crate) fn insert_many(names: impl IntoIterator<Item = String>) -> Batch {
    let rows = names.into_iter().map(|name| vec![Value::Text(name)]).collect();
    Batch { sql: "INSERT INTO item (name) VALUES (?1)".into(), rows, caller: None }
}

/// A query that counts to `n`, which takes about 10 operations a step.
pub(crate) fn count_to(n: i64) -> Query {
    const COUNT: &str =
        "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ?1) SELECT max(i) FROM c";
    Query::read(COUNT, vec![n.into()])
}
