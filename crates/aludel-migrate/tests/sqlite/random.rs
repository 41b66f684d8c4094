//! Random schemas, built and changed on a real file.

use aludel_migrate::{DiffOptions, Graph, Hooks, Migrator, Revision, diff, revision::Page, revision::PageDowngrade};
use aludel_sql::{Result, render, schema::Schema};
use jiff::Timestamp;
use proptest::{prelude::*, test_runner::TestRunner};

use super::{Database, schemas::schemas};

fn write(id: &str, parents: &[String], from: &Schema, to: &Schema) -> Result<Revision> {
    let drop = from.tables.keys().filter(|name| !to.tables.contains_key(*name)).cloned().collect();
    let diff = diff(from, to, &DiffOptions { drop, ..DiffOptions::default() })?;
    let (upgrade, downgrade) = (diff.operations(), diff.reverse(from)?);
    let page = Page {
        id,
        message: "random",
        parents,
        created: Timestamp::UNIX_EPOCH,
        upgrade: &upgrade,
        downgrade: PageDowngrade::Written(&downgrade),
    };
    Revision::parse(id, &Revision::render(&page)?)
}

/// What SQLite says of the columns, indexes and foreign keys of each table.
fn described(database: &Database) -> String {
    database.query(
        "SELECT t.name, c.name, c.type, c.\"notnull\", c.dflt_value, c.pk FROM sqlite_master t, pragma_table_xinfo(t.name) c \
         WHERE t.type = 'table' AND t.name LIKE 't_' ORDER BY 1, 2",
    ) + "\n"
        + &database.query("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name LIKE 't_' AND sql IS NOT NULL ORDER BY 1, 2")
        + "\n"
        + &database.query(
            "SELECT t.name, f.\"from\", f.\"table\", f.\"to\", f.on_delete FROM sqlite_master t, pragma_foreign_key_list(t.name) f \
             WHERE t.type = 'table' AND t.name LIKE 't_' ORDER BY 1, 2, 3",
        )
}

/// The schema without indexes of a kind that SQLite lacks.
fn possible(mut schema: Schema) -> Schema {
    let dialect = &aludel_sql::dialect::SQLITE;
    for table in schema.tables.values_mut() {
        table.indexes.retain(|index| render::create_index(dialect, &table.name, index).is_ok());
    }
    schema
}

#[test]
fn a_changed_database_is_as_one_built_at_once() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner = TestRunner::new(ProptestConfig::with_cases(48));
    runner
        .run(&(schemas(), schemas()), |(a, b)| {
            let (a, b) = (possible(a), possible(b));
            runtime.block_on(async {
                let graph = Graph::new(vec![
                    write("r1", &[], &Schema::default(), &a).unwrap(),
                    write("r2", &["r1".into()], &a, &b).unwrap(),
                ]);
                let migrator = Migrator::new(graph.unwrap(), Hooks::new());
                let (changed, direct) = (Database::new().await, Database::new().await);
                for table in b.tables.values() {
                    direct
                        .raw()
                        .execute_batch(&render::create_table(&aludel_sql::dialect::SQLITE, table).unwrap())
                        .unwrap();
                    for index in &table.indexes {
                        let sql = render::create_index(&aludel_sql::dialect::SQLITE, &table.name, index).unwrap();
                        direct.raw().execute_batch(&sql).unwrap();
                    }
                }
                migrator.upgrade(&changed.engine, "r1", |_| {}).await.unwrap();
                let first = described(&changed);
                changed.upgrade(&migrator).await.unwrap();
                assert_eq!(described(&changed), described(&direct));
                changed.downgrade(&migrator, "r1").await.unwrap();
                assert_eq!(described(&changed), first);
                assert_eq!(changed.query("PRAGMA integrity_check"), "ok");
            });
            Ok(())
        })
        .unwrap();
}
