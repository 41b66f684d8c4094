//! Rebuilding a table loses nothing, and refuses what it cannot keep.

use insta::assert_snapshot;

use super::{Database, POSTS, USERS, chain};

const RETYPE: &str = "ALTER TABLE \"user\" ALTER COLUMN email SET DATA TYPE VARCHAR(200);\n";

#[tokio::test]
async fn rows_counters_triggers_views_and_children_survive() {
    let database = Database::new().await;
    database.upgrade(&chain(&[USERS, POSTS])).await.unwrap();
    database.execute(
        "INSERT INTO user (name, email) VALUES ('a', 'a@x'), ('b', NULL), ('c', 'c@x');
         INSERT INTO post (body, user_id) VALUES ('p1', 1), ('p2', 1), ('p3', 2);
         DELETE FROM user WHERE id = 3;
         CREATE TABLE log (text);
         CREATE TRIGGER user_log AFTER UPDATE ON user BEGIN INSERT INTO log VALUES (new.name); END;
         CREATE TRIGGER post_log AFTER INSERT ON post BEGIN INSERT INTO log SELECT name FROM user WHERE id = new.user_id; END;
         CREATE VIEW named AS SELECT name, body FROM user JOIN post ON post.user_id = user.id;
         CREATE INDEX by_hand ON user (email DESC);",
    );
    let migrator = chain(&[
        USERS,
        POSTS,
        "ALTER TABLE \"user\" ALTER COLUMN email SET DATA TYPE VARCHAR(200);\n\
         ALTER TABLE \"user\" ADD CONSTRAINT ck_user_name CHECK (name <> '');\n\
         ALTER TABLE \"user\" ADD COLUMN age INTEGER NOT NULL DEFAULT 18;\n\
         ALTER TABLE \"user\" RENAME COLUMN email TO mail;\n",
    ]);
    let applied = database.upgrade(&migrator).await.unwrap();
    let creates = applied[0].sql.iter().filter(|sql| sql.starts_with("CREATE TABLE")).count();
    assert_eq!(creates, 1, "one rebuild for all: {:#?}", applied[0].sql);
    assert_eq!(database.query("SELECT id, name, mail, age FROM user"), "1|a|a@x|18\n2|b|NULL|18");
    assert_eq!(database.query("SELECT COUNT(*) FROM post"), "3", "children were not deleted with their parent");
    assert_eq!(database.query("SELECT seq FROM sqlite_sequence WHERE name = 'user'"), "3");
    assert_eq!(database.query("SELECT COUNT(*) FROM sqlite_sequence"), "2");
    database.execute("INSERT INTO user (name) VALUES ('d')");
    assert_eq!(database.query("SELECT id FROM user WHERE name = 'd'"), "4", "3 is not given out again");
    database.execute("UPDATE user SET age = 19 WHERE name = 'a'; INSERT INTO post (user_id) VALUES (2)");
    assert_eq!(database.query("SELECT * FROM log"), "a\nb", "both triggers fire");
    assert_eq!(database.query("SELECT COUNT(*) FROM named"), "4");
    assert_eq!(database.query("PRAGMA foreign_key_check"), "");
    assert!(database.raw().execute_batch("INSERT INTO user (name) VALUES ('')").is_err(), "the check is there");
    let error = database.raw();
    error.execute_batch("PRAGMA foreign_keys = ON").unwrap();
    assert!(
        error.execute_batch("INSERT INTO post (user_id) VALUES (99)").is_err(),
        "the children refer to the new table"
    );
    database.execute("DELETE FROM user WHERE id = 1");
    assert_eq!(database.query("SELECT COUNT(*) FROM post WHERE user_id = 1"), "0", "and cascade as before");
    assert_snapshot!(database.query("SELECT sql FROM sqlite_master WHERE tbl_name = 'user' AND sql IS NOT NULL ORDER BY name"), @r#"
    CREATE INDEX by_hand ON user ("mail" DESC)
    CREATE UNIQUE INDEX "ix_user_name" ON "user" ("name")
    CREATE TABLE "user" (
        "id"    INTEGER PRIMARY KEY AUTOINCREMENT,
        "name"  VARCHAR(64) NOT NULL,
        "mail" VARCHAR(200),
        "age"   INTEGER     NOT NULL DEFAULT 18,
        CONSTRAINT "ck_user_name" CHECK ("name" <> '')
    )
    CREATE TRIGGER user_log AFTER UPDATE ON user BEGIN INSERT INTO log VALUES (new.name); END
    "#);
}

#[tokio::test]
async fn an_index_made_by_hand_on_a_dropped_column_is_refused_by_name() {
    let database = Database::new().await;
    database.upgrade(&chain(&[USERS])).await.unwrap();
    database.execute("CREATE INDEX by_hand ON user (email)");
    let change = "ALTER TABLE \"user\" ALTER COLUMN name SET DEFAULT '';\nALTER TABLE \"user\" DROP COLUMN email;\n";
    let before = database.schema();
    let error = database.upgrade(&chain(&[USERS, change])).await.unwrap_err().to_string();
    assert!(error.contains("index `by_hand`, which is in no migration"), "{error}");
    assert_eq!(database.schema(), before);
}

#[tokio::test]
async fn row_numbers_are_kept_where_no_column_holds_them() {
    let database = Database::new().await;
    let tags = "CREATE TABLE tag (name VARCHAR(20) PRIMARY KEY, note TEXT);\n";
    database.upgrade(&chain(&[tags])).await.unwrap();
    database.execute("INSERT INTO tag (rowid, name) VALUES (7, 'x'), (9, 'y')");
    database.upgrade(&chain(&[tags, "ALTER TABLE tag ALTER COLUMN note SET DEFAULT 'n';\n"])).await.unwrap();
    assert_eq!(database.query("SELECT rowid, name, note FROM tag"), "7|x|NULL\n9|y|NULL");
}

#[tokio::test]
async fn an_added_column_and_a_later_default_do_not_mix() {
    // Rows that are there get what ADD COLUMN says; the default set afterwards is for new rows.
    let database = Database::new().await;
    database.upgrade(&chain(&[USERS])).await.unwrap();
    database.execute("INSERT INTO user (name) VALUES ('old')");
    let add = "ALTER TABLE \"user\" ADD COLUMN nick TEXT;\nALTER TABLE \"user\" ALTER COLUMN nick SET DEFAULT 'new';\n\
        ALTER TABLE \"user\" ADD COLUMN seen TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT CURRENT_TIMESTAMP;\n";
    database.upgrade(&chain(&[USERS, add])).await.unwrap();
    database.execute("INSERT INTO user (name) VALUES ('young')");
    assert_eq!(database.query("SELECT name, nick, length(seen) FROM user ORDER BY id"), "old|NULL|26\nyoung|new|26");
}

#[tokio::test]
async fn conversions_are_carried_out() {
    let database = Database::new().await;
    let table =
        "CREATE TABLE t (id BIGINT PRIMARY KEY, a TEXT, b INTEGER, c TEXT GENERATED ALWAYS AS (a || '!') STORED);\n";
    database.upgrade(&chain(&[table])).await.unwrap();
    database.execute("INSERT INTO t (id, a, b) VALUES (1, ' 12', 3), (2, '-7', NULL)");
    let change = "ALTER TABLE t DROP COLUMN c;\nALTER TABLE t ALTER COLUMN a SET DATA TYPE INTEGER USING CAST(a AS INTEGER);\n\
        ALTER TABLE t RENAME COLUMN a TO n;\nALTER TABLE t ALTER COLUMN b SET DATA TYPE INTEGER USING b + n;\n";
    database.upgrade(&chain(&[table, change])).await.unwrap();
    assert_eq!(database.query("SELECT id, n, typeof(n), b FROM t"), "1|12|integer|15\n2|-7|integer|NULL");
}

#[tokio::test]
async fn a_generated_column_is_not_copied() {
    let database = Database::new().await;
    let table = "CREATE TABLE t (id BIGINT PRIMARY KEY, a TEXT, c TEXT GENERATED ALWAYS AS (a || '!') STORED);\n";
    database.upgrade(&chain(&[table])).await.unwrap();
    database.execute("INSERT INTO t (id, a) VALUES (1, 'x')");
    database.upgrade(&chain(&[table, "ALTER TABLE t ALTER COLUMN a SET NOT NULL;\n"])).await.unwrap();
    assert_eq!(database.query("SELECT a, c FROM t"), "x|x!");
}

#[tokio::test]
async fn a_table_that_refers_to_itself_goes_on_doing_so() {
    let database = Database::new().await;
    let table = "CREATE TABLE node (id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, up BIGINT, name TEXT,\n    \
        CONSTRAINT fk_node_up FOREIGN KEY (up) REFERENCES node (id) ON DELETE CASCADE);\n";
    database.upgrade(&chain(&[table])).await.unwrap();
    database.execute("INSERT INTO node (up) VALUES (NULL), (1), (2)");
    database.upgrade(&chain(&[table, "ALTER TABLE node ALTER COLUMN name SET DEFAULT 'x';\n"])).await.unwrap();
    assert_eq!(database.query("SELECT COUNT(*) FROM node"), "3");
    database.execute("DELETE FROM node WHERE id = 1");
    assert_eq!(database.query("SELECT COUNT(*) FROM node"), "0");
}

/// What is refused, and that nothing has changed then.
async fn refused(by_hand: &str, change: &str) -> String {
    let database = Database::new().await;
    database.upgrade(&chain(&[USERS, POSTS])).await.unwrap();
    database.execute(by_hand);
    let before = database.schema();
    let error = database.upgrade(&chain(&[USERS, POSTS, change])).await.unwrap_err().to_string();
    assert_eq!(database.schema(), before);
    assert_eq!(database.query("SELECT COUNT(*) FROM aludel_history"), "2");
    // The connection went back as it was: foreign keys are enforced.
    let mut connection = database.engine.acquire().await.unwrap();
    let query = aludel_driver::Query::read("SELECT foreign_keys FROM pragma_foreign_keys", vec![]);
    let on = connection.fetch(query, |row| Ok(row.get(0)? == aludel_sql::ValueRef::I64(1))).await.unwrap();
    assert_eq!(on, [true]);
    error
}

#[tokio::test]
async fn what_the_migrations_do_not_know_is_refused_by_name() {
    assert_snapshot!(refused("ALTER TABLE user ADD COLUMN extra", RETYPE).await, @r#"
    the upgrade of revision `r3` failed, migrations/r3.sql:9:1: `ALTER TABLE "user" ALTER COLUMN email SET DATA TYPE VARCHAR(200)`: table `user` is not as the migrations left it, and rebuilding it would lose that: column `extra` is not in the migrations
      help: Put the difference into a migration, or undo it in the database
    "#);
    assert_snapshot!(refused("ALTER TABLE user DROP COLUMN email", RETYPE).await, @r#"
    the upgrade of revision `r3` failed, migrations/r3.sql:9:1: `ALTER TABLE "user" ALTER COLUMN email SET DATA TYPE VARCHAR(200)`: table `user` is not as the migrations left it, and rebuilding it would lose that: column `email` is missing
      help: Put the difference into a migration, or undo it in the database
    "#);
    let recreate = "PRAGMA foreign_keys = OFF; DROP TABLE user; CREATE TABLE user (id INTEGER PRIMARY KEY AUTOINCREMENT, \
        name VARCHAR(64) NOT NULL COLLATE NOCASE UNIQUE ON CONFLICT IGNORE, email VARCHAR(120) CHECK (email <> ''));";
    assert_snapshot!(refused(recreate, RETYPE).await, @r#"
    the upgrade of revision `r3` failed, migrations/r3.sql:9:1: `ALTER TABLE "user" ALTER COLUMN email SET DATA TYPE VARCHAR(200)`: table `user` is not as the migrations left it, and rebuilding it would lose that: its definition says CHECK where the migrations do not; its definition says COLLATE where the migrations do not; its definition says CONFLICT where the migrations do not; its definition says UNIQUE where the migrations do not
      help: Put the difference into a migration, or undo it in the database
    "#);
    assert_snapshot!(refused("PRAGMA foreign_keys = OFF; DROP TABLE user", RETYPE).await, @r#"
    the upgrade of revision `r3` failed, migrations/r3.sql:9:1: `ALTER TABLE "user" ALTER COLUMN email SET DATA TYPE VARCHAR(200)`: the database has no table `user`, which the migrations created
      help: Someone dropped it: restore it, or `stamp` the revision the database is really at
    "#);
}

#[tokio::test]
async fn a_view_or_trigger_that_would_break_is_refused() {
    let drop = "ALTER TABLE \"user\" ALTER COLUMN name SET DEFAULT '';\nALTER TABLE \"user\" DROP COLUMN email;\n";
    assert_snapshot!(refused("CREATE VIEW mails AS SELECT email FROM user", drop).await, @r#"
    the upgrade of revision `r3` failed, migrations/r3.sql:9:1: `ALTER TABLE "user" ALTER COLUMN name SET DEFAULT ''`: view `mails` worked before `user` was rebuilt and would not any more
      help: Drop it first, and create it again after the migration
    "#);
    let trigger = "CREATE TRIGGER keep AFTER UPDATE ON user BEGIN UPDATE user SET email = 'x' WHERE id = new.id; END";
    assert_snapshot!(refused(trigger, drop).await, @r#"
    the upgrade of revision `r3` failed, migrations/r3.sql:9:1: `ALTER TABLE "user" ALTER COLUMN name SET DEFAULT ''`: a trigger of `user` worked before `user` was rebuilt and would not any more
      help: Drop it first, and create it again after the migration
    "#);
    let trigger =
        "CREATE TRIGGER keep AFTER INSERT ON post BEGIN UPDATE user SET email = 'x' WHERE id = new.user_id; END";
    assert_snapshot!(refused(trigger, drop).await, @r#"
    the upgrade of revision `r3` failed, migrations/r3.sql:9:1: `ALTER TABLE "user" ALTER COLUMN name SET DEFAULT ''`: a trigger of `post` worked before `user` was rebuilt and would not any more
      help: Drop it first, and create it again after the migration
    "#);
}

#[tokio::test]
async fn a_view_that_was_broken_before_is_no_obstacle() {
    let database = Database::new().await;
    database.upgrade(&chain(&[USERS])).await.unwrap();
    database.execute("CREATE VIEW broken AS SELECT nowhere FROM no_table");
    database.upgrade(&chain(&[USERS, RETYPE])).await.unwrap();
}

#[tokio::test]
async fn rows_orphaned_while_keys_are_not_enforced_are_refused() {
    let rows = "INSERT INTO user (name) VALUES ('a'); INSERT INTO post (user_id) VALUES (1), (1)";
    assert_snapshot!(refused(rows, &format!("DELETE FROM \"user\";\n{RETYPE}")).await, @"
    the upgrade of revision `r3` failed, migrations/r3.sql: it would leave 2 rows of `post` that refer to a row of `user` that does not exist
      help: Foreign keys, and what they do ON DELETE, are not enforced in a transaction that rebuilds a table: put DELETE and UPDATE before a line `-- @commit`, or write them for both tables
    ");

    // Divided, the rows of the children go as ON DELETE CASCADE says.
    let database = Database::new().await;
    database.upgrade(&chain(&[USERS, POSTS])).await.unwrap();
    database.execute(rows);
    let divided = format!("DELETE FROM \"user\";\n-- @commit\n{RETYPE}");
    database.upgrade(&chain(&[USERS, POSTS, &divided])).await.unwrap();
    assert_eq!(database.query("SELECT COUNT(*) FROM post"), "0");
}

#[tokio::test]
async fn rows_that_were_orphans_before_are_no_obstacle() {
    let database = Database::new().await;
    database.upgrade(&chain(&[USERS, POSTS])).await.unwrap();
    database.execute("PRAGMA foreign_keys = OFF; INSERT INTO post (user_id) VALUES (99)");
    database.upgrade(&chain(&[USERS, POSTS, RETYPE])).await.unwrap();
}
