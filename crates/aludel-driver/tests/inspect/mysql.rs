//! MariaDB.

use aludel_driver::{Connection, Engine, EngineOptions, Query, Url, inspect::Inspector};
use aludel_sql::{Expr, Type, dialect::MARIADB, schema::IndexPart};
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
        let url =
            std::env::var("ALUDEL_TEST_MARIADB_URL").unwrap_or_else(|_| "mysql://root@127.0.0.1:3306/test".to_owned());
        let runtime = Runtime::new().unwrap();
        let name = format!("aludel_inspect_{}_{name}", std::process::id());
        let engine = runtime.block_on(async {
            let connect = async |url: &str| Engine::connect(&Url::parse(url).unwrap(), EngineOptions::default()).await;
            let server = connect(&url).await.expect("a MariaDB server for the tests");
            let create = format!("CREATE DATABASE {name}");
            server.acquire().await.unwrap().execute(Query::other(create)).await.unwrap();
            let (start, _) = url.rsplit_once('/').expect("ALUDEL_TEST_MARIADB_URL names a database");
            connect(&format!("{start}/{name}")).await.unwrap()
        });
        Database { runtime, engine, name }
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
async fn drop_tables(connection: &mut Connection) {
    let mut tables = Inspector::new(connection).tables().await.unwrap();
    // Those that refer to others have names behind theirs.
    tables.reverse();
    for table in tables {
        connection.execute(Query::other(format!("DROP TABLE `{table}`"))).await.unwrap();
    }
}

#[test]
fn what_is_created_is_found_again() {
    let database = Database::new("random");
    for_all(&database.runtime, 32, schemas(&MARIADB), async |schema| {
        let mut connection = database.engine.acquire().await.unwrap();
        let checked = check_found(&mut connection, &schema).await;
        drop_tables(&mut connection).await;
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
