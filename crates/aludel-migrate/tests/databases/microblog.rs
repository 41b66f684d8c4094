//! The migrations of the example application.

use std::path::Path;

use aludel_migrate::{Graph, Hooks, Migrator, Source};

use super::Database;

#[tokio::test]
async fn the_migrations_of_the_microblog_go_up_down_and_up() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/microblog/migrations");
    let migrator = Migrator::new(Graph::load(&Source::Directory(directory)).unwrap(), Hooks::new());
    let database = Database::new().await;
    let count = migrator.graph().iter().count();
    assert_eq!(database.upgrade(&migrator).await.unwrap().len(), count);
    let schema = database.schema().await;
    assert!(schema.contains("fk_post_user_id") && schema.contains("ix_user_username"), "{schema}");
    assert_eq!(database.downgrade(&migrator, "base").await.unwrap().len(), count);
    assert_eq!(database.schema().await, "");
    database.upgrade(&migrator).await.unwrap();
    assert_eq!(database.schema().await, schema);
}
