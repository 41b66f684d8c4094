//! Scripts.

use aludel_migrate::Direction::{Downgrade, Upgrade};
use aludel_sql::dialect::SQLITE;
use insta::assert_snapshot;

use super::{Database, POSTS, USERS, chain};

#[test]
fn a_script_holds_transactions_and_history() {
    let migrator = chain(&[USERS, "ALTER TABLE \"user\" ADD COLUMN age INTEGER;\n"]);
    let script = migrator.sql(&SQLITE, "base", "head", Upgrade).unwrap();
    assert_snapshot!(script, @r#"
    -- Running upgrade  -> r1, about r1

    BEGIN;

    CREATE TABLE "aludel_history" (
        "id"          VARCHAR(32) NOT NULL PRIMARY KEY,
        "parents"     TEXT        NOT NULL,
        "checksum"    VARCHAR(80) NOT NULL,
        "how"         VARCHAR(16) NOT NULL,
        "state"       VARCHAR(16) NOT NULL,
        "direction"   VARCHAR(16) NOT NULL,
        "step"        INTEGER     NOT NULL,
        "steps"       INTEGER     NOT NULL,
        "step_hash"   VARCHAR(80),
        "started_at"  TIMESTAMPTZ NOT NULL,
        "finished_at" TIMESTAMPTZ,
        "tool"        VARCHAR(64) NOT NULL,
        "sql"         TEXT,
        "down_sql"    TEXT,
        "error"       TEXT
    );

    CREATE TABLE "user" (
        "id"    INTEGER PRIMARY KEY AUTOINCREMENT,
        "name"  VARCHAR(64) NOT NULL,
        "email" VARCHAR(120)
    );
    CREATE UNIQUE INDEX "ix_user_name" ON "user" ("name");

    INSERT INTO "aludel_history" ("id", "parents", "checksum", "how", "state", "direction", "step", "steps", "step_hash", "started_at", "finished_at", "tool", "sql", "down_sql", "error") VALUES ('r1', '', 't1:9d7336b92fc8988a26043606bea7cf680abfa9ccc2ff74e9145d55dd646047df', 'upgrade', 'done', 'upgrade', 1, 1, NULL, strftime('%Y-%m-%d %H:%M:%f000', 'now'), strftime('%Y-%m-%d %H:%M:%f000', 'now'), 'aludel 0.1.0', NULL, NULL, NULL);

    COMMIT;

    -- Running upgrade r1 -> r2, about r2

    BEGIN;

    ALTER TABLE "user" ADD COLUMN "age" INTEGER;

    INSERT INTO "aludel_history" ("id", "parents", "checksum", "how", "state", "direction", "step", "steps", "step_hash", "started_at", "finished_at", "tool", "sql", "down_sql", "error") VALUES ('r2', 'r1', 't1:d9beb08d645bebf5c8a58f582d86b5d2ce395335d2b683176539cfebecbdf7e1', 'upgrade', 'done', 'upgrade', 1, 1, NULL, strftime('%Y-%m-%d %H:%M:%f000', 'now'), strftime('%Y-%m-%d %H:%M:%f000', 'now'), 'aludel 0.1.0', NULL, NULL, NULL);

    COMMIT;
    "#);
    let later = migrator.sql(&SQLITE, "r1", "head", Upgrade).unwrap();
    assert!(script.ends_with(&later) && !later.contains("CREATE TABLE"), "{later}");
    assert_snapshot!(migrator.sql(&SQLITE, "head", "r1", Downgrade).unwrap(), @r#"
    -- Running downgrade r2 -> r1, about r2

    BEGIN;

    ALTER TABLE "user" DROP COLUMN "age";

    DELETE FROM "aludel_history" WHERE "id" = 'r2';

    COMMIT;
    "#);
    assert_eq!(migrator.sql(&SQLITE, "head", "head", Upgrade).unwrap(), "");
}

#[tokio::test]
async fn a_script_does_what_a_run_does() {
    let change = "ALTER TABLE \"user\" ALTER COLUMN email SET DATA TYPE VARCHAR(200);\n-- @commit\nINSERT INTO \"user\" (name) VALUES ('it''s');\n";
    let migrator = chain(&[USERS, POSTS, change, "DROP INDEX ix_user_name;\nALTER TABLE \"user\" DROP COLUMN name;\n"]);
    let (by_script, by_run) = (Database::new().await, Database::new().await);
    by_run.upgrade(&migrator).await.unwrap();
    let script = migrator.sql(&SQLITE, "base", "head", Upgrade).unwrap();
    assert!(script.contains("-- The rebuild below is written from the migrations alone"), "{script}");
    by_script.raw().execute_batch(&script).unwrap();
    assert_eq!(by_script.schema(), by_run.schema());
    assert_eq!(by_script.query("SELECT * FROM user"), by_run.query("SELECT * FROM user"));
    let rows = "SELECT id, parents, checksum, how, state, length(started_at), tool FROM aludel_history ORDER BY id";
    assert_eq!(by_script.query(rows), by_run.query(rows));
    assert!(by_script.upgrade(&migrator).await.unwrap().is_empty(), "the run finds the script's history");

    let migrator = chain(&[USERS, POSTS]);
    let database = Database::new().await;
    database.upgrade(&migrator).await.unwrap();
    database.raw().execute_batch(&migrator.sql(&SQLITE, "head", "base", Downgrade).unwrap()).unwrap();
    assert_eq!(database.schema(), "");
    assert_eq!(migrator.current(&database.engine).await.unwrap(), Vec::<String>::new());
}

#[test]
fn what_no_script_can_do_is_refused() {
    let migrator = chain(&[USERS, "CALL f();\n\n-- @irreversible: no\n"]);
    assert_snapshot!(migrator.sql(&SQLITE, "base", "head", Upgrade).unwrap_err(), @"
    revision `r2` calls the Rust function `f`, which no script can do
      help: Run it with `db upgrade` or `db downgrade`, and write scripts for what comes before and after
    ");
    assert_snapshot!(migrator.sql(&SQLITE, "head", "base", Downgrade).unwrap_err(), @"
    migrations/r2.sql: revision `r2` is irreversible: no
      help: Restore a backup, or go forward with a new revision
    ");
}
