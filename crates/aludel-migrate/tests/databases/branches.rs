//! Branches.

use aludel_migrate::{Graph, Hooks, Migrator};

use super::{Database, USERS, revision};

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
    database.execute("INSERT INTO \"user\" (name, age) VALUES ('susan', 42)").await;
    let applied = migrator.upgrade(&database.engine, "head", |_| {}).await.unwrap();
    assert_eq!(applied.iter().map(|applied| applied.id.as_str()).collect::<Vec<_>>(), ["b", "d"]);
    assert_eq!(database.query("SELECT name, age FROM \"user\"").await, "susan|42");
    assert_eq!(migrator.current(&database.engine).await.unwrap(), ["d"]);
    migrator.downgrade(&database.engine, "b", |_| {}).await.unwrap();
    assert_eq!(migrator.current(&database.engine).await.unwrap(), ["b", "c"], "undoing a merge leaves both branches");
    migrator.downgrade(&database.engine, "a", |_| {}).await.unwrap();
    assert_eq!(database.query("SELECT name FROM \"user\"").await, "susan");
    assert!(!database.schema().await.contains("age"));
}
