//! Up, down, and what is said when it does not work.

use aludel_migrate::{Direction, Graph, Hooks, Migrator, Progress};
use aludel_sql::ErrorKind;
use insta::assert_snapshot;

use super::{Database, POSTS, USERS, chain, connect, revision};

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
    assert!(applied[1].sql[0].starts_with("CREATE TABLE \"post\""), "{:?}", applied[1].sql);
    assert_snapshot!(database.schema(), @r#"
    CREATE UNIQUE INDEX "ix_user_name" ON "user" ("name")
    CREATE TABLE "post" (
        "id"      INTEGER PRIMARY KEY AUTOINCREMENT,
        "body"    TEXT,
        "user_id" BIGINT NOT NULL,
        CONSTRAINT "fk_post_user_id" FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE
    )
    CREATE TABLE "user" (
        "id"    INTEGER PRIMARY KEY AUTOINCREMENT,
        "name"  VARCHAR(64) NOT NULL,
        "email" VARCHAR(120)
    , "age" INTEGER)
    "#);
    assert_eq!(migrator.current(&database.engine).await.unwrap(), ["r3"]);
    let row = "SELECT id, parents, how, state, direction, step, steps, tool, error FROM aludel_history";
    assert_eq!(
        database.query(&format!("{row} WHERE id = 'r2'")),
        format!("r2|r1|upgrade|done|upgrade|1|1|aludel {}|NULL", env!("CARGO_PKG_VERSION"))
    );
    assert_eq!(
        database.query("SELECT sql FROM aludel_history WHERE id = 'r3'"),
        "ALTER TABLE \"user\" ADD COLUMN \"age\" INTEGER;"
    );

    assert!(database.upgrade(&migrator).await.unwrap().is_empty(), "everything is applied");
    let full = database.schema();
    let undone = database.downgrade(&migrator, "base").await.unwrap();
    assert_eq!(undone.iter().map(|applied| applied.id.as_str()).collect::<Vec<_>>(), ["r3", "r2", "r1"]);
    assert_eq!(database.schema(), "");
    assert_eq!(database.query("SELECT COUNT(*) FROM aludel_history"), "0");
    assert!(migrator.current(&database.engine).await.unwrap().is_empty());

    database.upgrade(&migrator).await.unwrap();
    assert_eq!(database.schema(), full);
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
    assert_eq!(database.query("SELECT COUNT(*) FROM sqlite_master"), "0");
}

#[tokio::test]
async fn a_failure_leaves_nothing_of_its_revision_and_a_retry_works() {
    let database = Database::new().await;
    let broken = "CREATE TABLE tag (name TEXT);\nINSERT INTO tag (name) VALUES ('a');\n\
        CREATE INDEX ix_tag_name ON tag (name);\nINSERT INTO \"user\" (name) VALUES ('twice'), ('twice');\n";
    let error = database.upgrade(&chain(&[USERS, broken])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unique);
    assert_eq!(error.table(), Some("user"));
    assert_snapshot!(error.message(), @r#"the upgrade of revision `r2` failed, migrations/r2.sql:12:1: `INSERT INTO "user" (name) VALUES ('twice'), ('twice')`: a row of `user` with this `name` exists already"#);
    assert!(!database.schema().contains("tag"), "{}", database.schema());
    assert_eq!(database.query("SELECT id FROM aludel_history"), "r1", "what came before stays");
    let fixed = broken.replace("('twice'), ('twice')", "('once')");
    assert_eq!(database.upgrade(&chain(&[USERS, &fixed])).await.unwrap().len(), 1);
    assert_eq!(database.query("SELECT name FROM \"user\""), "once");
    assert_eq!(database.query("SELECT name FROM tag"), "a");
}

#[tokio::test]
async fn a_first_revision_that_fails_leaves_no_history_either() {
    let database = Database::new().await;
    database.execute("CREATE TABLE \"user\" (x)");
    database.upgrade(&chain(&[USERS])).await.unwrap_err();
    assert_eq!(database.query("SELECT name FROM sqlite_master"), "user");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_migrators_at_once_apply_each_revision_once() {
    let database = Database::new().await;
    let sections: Vec<String> = (0..8)
        .map(|n| format!("CREATE TABLE t{n} (id BIGINT PRIMARY KEY, a VARCHAR(9));\nINSERT INTO t{n} (id, a) VALUES (1, 'x');\nALTER TABLE t{n} ALTER COLUMN a SET NOT NULL;\n"))
        .collect();
    let sections: Vec<&str> = sections.iter().map(String::as_str).collect();
    let other = connect(&database.path).await;
    let (one, two) = (chain(&sections), chain(&sections));
    let first = tokio::spawn({
        let engine = database.engine.clone();
        async move { one.upgrade(&engine, "head", |_| {}).await.map(|applied| applied.len()) }
    });
    let second = tokio::spawn(async move { two.upgrade(&other, "head", |_| {}).await.map(|applied| applied.len()) });
    let (first, second) = (first.await.unwrap().unwrap(), second.await.unwrap().unwrap());
    assert_eq!(first + second, 8, "each once: {first} and {second}");
    assert_eq!(database.query("SELECT COUNT(*) FROM aludel_history"), "8");
    assert_eq!(database.query("SELECT COUNT(*) FROM t7"), "1");
}

#[tokio::test]
async fn a_newer_database_is_left_alone() {
    let database = Database::new().await;
    database.upgrade(&chain(&[USERS, POSTS])).await.unwrap();
    let old = chain(&[USERS]);
    let before = database.schema();
    assert_snapshot!(database.upgrade(&old).await.unwrap_err(), @"
    the database is newer than this program: it has `r2`, which the program does not know
      help: Run a newer program, or restore the files of those revisions
    ");
    database.downgrade(&old, "base").await.unwrap_err();
    old.stamp(&database.engine, "head", false).await.unwrap_err();
    assert_eq!(database.schema(), before);
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
    assert!(!database.schema().contains("post"));
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
    assert_eq!(database.query("SELECT COUNT(*) FROM sqlite_master"), "0");
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
        let before = database.schema();
        let error = database.downgrade(&migrator, "base").await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(database.schema(), before, "not even what could be undone");
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
    database.execute("INSERT INTO user (name) VALUES ('susan')");
    database.upgrade(&migrator).await.unwrap();
    assert_eq!(database.query("SELECT nick FROM user"), "susan");
    assert_eq!(
        database.query("SELECT down_sql FROM aludel_history WHERE id = 'r2'"),
        "UPDATE \"user\" SET name = nick || '!';\nALTER TABLE \"user\" DROP COLUMN nick;"
    );
    database.downgrade(&migrator, "-1").await.unwrap();
    assert_eq!(database.query("SELECT * FROM user"), "1|susan!|NULL");
}

#[tokio::test]
async fn branches_are_applied_in_any_order_and_keep_each_others_columns() {
    // c is applied first; b, which rebuilds the table, must not lose the column of c.
    let database = Database::new().await;
    let b = "ALTER TABLE \"user\" ALTER COLUMN email SET DATA TYPE VARCHAR(200);\n";
    let c = "ALTER TABLE \"user\" ADD COLUMN age INTEGER;\n";
    let graph = Graph::new(vec![
        revision("a", "none", USERS),
        revision("b", "a", b),
        revision("c", "a", c),
        revision("d", "b c", ""),
    ])
    .unwrap();
    let migrator = Migrator::new(graph, Hooks::new());
    migrator.upgrade(&database.engine, "c", |_| {}).await.unwrap();
    database.execute("INSERT INTO user (name, age) VALUES ('susan', 42)");
    let applied = migrator.upgrade(&database.engine, "head", |_| {}).await.unwrap();
    assert_eq!(applied.iter().map(|applied| applied.id.as_str()).collect::<Vec<_>>(), ["b", "d"]);
    assert_eq!(database.query("SELECT name, age FROM user"), "susan|42");
    assert_eq!(migrator.current(&database.engine).await.unwrap(), ["d"]);
    migrator.downgrade(&database.engine, "b", |_| {}).await.unwrap();
    assert_eq!(migrator.current(&database.engine).await.unwrap(), ["b", "c"], "undoing a merge leaves both branches");
    migrator.downgrade(&database.engine, "a", |_| {}).await.unwrap();
    assert_eq!(database.query("SELECT name FROM user"), "susan");
    assert!(!database.schema().contains("age"));
}

#[tokio::test]
async fn a_run_that_is_dropped_leaves_no_half_revision() {
    use std::{future::Future, pin::pin, task::Poll};
    let migrator = chain(&[
        USERS,
        "INSERT INTO \"user\" (name) VALUES ('susan');\nALTER TABLE \"user\" ALTER COLUMN email SET DATA TYPE TEXT;\n",
    ]);
    let mut finished = false;
    for polls in 0..200 {
        let database = Database::new().await;
        {
            let mut run = pin!(migrator.upgrade(&database.engine, "head", |_| {}));
            let mut left = polls;
            finished = std::future::poll_fn(|context| {
                if left == 0 {
                    return Poll::Ready(false);
                }
                left -= 1;
                run.as_mut().poll(context).map(|result| result.is_ok())
            })
            .await;
        }
        // Whatever was reached, going on from there arrives.
        database.upgrade(&migrator).await.unwrap();
        assert_eq!(database.query("SELECT name FROM user"), "susan", "after {polls} polls");
        assert_eq!(database.query("SELECT COUNT(*) FROM aludel_history"), "2");
        assert_eq!(database.query("SELECT COUNT(*) FROM sqlite_master WHERE name LIKE '_aludel_new%'"), "0");
        if finished {
            break;
        }
    }
    assert!(finished, "the run never ended by itself");
}
