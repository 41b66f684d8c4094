//! Scripts.

use aludel_driver::Query;
use aludel_migrate::Direction::{Downgrade, Upgrade};

use super::{Database, POSTS, USERS, chain};

/// Runs a script as a command line would: one statement after the other, on one connection.
async fn run(database: &Database, script: &str) {
    let mut connection = database.engine.acquire().await.unwrap();
    for statement in script.split(";\n") {
        let lines: Vec<&str> = statement.lines().filter(|line| !line.starts_with("--")).collect();
        let statement = lines.join("\n");
        if !statement.trim().is_empty() {
            connection.execute(Query::other(statement.clone())).await.unwrap_or_else(|e| panic!("{statement}: {e}"));
        }
    }
}

#[tokio::test]
async fn a_script_does_what_a_run_does() {
    let change = "ALTER TABLE \"user\" ALTER COLUMN email SET DATA TYPE VARCHAR(200);\n-- @commit\n\
        INSERT INTO \"user\" (id, name) VALUES (5, 'it''s');\nALTER TABLE \"user\" ADD COLUMN age INTEGER NOT NULL DEFAULT 3;\n";
    let migrator =
        chain(&[USERS, POSTS, change, "DROP INDEX ix_user_name;\nALTER TABLE \"user\" DROP COLUMN email;\n"]);
    let (by_script, by_run) = (Database::new().await, Database::new().await);
    by_run.upgrade(&migrator).await.unwrap();
    run(&by_script, &migrator.sql(by_script.dialect(), "base", "head", Upgrade).unwrap()).await;
    assert_eq!(by_script.schema().await, by_run.schema().await);
    for database in [&by_script, &by_run] {
        database.execute("INSERT INTO \"user\" (name) VALUES ('next')").await;
        assert_eq!(database.query("SELECT id, name, age FROM \"user\" ORDER BY id").await, "5|it's|3\n6|next|3");
    }
    let rows = "SELECT id, parents, checksum, how, state, direction, tool FROM aludel_history ORDER BY id";
    assert_eq!(by_script.query(rows).await, by_run.query(rows).await);
    assert!(by_script.upgrade(&migrator).await.unwrap().is_empty(), "the run finds the script's history");

    let migrator = chain(&[USERS, POSTS]);
    let database = Database::new().await;
    database.upgrade(&migrator).await.unwrap();
    run(&database, &migrator.sql(database.dialect(), "head", "base", Downgrade).unwrap()).await;
    assert_eq!(database.schema().await, "");
    assert_eq!(migrator.current(&database.engine).await.unwrap(), Vec::<String>::new());
}
