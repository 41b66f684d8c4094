//! What the tests share.

use std::{
    env, process,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use aludel_driver::{Batch, Connection, Engine, Query, Url};
use aludel_sql::{
    Value,
    dialect::{MARIADB, MYSQL, mysql::MySql},
};
use mysql_async::{Conn, OptsBuilder, prelude::Queryable};

pub(crate) use crate::shared::{connect, integer, poll_times, text};

/// The server's URL.
pub(crate) fn server() -> Url {
    let suite = env::var("ALUDEL_TEST_URL").ok().filter(|url| url.starts_with('m'));
    let url = suite.or_else(|| env::var("ALUDEL_TEST_MARIADB_URL").ok());
    let url = url.unwrap_or_else(|| "mysql://root@127.0.0.1:3306/test".to_owned());
    url.parse().expect("a URL of a server for the tests")
}

/// Which of the two the server is.
pub(crate) fn dialect() -> &'static MySql {
    static DIALECT: OnceLock<&MySql> = OnceLock::new();
    DIALECT.get_or_init(|| {
        let asked = alone(async {
            let engine = connect(&url(server().database().unwrap_or("mysql"), "")).await?;
            Ok::<_, aludel_driver::Error>(engine.dialect().name() == "mysql")
        });
        if asked.expect("a server for the tests") { &MYSQL } else { &MARIADB }
    })
}

pub(crate) fn is_mysql() -> bool {
    std::ptr::eq(dialect(), &MYSQL)
}

/// Does something with the server where a runtime is at work already.
fn alone<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    let thread = std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(work)
    });
    thread.join().unwrap()
}

/// A database of one test's own, dropped with it.
pub(crate) struct Database {
    pub(crate) engine: Engine,
    pub(crate) name: String,
}

impl Database {
    /// A database with the table `item (id …, name VARCHAR(100) NOT NULL UNIQUE)`.
    pub(crate) async fn with(options: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("aludel_driver_{}_{}", process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let mut raw = raw("").await;
        let database = format!("CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE {}", dialect().collation());
        raw.query_drop(database).await.unwrap();
        let table = "(id BIGINT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(100) NOT NULL UNIQUE) ENGINE = InnoDB";
        raw.query_drop(format!("CREATE TABLE {name}.item {table}")).await.unwrap();
        let engine = connect(&url(&name, options)).await.unwrap();
        Database { engine, name }
    }

    pub(crate) async fn new() -> Self {
        Database::with("").await
    }

    pub(crate) async fn acquire(&self) -> Connection {
        self.engine.acquire().await.unwrap()
    }

    /// A connection past this engine, like another program has one.
    pub(crate) async fn outside(&self) -> Conn {
        raw(&self.name).await
    }

    /// How many items there are, as a connection past this engine sees it.
    pub(crate) async fn items(&self) -> i64 {
        self.outside().await.query_first("SELECT count(*) FROM item").await.unwrap().unwrap()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let open = format!("SELECT id FROM information_schema.processlist WHERE db = '{}'", self.name);
        let drop = format!("DROP DATABASE {}", self.name);
        let dropped = alone(async move {
            let mut raw = raw("").await;
            // What the test has left open would hold the lock on its tables.
            for id in raw.query::<u64, _>(open).await? {
                let _ = raw.query_drop(format!("KILL {id}")).await;
            }
            raw.query_drop(drop).await
        });
        assert!(dropped.is_ok() || std::thread::panicking(), "{dropped:?}");
    }
}

/// The URL of a database on the server.
pub(crate) fn url(database: &str, options: &str) -> String {
    let server = server();
    let password = server.password().map_or(String::new(), |password| format!(":{password}"));
    let (user, host) = (server.user().unwrap_or("root"), server.host().unwrap_or("127.0.0.1"));
    format!("mysql://{user}{password}@{host}:{}/{database}{options}", server.port().unwrap_or(3306))
}

/// A connection of the protocol's client alone.
async fn raw(database: &str) -> Conn {
    let server = server();
    let options = OptsBuilder::default()
        .ip_or_hostname(server.host().unwrap_or("127.0.0.1"))
        .tcp_port(server.port().unwrap_or(3306))
        .user(server.user())
        .pass(server.password())
        .prefer_socket(false)
        .db_name(Some(database).filter(|name| !name.is_empty()));
    Conn::new(options).await.expect("a server for the tests")
}

pub(crate) fn insert(name: &str) -> Query {
    Query::write("INSERT INTO item (name) VALUES (?)", vec![name.into()])
}

pub(crate) fn insert_many(names: impl IntoIterator<Item = String>) -> Batch {
    let rows = names.into_iter().map(|name| vec![Value::Text(name)]).collect();
    Batch { sql: "INSERT INTO item (name) VALUES (?)".into(), rows, caller: None }
}

pub(crate) fn read(sql: &'static str) -> Query {
    Query::read(sql, vec![])
}

/// The number the server has for a connection.
pub(crate) async fn id(connection: &mut Connection) -> i64 {
    connection.fetch(read("SELECT CONNECTION_ID()"), integer).await.unwrap()[0]
}
