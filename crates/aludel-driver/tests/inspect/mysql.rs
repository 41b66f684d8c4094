//! MySQL and MariaDB: the one that `ALUDEL_TEST_URL` names, else MariaDB.

use aludel_driver::{Connection, Engine, EngineOptions, Query, Url, inspect::Inspector};
use aludel_sql::{
    Expr, Type,
    dialect::ANSI,
    render,
    schema::{ConstraintKind, IndexPart},
};
use tokio::runtime::Runtime;

use super::{
    schemas::schemas,
    support::{check_found, check_namespaces, check_same, count_statements, for_all, inspect, run, unknown},
};

/// A database of one test's own, dropped with it.
pub(crate) struct Database {
    pub(crate) runtime: Runtime,
    pub(crate) engine: Engine,
    name: String,
}

impl Database {
    pub(crate) fn new(name: &str) -> Self {
        let suite = std::env::var("ALUDEL_TEST_URL").ok().filter(|url| url.starts_with('m'));
        let url = suite.or_else(|| std::env::var("ALUDEL_TEST_MARIADB_URL").ok());
        let url = url.unwrap_or_else(|| "mysql://root@127.0.0.1:3306/test".to_owned());
        let runtime = Runtime::new().unwrap();
        let name = format!("aludel_inspect_{}_{name}", std::process::id());
        let engine = runtime.block_on(async {
            let connect = async |url: &str| Engine::connect(&Url::parse(url).unwrap(), EngineOptions::default()).await;
            let server = connect(&url).await.expect("a server for the tests");
            let create = format!("CREATE DATABASE {name}");
            server.acquire().await.unwrap().execute(Query::other(create)).await.unwrap();
            let (start, _) = url.rsplit_once('/').expect("the URL of a database");
            connect(&format!("{start}/{name}")).await.unwrap()
        });
        Database { runtime, engine, name }
    }

    fn is_mysql(&self) -> bool {
        self.engine.dialect().name() == "mysql"
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let drop = Query::other(format!("DROP DATABASE {}", self.name));
        let dropped = self.runtime.block_on(async { self.engine.acquire().await?.execute(drop).await });
        assert!(dropped.is_ok() || std::thread::panicking(), "{dropped:?}");
    }
}

/// DDL is committed at once here.
async fn drop_all(connection: &mut Connection) {
    let found = Inspector::new(connection).schema().await.unwrap();
    // Those that refer to others have names behind theirs.
    let tables = found.tables.keys().rev().map(|table| format!("DROP TABLE `{table}`"));
    let sequences = found.sequences.keys().map(|sequence| format!("DROP SEQUENCE `{sequence}`"));
    for statement in tables.chain(sequences) {
        connection.execute(Query::other(statement)).await.unwrap();
    }
}

#[test]
fn what_is_created_is_found_again() {
    let database = Database::new("random");
    for_all(&database.runtime, 32, schemas(database.engine.dialect()), async |schema| {
        let mut connection = database.engine.acquire().await.unwrap();
        let checked = check_found(&mut connection, &schema).await;
        drop_all(&mut connection).await;
        checked
    });
}

#[test]
fn conditions_come_back_as_they_were() {
    let database = Database::new("same");
    database.runtime.block_on(async { check_same(&mut database.engine.acquire().await.unwrap()).await });
}

#[test]
fn what_others_made_is_understood_and_nothing_is_lost() {
    let database = Database::new("others");
    if database.is_mysql() {
        return what_others_made_on_mysql(&database);
    }
    database.runtime.block_on(async {
        let mut connection = database.engine.acquire().await.unwrap();
        let one = count_statements(&database.engine).await;
        let statements = [
            "CREATE TABLE user (id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, username varchar(64) UNIQUE, \
             active tinyint(1) CHECK (active IN (0, 1)), seen datetime DEFAULT current_timestamp(), \
             feeling enum('sad', 'it''s') COMMENT 'how', changed timestamp DEFAULT now() ON UPDATE now(), \
             body text COLLATE utf8mb4_general_ci, smile varchar(9) DEFAULT '\u{1f600}', \
             CHECK (username REGEXP 'x')) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin COMMENT 'people'",
            "CREATE INDEX ix_body ON user (body(10))",
            "CREATE TABLE post (id bigint PRIMARY KEY, user_id int unsigned, other int unsigned, KEY ix_other (other), \
             CONSTRAINT fk_post_user_id FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE, \
             CONSTRAINT fk_post_other FOREIGN KEY (other) REFERENCES user (id))",
            "CREATE VIEW seen AS SELECT id FROM post",
            "CREATE SEQUENCE numbers",
        ];
        run(&mut connection, &statements.map(str::to_owned)).await.unwrap();
        // All sequences are read by one more.
        assert_eq!(count_statements(&database.engine).await, one + 1);
        assert_eq!(one, 6);
        let found = inspect(&mut connection).await;
        // Unlike PostgreSQL it takes a thousand at a time.
        assert_eq!(found.schema.sequences["numbers"].counter.cache, 1000);
        assert_eq!(
            unknown(&found),
            [
                "post.user_id Type: int(10) unsigned",
                "post.other Type: int(10) unsigned",
                "user.id Type: int(10) unsigned",
                "user.seen Type: datetime",
                "user.changed Type: timestamp",
                "user.body Type: text",
                "user.changed Column: on update current_timestamp()",
                "user.smile Default: '?'",
                "user.CONSTRAINT_1 Check: `username` regexp 'x'",
            ]
        );
        let user = &found.schema.tables["user"];
        assert_eq!((&user.columns[0].ty, user.columns[0].identity.is_some()), (&Type::BigInt, true));
        assert_eq!(user.column("active").unwrap().ty, Type::Boolean);
        assert_eq!(user.column("seen").unwrap().default, Some(Expr::CurrentTimestamp));
        assert_eq!(user.column("body").unwrap().collation.as_deref(), Some("utf8mb4_general_ci"));
        assert_eq!(user.column("smile").unwrap().collation, None);
        // A unique constraint is a unique index, unless it is called a constraint.
        assert!(user.indexes[1].unique && user.indexes[1].name == "username");
        assert_eq!(user.indexes[0].parts, [IndexPart { prefix: Some(10), ..IndexPart::column("body") }]);
        assert_eq!(user.constraints[0].name, "ck_user_active");
        let details = &found.details["user"];
        assert_eq!(details.unnamed.iter().collect::<Vec<_>>(), ["ck_user_active"]);
        assert_eq!(found.schema.types["user_feeling"], ["sad", "it's"]);
        assert_eq!(user.column("feeling").unwrap().ty, found.schema.enum_type("user_feeling").map(Type::Enum).unwrap());
        assert_eq!(user.comment.as_deref(), Some("people"));
        assert_eq!(user.column("feeling").unwrap().comment.as_deref(), Some("how"));
        assert_eq!(details.options["engine"], "InnoDB");
        let post = &found.schema.tables["post"];
        // The index that a foreign key brought along is its own business.
        assert_eq!(post.indexes.iter().map(|index| index.name.as_str()).collect::<Vec<_>>(), ["ix_other"]);
        assert_eq!(post.foreign_keys().map(|(name, _)| name).collect::<Vec<_>>(), ["fk_post_other", "fk_post_user_id"]);
        assert_eq!(found.views[0].name, "seen");
    });
}

fn what_others_made_on_mysql(database: &Database) {
    database.runtime.block_on(async {
        let mut connection = database.engine.acquire().await.unwrap();
        let statements = [
            "CREATE TABLE user (id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, username varchar(64) UNIQUE, \
             active tinyint(1) DEFAULT 1 CHECK (active IN (0, 1)), seen datetime DEFAULT current_timestamp, \
             feeling enum('sad', 'it''s', 'back\\\\slash') DEFAULT 'it''s', changed timestamp DEFAULT now() ON UPDATE now(), \
             body text COLLATE utf8mb4_general_ci, smile varchar(9) DEFAULT '\u{1f600}', path varchar(9) DEFAULT 'a\\\\b', \
             bits varbinary(4) DEFAULT 'ab', hello varchar(20) DEFAULT (concat('it''s ', 'ä\u{1f600}\\\\')), \
             both_of varchar(99) AS (concat(username, 'ä\u{1f600}')) STORED, \
             CONSTRAINT ck_smile CHECK (username <> 'it''s \\\\ \u{1f600}' AND active), CONSTRAINT ck_x CHECK (username REGEXP 'x')) \
             ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci COMMENT 'people'",
            "CREATE INDEX ix_body ON user (body(10))",
            "CREATE INDEX ix_lower ON user ((lower(username)), id DESC)",
            "CREATE TABLE post (id bigint PRIMARY KEY, user_id int unsigned, other int unsigned, KEY ix_other (other), \
             CONSTRAINT fk_post_user_id FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE, \
             CONSTRAINT fk_post_other FOREIGN KEY (other) REFERENCES user (id))",
            "CREATE VIEW seen AS SELECT id FROM post",
        ];
        run(&mut connection, &statements.map(str::to_owned)).await.unwrap();
        assert_eq!(count_statements(&database.engine).await, 6);
        let found = inspect(&mut connection).await;
        assert_eq!(
            unknown(&found),
            [
                "post.user_id Type: int unsigned",
                "post.other Type: int unsigned",
                "user.id Type: int unsigned",
                "user.seen Type: datetime",
                "user.changed Type: timestamp",
                "user.body Type: text",
                "user.changed Column: DEFAULT_GENERATED on update CURRENT_TIMESTAMP",
                "user.smile Default: ?",
                "user.ck_x Check: regexp_like(`username`,_utf8mb4'x')",
            ]
        );
        let user = &found.schema.tables["user"];
        let text = |expr: &Expr| render::expr(&ANSI, expr).unwrap();
        let default = |column: &str| user.column(column).unwrap().default.as_ref().map(text).unwrap_or_default();
        assert_eq!(default("active"), "TRUE");
        assert_eq!(default("seen"), "CURRENT_TIMESTAMP");
        assert_eq!(default("feeling"), "'it''s'");
        assert_eq!(default("path"), "'a\\b'");
        assert_eq!(default("bits"), "X'6162'");
        assert_eq!(default("hello"), "'it''s ' || 'ä\u{1f600}\\'");
        let both = user.column("both_of").unwrap().generated.as_ref().unwrap();
        assert_eq!((text(&both.expr).as_str(), both.stored), ("username || 'ä\u{1f600}'", true));
        assert_eq!(found.schema.types["user_feeling"], ["sad", "it's", "back\\slash"]);
        let checks = user.constraints.iter().filter_map(|constraint| match &constraint.kind {
            ConstraintKind::Check(check) => Some((constraint.name.as_str(), text(check))),
            _ => None,
        });
        let smile = ("ck_smile", "username <> 'it''s \\ \u{1f600}' AND active".to_owned());
        assert_eq!(checks.collect::<Vec<_>>(), [smile, ("user_chk_1", "active IN (FALSE, TRUE)".to_owned())]);
        let lower = user.indexes.iter().find(|index| index.name == "ix_lower").unwrap();
        assert_eq!(text(&lower.parts[0].expr), "LOWER(username)");
        assert!(lower.parts[1].descending);
        let post = &found.schema.tables["post"];
        // The index that a foreign key brought along is its own business.
        assert_eq!(post.indexes.iter().map(|index| index.name.as_str()).collect::<Vec<_>>(), ["ix_other"]);
        assert_eq!(found.views[0].name, "seen");
    });
}

#[test]
fn schemas_and_sequences_are_found_together() {
    let database = Database::new("namespaces");
    let other = format!("{}_billing", database.name);
    database.runtime.block_on(async {
        check_namespaces(&database.engine, &database.name, &other).await;
        run(
            &mut database.engine.acquire().await.unwrap(),
            &["DROP TABLE entry".into(), format!("DROP DATABASE {other}")],
        )
        .await
        .unwrap();
    });
}
