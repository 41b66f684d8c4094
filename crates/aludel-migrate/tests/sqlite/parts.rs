//! Revisions that `-- @commit` divides.

use insta::assert_snapshot;

use super::{Database, USERS, chain};

const PARTS: &str = "INSERT INTO \"user\" (name) VALUES ('a');\n-- @commit\nINSERT INTO \"user\" (name) VALUES ('b');\n-- @commit\n\
    ALTER TABLE \"user\" ALTER COLUMN email SET DEFAULT 'c';\n\n-- @downgrade\n\n\
    ALTER TABLE \"user\" ALTER COLUMN email DROP DEFAULT;\n-- @commit\nDELETE FROM \"user\" WHERE name = 'b';\n-- @commit\nDELETE FROM \"user\";\n";

#[tokio::test]
async fn a_revision_goes_on_where_it_was_left() {
    let database = Database::new().await;
    let migrator = chain(&[USERS, PARTS, "CREATE TABLE later (id BIGINT PRIMARY KEY);\n"]);
    migrator.upgrade(&database.engine, "r1", |_| {}).await.unwrap();
    // The second part fails on the unique index.
    database.execute("INSERT INTO user (name) VALUES ('b')");
    let error = database.upgrade(&migrator).await.unwrap_err().to_string();
    assert!(error.contains("revision `r2` failed, migrations/r2.sql:11:1"), "{error}");
    let row = "SELECT state, direction, step, steps, error IS NOT NULL FROM aludel_history WHERE id = 'r2'";
    assert_eq!(database.query(row), "failed|upgrade|1|3|1");
    assert_eq!(database.query("SELECT name FROM user ORDER BY name"), "a\nb", "the first part stays");
    assert_eq!(migrator.current(&database.engine).await.unwrap(), ["r1"], "half applied is not applied");
    assert_eq!(migrator.status(&database.engine).await.unwrap().partial, ["r2"]);
    assert_snapshot!(database.downgrade(&migrator, "base").await.unwrap_err(), @"
    the upgrade of revision `r2` was left half-way: 1 of its 3 parts are done
      help: Finish it first with `db upgrade r2`
    ");

    database.execute("DELETE FROM user WHERE name = 'b'");
    let applied = database.upgrade(&migrator).await.unwrap();
    assert_eq!(applied.iter().map(|applied| applied.id.as_str()).collect::<Vec<_>>(), ["r2", "r3"]);
    assert_eq!(database.query(row), "done|upgrade|3|3|0");
    assert_eq!(
        database.query("SELECT name, email FROM user ORDER BY name"),
        "a|NULL\nb|NULL",
        "the first part ran once"
    );
    assert!(
        database
            .query("SELECT sql FROM aludel_history WHERE id = 'r2'")
            .starts_with("INSERT INTO \"user\" (\"name\") VALUES ('a');\nINSERT")
    );
}

#[tokio::test]
async fn a_downgrade_goes_on_where_it_was_left() {
    let database = Database::new().await;
    let migrator = chain(&[USERS, PARTS]);
    database.upgrade(&migrator).await.unwrap();
    database
        .execute("CREATE TRIGGER no BEFORE DELETE ON user WHEN old.name = 'b' BEGIN SELECT RAISE(ABORT, 'kept'); END");
    let error = database.downgrade(&migrator, "r1").await.unwrap_err().to_string();
    assert!(error.contains("kept"), "{error}");
    assert_eq!(
        database.query("SELECT state, direction, step FROM aludel_history WHERE id = 'r2'"),
        "failed|downgrade|1"
    );
    assert!(!database.schema().contains("DEFAULT"));
    assert_eq!(migrator.current(&database.engine).await.unwrap(), ["r2"], "half undone is not undone");
    assert_snapshot!(database.upgrade(&migrator).await.unwrap_err(), @"
    the downgrade of revision `r2` was left half-way: 1 of its 3 parts are done
      help: Finish it first with `db downgrade`
    ");
    database.execute("DROP TRIGGER no");
    database.downgrade(&migrator, "r1").await.unwrap();
    assert_eq!(database.query("SELECT COUNT(*) FROM user"), "0");
    assert_eq!(database.query("SELECT id FROM aludel_history"), "r1");
}
