//! Up, down, and what is said when it does not work.

use aludel_migrate::{Direction, Progress};
use insta::assert_snapshot;

use super::{Database, POSTS, USERS, chain};

#[tokio::test]
async fn up_down_and_up_again() {
    let database = Database::new().await;
    let migrator = chain(&[USERS, POSTS, "ALTER TABLE \"user\" ADD COLUMN age INTEGER;\n"]);
    let mut seen = Vec::new();
    let applied = migrator
        .upgrade(&database.engine, "head", |progress| {
            seen.push(match progress {
                Progress::Started { revision, direction } => format!("{} {}", direction.name(), revision.id),
                Progress::Finished { applied } => format!("done {}", applied.id),
                other => format!("{other:?}"),
            });
        })
        .await
        .unwrap();
    assert_eq!(seen, ["upgrade r1", "done r1", "upgrade r2", "done r2", "upgrade r3", "done r3"]);
    assert_eq!(applied.len(), 3);
    assert_eq!((applied[1].id.as_str(), applied[1].message.as_str()), ("r2", "about r2"));
    assert_eq!(applied[1].parents, ["r1"]);
    assert_eq!(applied[1].direction, Direction::Upgrade);
    assert!(applied[1].sql[0].contains("post"), "{:?}", applied[1].sql);
    database.execute("INSERT INTO \"user\" (name, age) VALUES ('susan', 42)").await;
    database.execute("INSERT INTO post (body, user_id) VALUES ('hello', 1)").await;
    assert_eq!(
        database.query("SELECT name, age, body FROM \"user\" JOIN post ON user_id = \"user\".id").await,
        "susan|42|hello"
    );
    assert!(database.try_execute("INSERT INTO post (user_id) VALUES (99)").await.is_err());
    assert!(database.try_execute("INSERT INTO \"user\" (name) VALUES ('susan')").await.is_err());
    assert_eq!(migrator.current(&database.engine).await.unwrap(), ["r3"]);
    let row = "SELECT id, parents, how, state, direction, tool, error FROM aludel_history";
    assert_eq!(
        database.query(&format!("{row} WHERE id = 'r2'")).await,
        format!("r2|r1|upgrade|done|upgrade|aludel {}|NULL", env!("CARGO_PKG_VERSION"))
    );
    let sql = database.query("SELECT \"sql\" FROM aludel_history WHERE id = 'r3'").await;
    assert!(sql.starts_with("ALTER TABLE") && sql.ends_with(';'), "{sql}");

    assert!(database.upgrade(&migrator).await.unwrap().is_empty(), "everything is applied");
    let full = database.schema().await;
    let undone = database.downgrade(&migrator, "base").await.unwrap();
    assert_eq!(undone.iter().map(|applied| applied.id.as_str()).collect::<Vec<_>>(), ["r3", "r2", "r1"]);
    assert_eq!(database.schema().await, "");
    assert_eq!(database.query("SELECT COUNT(*) FROM aludel_history").await, "0");
    assert!(migrator.current(&database.engine).await.unwrap().is_empty());

    database.upgrade(&migrator).await.unwrap();
    assert_eq!(database.schema().await, full);
    assert_eq!(database.downgrade(&migrator, "-1").await.unwrap().len(), 1);
    assert_eq!(migrator.current(&database.engine).await.unwrap(), ["r2"]);
    assert_eq!(migrator.upgrade(&database.engine, "+1", |_| {}).await.unwrap().len(), 1);
}

#[tokio::test]
async fn looking_creates_nothing() {
    let database = Database::new().await;
    let migrator = chain(&[USERS]);
    assert!(migrator.current(&database.engine).await.unwrap().is_empty());
    let status = migrator.status(&database.engine).await.unwrap();
    assert_eq!(status.pending, ["r1"]);
    assert!(chain(&[]).upgrade(&database.engine, "head", |_| {}).await.unwrap().is_empty());
    let error = database.downgrade(&migrator, "-1").await.unwrap_err();
    assert!(error.to_string().contains("goes further than there are revisions"), "{error}");
    assert_eq!(database.schema().await, "");
}

#[tokio::test]
async fn a_newer_database_is_left_alone() {
    let database = Database::new().await;
    database.upgrade(&chain(&[USERS, POSTS])).await.unwrap();
    let old = chain(&[USERS]);
    let before = database.schema().await;
    assert_snapshot!(database.upgrade(&old).await.unwrap_err(), @"
    the database is newer than this program: it has `r2`, which the program does not know
      help: Run a newer program, or restore the files of those revisions
    ");
    database.downgrade(&old, "base").await.unwrap_err();
    old.stamp(&database.engine, "head", false).await.unwrap_err();
    assert_eq!(database.schema().await, before);
    assert_eq!(old.current(&database.engine).await.unwrap(), ["r2"], "the rows themselves say what builds on what");
    assert_eq!(old.status(&database.engine).await.unwrap().unknown, ["r2"]);
}

#[tokio::test]
async fn a_changed_file_is_noticed_and_can_be_accepted() {
    let database = Database::new().await;
    database.upgrade(&chain(&[USERS])).await.unwrap();
    let changed = USERS.replace("VARCHAR(120)", "VARCHAR(121)");
    let migrator = chain(&[&changed, POSTS]);
    assert_snapshot!(database.upgrade(&migrator).await.unwrap_err(), @"
    migrations/r1.sql: revision `r1` was changed after it was applied to this database
      help: Undo the change and write a new revision, or accept it as it is with `db repair --accept r1`
    ");
    assert_eq!(migrator.status(&database.engine).await.unwrap().changed, ["r1"]);
    assert!(!database.schema().await.contains("post"));
    assert_eq!(migrator.accept(&database.engine, "r1").await.unwrap(), ["r1"]);
    assert_eq!(database.upgrade(&migrator).await.unwrap().len(), 1);
    assert_snapshot!(migrator.accept(&database.engine, "base").await.unwrap().join(" "), @"");
    database.downgrade(&migrator, "r1").await.unwrap();
    assert_snapshot!(migrator.accept(&database.engine, "r2").await.unwrap_err(), @"
    revision `r2` is not applied to this database
      help: Run `db current` to see what is
    ");

    let relaid = USERS.replace("\n    ", " ").replace("CREATE TABLE", "create  table");
    assert!(
        database.upgrade(&chain(&[&relaid.replace("VARCHAR(120)", "VARCHAR(121)")])).await.unwrap().is_empty(),
        "layout does not count"
    );
}

#[tokio::test]
async fn nothing_runs_before_all_is_known_to_fit() {
    let database = Database::new().await;
    let migrator = chain(&[USERS, "DROP TABLE nowhere;\n"]);
    assert_snapshot!(database.upgrade(&migrator).await.unwrap_err(), @"migrations/r2.sql:9:1: there is no table `nowhere` at this point of the migrations");
    assert_eq!(database.schema().await, "");
}

#[tokio::test]
async fn downgrades_that_cannot_be_are_refused_before_anything_is_undone() {
    for (sections, expected) in [
        (
            "DROP TABLE post;\n\n-- @irreversible: the posts are gone\n",
            "revision `r3` is irreversible: the posts are gone",
        ),
        ("DROP TABLE post;\n", "would not come back by a computed downgrade"),
        ("UPDATE post SET body = 'x';\n", "would not come back by a computed downgrade"),
        ("ALTER TABLE post ALTER COLUMN body SET DATA TYPE VARCHAR(9);\n", "has no inverse"),
    ] {
        let database = Database::new().await;
        let migrator = chain(&[USERS, POSTS, sections, "CREATE TABLE later (id BIGINT PRIMARY KEY);\n"]);
        database.upgrade(&migrator).await.unwrap();
        let before = database.schema().await;
        let error = database.downgrade(&migrator, "base").await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(database.schema().await, before, "not even what could be undone");
        assert_eq!(database.downgrade(&migrator, "r3").await.unwrap().len(), 1, "what is above it can be");
    }
}

#[tokio::test]
async fn a_written_downgrade_is_what_is_run() {
    let database = Database::new().await;
    let migrator = chain(&[
        USERS,
        "ALTER TABLE \"user\" ADD COLUMN nick TEXT;\nUPDATE \"user\" SET nick = name;\n\n-- @downgrade\n\n\
         UPDATE \"user\" SET name = nick || '!';\nALTER TABLE \"user\" DROP COLUMN nick;\n",
    ]);
    migrator.upgrade(&database.engine, "r1", |_| {}).await.unwrap();
    database.execute("INSERT INTO \"user\" (name) VALUES ('susan')").await;
    database.upgrade(&migrator).await.unwrap();
    assert_eq!(database.query("SELECT nick FROM \"user\"").await, "susan");
    assert_eq!(
        database.query("SELECT down_sql FROM aludel_history WHERE id = 'r2'").await,
        "UPDATE \"user\" SET name = nick || '!';\nALTER TABLE \"user\" DROP COLUMN nick;"
    );
    database.downgrade(&migrator, "-1").await.unwrap();
    assert_eq!(database.query("SELECT * FROM \"user\"").await, "1|susan!|NULL");
}
