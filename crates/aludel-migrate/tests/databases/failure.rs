//! Revisions that fail half-way.

use aludel_sql::ErrorKind;
use sha2::{Digest, Sha256};

use super::{Database, POSTS, USERS, chain};

const BROKEN: &str = "CREATE TABLE tag (name VARCHAR(9));\nINSERT INTO tag (name) VALUES ('a');\n\
    CREATE INDEX ix_tag_name ON tag (name);\nINSERT INTO tag (name) VALUES ('b');\n\
    INSERT INTO \"user\" (name) VALUES ('twice'), ('twice');\nALTER TABLE \"user\" ADD COLUMN age INTEGER;\n";

#[tokio::test]
async fn a_failure_leaves_nothing_of_its_revision_or_says_what_it_left_and_a_retry_works() {
    let database = Database::new().await;
    let migrator = chain(&[USERS, BROKEN]);
    let error = database.upgrade(&migrator).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unique);
    let expected = "the upgrade of revision `r2` failed, migrations/r2.sql:13:1: \
        `INSERT INTO \"user\" (name) VALUES ('twice'), ('twice')`: a row";
    assert!(error.message().starts_with(expected), "{error}");
    assert_eq!(migrator.current(&database.engine).await.unwrap(), ["r1"], "half applied is not applied");
    if database.rolls_back() {
        assert!(error.message().ends_with("a row of `user` with this `name` exists already"), "{error}");
        assert!(!database.schema().await.contains("tag"), "{}", database.schema().await);
        assert_eq!(database.query("SELECT id FROM aludel_history").await, "r1", "what came before stays");
    } else {
        let message = error.to_string();
        assert!(message.contains("of the 6 statements the first 3 are done and stay, the others are not"), "{message}");
        assert!(message.contains("run `db upgrade` again: it goes on from there"), "{message}");
        assert_eq!(
            database.query("SELECT name FROM tag").await,
            "a",
            "neighbouring changes of rows are undone together"
        );
        let row = "SELECT state, direction, step, steps, step_hash FROM aludel_history WHERE id = 'r2'";
        assert_eq!(database.query(row).await, "failed|upgrade|3|5|NULL");
        assert_eq!(migrator.status(&database.engine).await.unwrap().partial, ["r2"]);
        let refused = database.downgrade(&migrator, "base").await.unwrap_err().to_string();
        assert!(refused.contains("the upgrade of revision `r2` was left half-way: 3 of its 5 parts"), "{refused}");
        let changed = BROKEN.replace("VARCHAR(9)", "VARCHAR(10)");
        let refused = database.upgrade(&chain(&[USERS, &changed])).await.unwrap_err().to_string();
        assert!(refused.contains("is no longer what the file says"), "{refused}");
    }
    let fixed = BROKEN.replace("('twice'), ('twice')", "('once')");
    let migrator = chain(&[USERS, &fixed]);
    assert_eq!(database.upgrade(&migrator).await.unwrap().len(), 1);
    assert_eq!(database.query("SELECT name, age FROM \"user\"").await, "once|NULL");
    assert_eq!(database.query("SELECT name FROM tag ORDER BY name").await, "a\nb", "each statement once");
    assert_eq!(database.query("SELECT state, error FROM aludel_history WHERE id = 'r2'").await, "done|NULL");
    assert!(migrator.status(&database.engine).await.unwrap().changed.is_empty(), "the file as it was corrected");
    assert!(database.upgrade(&migrator).await.unwrap().is_empty());
    let whole = Database::new().await;
    whole.upgrade(&migrator).await.unwrap();
    assert_eq!(database.schema().await, whole.schema().await);
}

#[tokio::test]
async fn rows_can_be_corrected_instead_of_the_file() {
    let database = Database::new().await;
    let change =
        "ALTER TABLE \"user\" ADD COLUMN age INTEGER;\nALTER TABLE \"user\" ALTER COLUMN email SET NOT NULL;\n";
    let migrator = chain(&[USERS, change]);
    migrator.upgrade(&database.engine, "r1", |_| {}).await.unwrap();
    database.execute("INSERT INTO \"user\" (name) VALUES ('susan')").await;
    let error = database.upgrade(&migrator).await.unwrap_err();
    assert!(error.message().contains("`user.email` was to become NOT NULL, and is NULL in 1 row"), "{error}");
    assert_eq!(database.schema().await.contains("age"), !database.rolls_back());
    database.execute("UPDATE \"user\" SET email = 'susan@example.com'").await;
    assert_eq!(database.upgrade(&migrator).await.unwrap().len(), 1);
    assert_eq!(database.query("SELECT name, email, age FROM \"user\"").await, "susan|susan@example.com|NULL");
    assert!(database.try_execute("INSERT INTO \"user\" (name) VALUES ('no mail')").await.is_err());
}

#[tokio::test]
async fn a_downgrade_that_fails_can_be_gone_on_with() {
    let database = Database::new().await;
    let change = "ALTER TABLE \"user\" ADD COLUMN age INTEGER;\nCREATE INDEX ix_user_age ON \"user\" (age);\n\n-- @downgrade\n\n\
        DROP INDEX ix_user_age;\nDELETE FROM \"user\" WHERE age IS NULL;\nALTER TABLE \"user\" DROP COLUMN age;\n";
    let migrator = chain(&[USERS, POSTS, change]);
    database.upgrade(&migrator).await.unwrap();
    // A row by hand stands in the way: no migration knows of this reference.
    database.execute("INSERT INTO \"user\" (name) VALUES ('susan')").await;
    database.execute("CREATE TABLE by_hand (user_id BIGINT, FOREIGN KEY (user_id) REFERENCES \"user\" (id))").await;
    database.execute("INSERT INTO by_hand (user_id) VALUES (1)").await;
    let before = database.schema().await;
    let error = database.downgrade(&migrator, "r2").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignKey, "{error}");
    assert_eq!(migrator.current(&database.engine).await.unwrap(), ["r3"], "half undone is not undone");
    if database.rolls_back() {
        assert_eq!(database.schema().await, before);
    } else {
        let message = error.to_string();
        assert!(message.contains("of the 3 statements the first is done and stays, the others are not"), "{message}");
        assert!(message.contains("run `db downgrade` again"), "{message}");
        let refused = database.upgrade(&migrator).await.unwrap_err().to_string();
        assert!(refused.contains("the downgrade of revision `r3` was left half-way: 1 of its 3 parts"), "{refused}");
    }
    database.execute("DROP TABLE by_hand").await;
    assert_eq!(database.downgrade(&migrator, "r2").await.unwrap().len(), 1);
    assert_eq!(database.query("SELECT id FROM aludel_history ORDER BY id").await, "r1\nr2");
    let whole = Database::new().await;
    whole.upgrade(&chain(&[USERS, POSTS])).await.unwrap();
    assert_eq!(database.schema().await, whole.schema().await);
}

#[tokio::test]
async fn a_first_revision_that_fails_leaves_an_empty_history_or_none() {
    let database = Database::new().await;
    database.execute("CREATE TABLE \"user\" (x INTEGER)").await;
    let before = database.schema().await;
    let migrator = chain(&[USERS]);
    database.upgrade(&migrator).await.unwrap_err();
    assert_eq!(database.schema().await, before);
    assert!(migrator.status(&database.engine).await.unwrap().entries.is_empty());
    database.execute("DROP TABLE \"user\"").await;
    assert_eq!(database.upgrade(&migrator).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_statement_of_which_nobody_knows_whether_it_was_run_is_run_once() {
    if Database::new().await.rolls_back() {
        return;
    }
    let setup = format!("{USERS}{POSTS}");
    for change in [
        "CREATE TABLE tag (id BIGINT PRIMARY KEY);\n",
        "DROP TABLE post;\n",
        "ALTER TABLE post RENAME TO entry;\n",
        "ALTER TABLE post ADD COLUMN title VARCHAR(9);\n",
        "ALTER TABLE post DROP COLUMN body;\n",
        "ALTER TABLE post RENAME COLUMN body TO text;\n",
        "ALTER TABLE post ALTER COLUMN body SET DEFAULT 'x';\n",
        "ALTER TABLE post ALTER COLUMN body SET DATA TYPE VARCHAR(40) USING CAST(body AS VARCHAR(40));\n",
        "ALTER TABLE \"user\" ADD CONSTRAINT uq_user_email UNIQUE (email);\n",
        "ALTER TABLE \"user\" ADD CONSTRAINT ck_user_name CHECK (name <> '');\n",
        "ALTER TABLE post DROP CONSTRAINT fk_post_user_id;\n",
        "ALTER TABLE post RENAME CONSTRAINT fk_post_user_id TO fk_post_author;\n",
        "CREATE INDEX ix_user_email ON \"user\" (email DESC);\n",
        "DROP INDEX ix_user_name;\n",
        "ALTER INDEX ix_user_name RENAME TO ix_user_names;\n",
    ] {
        let migrator = chain(&[&setup, change]);
        let (run, not_run) = (Database::new().await, Database::new().await);
        let sql = run.upgrade(&migrator).await.unwrap().remove(1).sql;
        let after = run.schema().await;
        migrator.upgrade(&not_run.engine, "r1", |_| {}).await.unwrap();
        migrator.stamp(&not_run.engine, "r2", false).await.unwrap();
        // A run ended with its first statement under way: on one database it arrived, on the other it did not.
        let begun = begun(&sql[0]);
        not_run.execute(&begun).await;
        let applied = not_run.upgrade(&migrator).await.unwrap_or_else(|error| panic!("{change}: {error}"));
        assert_eq!(applied[0].sql, sql, "{change}");
        assert_eq!(not_run.schema().await, after, "{change}");
        if sql.len() == 1 {
            run.execute(&begun).await;
            let applied = run.upgrade(&migrator).await.unwrap_or_else(|error| panic!("{change}: {error}"));
            let again = change.contains("SET DEFAULT");
            assert_eq!(applied[0].sql.len(), usize::from(again), "only what may be run twice is run twice: {change}");
        }
        assert_eq!(run.schema().await, after, "{change}");
        assert!(run.upgrade(&migrator).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_database_in_neither_state_is_left_alone() {
    let database = Database::new().await;
    if database.rolls_back() {
        return;
    }
    let migrator = chain(&[USERS, "ALTER TABLE \"user\" RENAME COLUMN email TO mail;\n"]);
    let sql = database.upgrade(&migrator).await.unwrap().remove(1).sql;
    database.execute(&begun(&sql[0])).await;
    database.execute("ALTER TABLE \"user\" DROP COLUMN mail").await;
    let error = database.upgrade(&migrator).await.unwrap_err().to_string();
    let expected = "neither as before the statement nor as after it: column `user.mail` is not there, column `user.email` is not there";
    assert!(error.contains(expected), "{error}");
}

/// Makes the history say that this first statement of `r2` is about to be run.
fn begun(sql: &str) -> String {
    let hash: String = Sha256::digest(sql).iter().map(|byte| format!("{byte:02x}")).collect();
    let begun = "UPDATE aludel_history SET state = 'running', step = 0, \"sql\" = '', step_hash";
    format!("{begun} = '{hash}' WHERE id = 'r2'")
}
