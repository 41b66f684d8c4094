//! A database of its own for each test, on the server that `ALUDEL_TEST_URL` names; SQLite unless it is set.
#![allow(dead_code)]

pub mod blog;

use std::{
    ops::Deref,
    sync::atomic::{AtomicU32, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use aludel::{
    Recording,
    driver::Query as Sql,
    model::{FieldDef, Models},
    prelude::*,
    query::{Executor, IntoExecutor},
    sql::Type,
};

/// A database that is dropped at the end of the test.
pub struct TestDb {
    db: Db,
    on_server: Option<(String, String)>,
}

/// The server that tests run on: a URL of a database in which others can be created.
pub fn server() -> String {
    std::env::var("ALUDEL_TEST_URL").unwrap_or_else(|_| "sqlite://".into())
}

pub fn on_sqlite() -> bool {
    server().starts_with("sqlite")
}

impl TestDb {
    /// An empty database.
    pub async fn new() -> Self {
        Self::with_options("").await
    }

    /// An empty database, opened with more options in its URL, such as `pool=1`.
    pub async fn with_options(more: &str) -> Self {
        Self::open(more, async |url| Db::connect(url).await).await
    }

    /// An empty database that `connect` opens, with more options in its URL.
    pub async fn open(more: &str, connect: impl AsyncFnOnce(&str) -> Result<Db>) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let server = server();
        let (address, options) = server.split_once('?').unwrap_or((&server, ""));
        let options: Vec<&str> = [options, more].into_iter().filter(|part| !part.is_empty()).collect();
        let options = if options.is_empty() { String::new() } else { format!("?{}", options.join("&")) };
        if on_sqlite() {
            let db = connect(&format!("{address}{options}")).await.expect("SQLite opens");
            return TestDb { db, on_server: None };
        }
        // Process numbers come again, and a database of a run that was killed may still be there.
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("aludel_test_{}_{number}_{now:x}", std::process::id());
        run(&server, &format!("CREATE DATABASE {name}"))
            .await
            .expect("ALUDEL_TEST_URL names a server to create databases on");
        let (host, _) = address.rsplit_once('/').expect("a URL with a database");
        let db = connect(&format!("{host}/{name}{options}")).await.expect("the new database opens");
        TestDb { db, on_server: Some((server, name)) }
    }

    /// A database with the tables of all models of the test program.
    pub async fn with_tables() -> Self {
        let mut db = Self::new().await;
        db.create_tables().await;
        db
    }

    /// Creates the tables of all models that can have one here: not those with arrays, or sequences, that the database lacks.
    pub async fn create_tables(&mut self) {
        let capability = self.engine().dialect().capability();
        let lacks = |field: &FieldDef| {
            matches!(field.ty, Type::Array(_)) && !capability.arrays
                || field.sequence.is_some() && !capability.sequences
        };
        let held = self.models().iter().filter(|model| !model.fields.iter().any(lacks));
        self.db = Db::new(self.engine().clone(), Models::new(held));
        self.create_all().await.expect("the tables are created");
    }
}

impl Deref for TestDb {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

impl<'e> IntoExecutor<'e> for &'e TestDb {
    fn into_executor(self) -> Executor<'e> {
        (&self.db).into_executor()
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let Some((server, name)) = self.on_server.take() else { return };
        // A test that failed may still have a transaction open, on a runtime that does nothing any more.
        let drop = if server.starts_with("postgres") {
            format!("DROP DATABASE {name} WITH (FORCE)")
        } else {
            format!("SET lock_wait_timeout = 5; DROP DATABASE {name}")
        };
        // The test's runtime is busy ending the test.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(run(&server, &drop))
        });
        if let Ok(Err(error)) = dropped.join() {
            eprintln!("a database of a test is left behind: {error}");
        }
    }
}

async fn run(server: &str, sql: &str) -> Result<()> {
    let db = Db::connect(server).await?;
    let mut connection = db.engine().acquire().await?;
    if !server.starts_with("postgres") {
        // A test that failed inside a transaction still holds its locks: better a database left behind than a wait.
        connection.execute(Sql::other("SET lock_wait_timeout = 5")).await?;
    }
    connection.execute(Sql::other(sql.to_owned())).await?;
    Ok(())
}

/// What the end of an INSERT says where the database can hand back what it counted.
pub fn returning_id(db: &Db) -> &'static str {
    if db.engine().dialect().capability().returning { r#" RETURNING "id""# } else { "" }
}

/// The texts of all statements but BEGIN and COMMIT, spelled alike for all databases: names in double quotes, `?` for
/// parameters, and one row of values where a statement carries many.
pub fn sent(recording: &Recording) -> Vec<String> {
    let statements = recording.entries();
    statements.iter().filter(|entry| !entry.control).map(|entry| one_row(&portable(&entry.sql))).collect()
}

fn one_row(sql: &str) -> String {
    if let Some((before, arrays)) = sql.split_once(" SELECT \"c1\"") {
        let (parameters, after) = arrays.split_once(") WITH ORDINALITY").expect("an INSERT of arrays");
        let (_, after) = after.split_once(" ORDER BY \"n\"").expect("an INSERT of arrays");
        let placeholders = vec!["?"; parameters.matches('?').count()].join(", ");
        return format!("{before} VALUES ({placeholders}){after}");
    }
    let Some((before, values)) = sql.split_once(" VALUES ") else { return sql.to_owned() };
    let row = values.split_inclusive(')').next().unwrap_or_default();
    let rest = values.replacen(&format!(", {row}"), "", usize::MAX);
    format!("{before} VALUES {rest}")
}

fn portable(sql: &str) -> String {
    let mut out = String::new();
    let mut chars = sql.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '`' => out.push('"'),
            '?' | '$' => {
                out.push('?');
                while chars.next_if(char::is_ascii_digit).is_some() {}
            }
            c => out.push(c),
        }
    }
    out
}
