//! Stamping.

use aludel_migrate::{Graph, Hooks, Migrator, runner::Stamped};

use super::{Database, POSTS, USERS, chain, revision};

#[tokio::test]
async fn a_stamp_says_where_the_database_is_and_runs_nothing() {
    let database = Database::new().await;
    let migrator = chain(&[USERS, POSTS, "CREATE TABLE later (id BIGINT PRIMARY KEY);\n"]);
    let stamp = |target: &'static str| migrator.stamp(&database.engine, target, false);
    let words = |list: &[&str]| list.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    assert_eq!(stamp("r2").await.unwrap(), Stamped { added: words(&["r1", "r2"]), removed: vec![] });
    assert_eq!(database.schema().await, "");
    assert_eq!(
        database.query("SELECT id, how, state FROM aludel_history ORDER BY id").await,
        "r1|stamp|done\nr2|stamp|done"
    );
    assert_eq!(stamp("r2").await.unwrap(), Stamped::default());
    assert_eq!(stamp("head").await.unwrap().added, ["r3"]);
    assert_eq!(stamp("r1").await.unwrap().removed, ["r2", "r3"]);
    assert_eq!(stamp("base").await.unwrap().removed, ["r1"]);
    assert!(stamp("nope").await.is_err());
    assert_eq!(migrator.upgrade(&database.engine, "r1", |_| {}).await.unwrap().len(), 1);
    stamp("head").await.unwrap();
    assert_eq!(
        database.query("SELECT id, how FROM aludel_history ORDER BY id").await,
        "r1|upgrade\nr2|stamp\nr3|stamp"
    );
}

#[tokio::test]
async fn other_branches_are_left_alone_unless_purged() {
    let database = Database::new().await;
    let graph = Graph::new(vec![
        revision("a", "none", ""),
        revision("b", "a", ""),
        revision("b2", "b", ""),
        revision("c", "a", ""),
    ]);
    let migrator = Migrator::new(graph.unwrap(), Hooks::new());
    database.upgrade(&migrator).await.unwrap();
    assert_eq!(migrator.stamp(&database.engine, "b", false).await.unwrap().removed, ["b2"]);
    assert_eq!(migrator.current(&database.engine).await.unwrap(), ["b", "c"]);
    assert_eq!(migrator.stamp(&database.engine, "b", true).await.unwrap().removed, ["c"]);
    assert_eq!(migrator.current(&database.engine).await.unwrap(), ["b"]);
    // Purging is also the way out of a history from elsewhere.
    let other = chain(&[USERS]);
    assert!(other.stamp(&database.engine, "base", false).await.is_err());
    assert_eq!(other.stamp(&database.engine, "base", true).await.unwrap().removed, ["a", "b"]);
}
