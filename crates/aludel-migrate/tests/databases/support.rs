//! A database of its own for each test, and revisions to run on it.

use std::sync::atomic::{AtomicU32, Ordering};

use aludel_driver::{Engine, EngineOptions, Query, Url};
use aludel_migrate::{Applied, Graph, Hooks, Migrator, Revision};
use aludel_sql::{Dialect, Result, ValueRef};

/// A database that is dropped at the end of the test.
pub struct Database {
    pub engine: Engine,
    url: String,
    server: Option<(String, String)>,
    _directory: Option<tempfile::TempDir>,
}

impl Database {
    pub async fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let named = std::env::var("ALUDEL_TEST_URL").ok();
        let Some(server) = named.filter(|url| !url.starts_with("sqlite")) else {
            let directory = tempfile::tempdir().unwrap();
            let url = format!("sqlite:///{}", directory.path().join("app.db").display());
            return Database { engine: connect(&url).await, url, server: None, _directory: Some(directory) };
        };
        let name = format!("aludel_migrate_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let create = format!("CREATE DATABASE {name}");
        run(&server, &create).await.expect("ALUDEL_TEST_URL names a server to create databases on");
        let (address, options) =
            server.split_once('?').map_or((&*server, String::new()), |(a, o)| (a, format!("?{o}")));
        let (host, _) = address.rsplit_once('/').expect("a URL with a database");
        let url = format!("{host}/{name}{options}");
        Database { engine: connect(&url).await, url, server: Some((server, name)), _directory: None }
    }

    pub fn dialect(&self) -> &'static dyn Dialect {
        self.engine.dialect()
    }

    /// Whether a revision that fails is rolled back whole.
    pub fn rolls_back(&self) -> bool {
        self.dialect().capability().transactional_ddl
    }

    /// Another program's engine on the same database.
    pub async fn other_engine(&self) -> Engine {
        connect(&self.url).await
    }

    /// Runs statements with names in double quotes, wherever the database wants them.
    pub async fn try_execute(&self, sql: &str) -> Result<()> {
        let mut connection = self.engine.acquire().await?;
        for statement in sql.split(';').filter(|sql| !sql.trim().is_empty()) {
            connection.execute(Query::other(self.local(statement))).await?;
        }
        Ok(())
    }

    pub async fn execute(&self, sql: &str) {
        self.try_execute(sql).await.unwrap();
    }

    fn local(&self, sql: &str) -> String {
        local(self.dialect(), sql)
    }

    /// The rows of a query, columns joined by `|` and rows by line ends.
    pub async fn query(&self, sql: &str) -> String {
        let mut connection = self.engine.acquire().await.unwrap();
        // Unprepared: MariaDB 10.11 can crash when a prepared query of its information schema is run again.
        let rows = connection.fetch(Query::other(self.local(sql)), |row| {
            let texts = (0..row.len()).map(|i| row.get(i).map(shown)).collect::<Result<Vec<_>>>()?;
            Ok(texts.join("|"))
        });
        rows.await.unwrap_or_else(|error| panic!("{sql}: {error}")).join("\n")
    }

    /// Everything the database holds, without the history.
    pub async fn schema(&self) -> String {
        let queries: &[&str] = match self.dialect().name() {
            "sqlite" => &["SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE '%aludel_history%' \
                AND name NOT LIKE 'sqlite_%' ORDER BY name"],
            "postgres" => &[
                "SELECT concat_ws(' ', table_name, column_name, data_type, udt_name, character_maximum_length, is_nullable, column_default, \
                 is_identity, generation_expression) FROM information_schema.columns WHERE table_schema = current_schema() \
                 AND table_name <> 'aludel_history' ORDER BY table_name, column_name",
                "SELECT t.typname || ' ' || string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_type t \
                 JOIN pg_enum e ON e.enumtypid = t.oid WHERE t.typnamespace = current_schema()::regnamespace \
                 GROUP BY t.typname ORDER BY 1",
                "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename <> 'aludel_history' \
                 ORDER BY indexname",
                "SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint \
                 WHERE connamespace = current_schema()::regnamespace AND conrelid::regclass::text <> 'aludel_history' \
                 ORDER BY conrelid::regclass::text, conname",
            ],
            _ => &[
                "SELECT CONCAT_WS(' ', table_name, column_name, column_type, is_nullable, \
                 REPLACE(column_default, CONCAT('`', DATABASE(), '`.'), ''), collation_name, extra) \
                 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name <> 'aludel_history' \
                 ORDER BY table_name, column_name",
                "SELECT CONCAT_WS(' ', table_name, index_name, non_unique, seq_in_index, column_name, collation) \
                 FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name <> 'aludel_history' \
                 AND index_name NOT IN (SELECT constraint_name FROM information_schema.referential_constraints \
                 WHERE constraint_schema = DATABASE()) \
                 ORDER BY table_name, index_name, seq_in_index",
                // MySQL does not say there which table a check is of.
                "SELECT CONCAT_WS(' ', t.table_name, constraint_name, c.check_clause) FROM information_schema.check_constraints c \
                 JOIN information_schema.table_constraints t USING (constraint_schema, constraint_name) \
                 WHERE constraint_schema = DATABASE() AND t.table_name <> 'aludel_history' AND t.constraint_type = 'CHECK' \
                 ORDER BY t.table_name, constraint_name, c.check_clause",
                "SELECT CONCAT_WS(' ', table_name, constraint_name, referenced_table_name, delete_rule, update_rule) \
                 FROM information_schema.referential_constraints WHERE constraint_schema = DATABASE() \
                 ORDER BY table_name, constraint_name",
            ],
        };
        let mut out = Vec::new();
        for query in queries {
            out.push(self.query(query).await);
        }
        out.join("\n").trim().to_owned()
    }

    pub async fn upgrade(&self, migrator: &Migrator) -> Result<Vec<Applied>> {
        migrator.upgrade(&self.engine, "heads", |_| {}).await
    }

    pub async fn downgrade(&self, migrator: &Migrator, target: &str) -> Result<Vec<Applied>> {
        migrator.downgrade(&self.engine, target, |_| {}).await
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let Some((server, name)) = self.server.take() else { return };
        let force = if server.starts_with("postgres") { " WITH (FORCE)" } else { "" };
        // The test's runtime is busy ending the test.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(run(&server, &format!("DROP DATABASE {name}{force}")))
        });
        if let Ok(Err(error)) = dropped.join() {
            eprintln!("a database of a test is left behind: {error}");
        }
    }
}

async fn connect(url: &str) -> Engine {
    Engine::connect(&url.parse::<Url>().unwrap(), EngineOptions::default()).await.unwrap()
}

async fn run(server: &str, sql: &str) -> Result<()> {
    let engine = Engine::connect(&server.parse()?, EngineOptions::default()).await?;
    engine.acquire().await?.execute(Query::other(sql.to_owned())).await.map(drop)
}

/// SQL with names in double quotes, as the database wants them.
pub fn local(dialect: &dyn Dialect, sql: &str) -> String {
    let mut quote = String::new();
    dialect.quote(&mut quote, "");
    sql.replace('"', &quote[..1])
}

fn shown(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "NULL".into(),
        ValueRef::Bool(value) => i32::from(value).to_string(),
        ValueRef::I64(value) => value.to_string(),
        ValueRef::F64(value) => format!("{value:?}"),
        ValueRef::Text(value) => value.into(),
        other => format!("{other:?}"),
    }
}

/// A revision `id` of these sections, which follow a line `-- @upgrade`.
pub fn revision(id: &str, parents: &str, sections: &str) -> Revision {
    let text = format!(
        "-- about {id}\n--\n-- revision: {id}\n-- parents:  {parents}\n-- created:  2026-11-23T03:21:07Z\n\n-- @upgrade\n\n{sections}"
    );
    Revision::parse(&format!("migrations/{id}.sql"), &text).unwrap_or_else(|error| panic!("{error}"))
}

/// A migrator of revisions in a row: `r1`, `r2`, …
pub fn chain(sections: &[&str]) -> Migrator {
    chain_with(sections, Hooks::new())
}

pub fn chain_with(sections: &[&str], hooks: Hooks) -> Migrator {
    let revisions = sections.iter().enumerate().map(|(i, sections)| {
        let parent = if i == 0 { "none".to_owned() } else { format!("r{i}") };
        revision(&format!("r{}", i + 1), &parent, sections)
    });
    Migrator::new(Graph::new(revisions.collect()).unwrap(), hooks)
}

pub const USERS: &str = "CREATE TABLE \"user\" (\n    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,\n    name VARCHAR(64) NOT NULL,\n    \
    email VARCHAR(120)\n);\nCREATE UNIQUE INDEX ix_user_name ON \"user\" (name);\n";
pub const POSTS: &str = "CREATE TABLE post (\n    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,\n    body TEXT,\n    user_id BIGINT NOT NULL,\n    \
    CONSTRAINT fk_post_user_id FOREIGN KEY (user_id) REFERENCES \"user\" (id) ON DELETE CASCADE\n);\n";
