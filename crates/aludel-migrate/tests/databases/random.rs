//! Random schemas, built and changed.

use aludel_driver::inspect::{Inspector, held};
use aludel_migrate::{Graph, Hooks, Migrator, Revision, diff, plan, revision::Page, revision::PageDowngrade};
use aludel_sql::{
    Dialect, Operation, Result, render,
    schema::{Schema, Table},
};
use jiff::Timestamp;
use proptest::{prelude::*, test_runner::TestRunner};

use super::{
    Database,
    schemas::{allow_drops, schemas},
    sorted::sorted,
};

fn write(id: &str, parents: &[String], from: &Schema, to: &Schema) -> Result<Revision> {
    let diff = diff(from, to, &allow_drops(from, to))?;
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

/// The schema without what the database has no way to do, and with a collation that it has.
fn possible(dialect: &dyn Dialect, mut schema: Schema) -> Schema {
    let capability = dialect.capability();
    if !capability.sequences {
        schema.sequences.clear();
    }
    for table in schema.tables.values_mut() {
        for column in &mut table.columns {
            if !capability.sequences && !column.sequences().is_empty() {
                column.default = None;
            }
            if let Some(collation) = &mut column.collation {
                match dialect.name() {
                    "postgres" => "C",
                    "sqlite" => "NOCASE",
                    _ => "utf8mb4_general_ci",
                }
                .clone_into(collation);
            }
            if let Some(generated) = &mut column.generated {
                generated.stored |= !capability.virtual_column;
            }
        }
        let whole = table.clone();
        let fits = |operation: Operation| render::alter(dialect, &whole, &operation).is_ok();
        table.indexes.retain(|index| fits(Operation::CreateIndex { table: whole.name.clone(), index: index.clone() }));
        table.constraints.retain(|constraint| {
            let (table, constraint) = (whole.name.clone(), constraint.clone());
            match capability.alter_by_rebuild {
                true => fits(Operation::CreateTable(Table {
                    constraints: vec![constraint],
                    indexes: vec![],
                    ..whole.clone()
                })),
                false => fits(Operation::AddConstraint { table, constraint }),
            }
        });
    }
    schema
}

fn possible_change(dialect: &dyn Dialect, from: &Schema, revision: &Revision) -> bool {
    let operations: Vec<&Operation> = revision.upgrade.operations().collect();
    plan::plan(dialect, &mut from.clone(), &operations).is_ok()
}

#[test]
fn a_changed_database_is_as_one_built_at_once() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    // On a server each case takes a second.
    let cases = if std::env::var_os("ALUDEL_TEST_URL").is_some() { 12 } else { 48 };
    let mut runner = TestRunner::new(ProptestConfig { cases, max_shrink_iters: 16, ..ProptestConfig::default() });
    runner
        .run(&(schemas(), schemas()), |(a, b)| {
            runtime.block_on(async {
                let (changed, direct) = (Database::new().await, Database::new().await);
                let dialect = changed.dialect();
                let (a, b) = (possible(dialect, a), possible(dialect, b));
                let first = write("r1", &[], &Schema::default(), &a).unwrap();
                let second = write("r2", &["r1".into()], &a, &b).unwrap();
                let at_once = write("r1", &[], &Schema::default(), &b).unwrap();
                if !possible_change(dialect, &a, &second) {
                    return;
                }
                let migrator = Migrator::new(Graph::new(vec![first, second]).unwrap(), Hooks::new());
                direct
                    .upgrade(&Migrator::new(Graph::new(vec![at_once]).unwrap(), Hooks::new()))
                    .await
                    .unwrap_or_else(|error| panic!("{error}"));
                migrator.upgrade(&changed.engine, "r1", |_| {}).await.unwrap_or_else(|error| panic!("{error}"));
                let before = changed.schema().await;
                match changed.upgrade(&migrator).await {
                    // Not every type has a way to every other one.
                    Err(error) if error.message().contains("cannot cast type") => return,
                    done => done.unwrap_or_else(|error| panic!("{error}")),
                };
                assert_eq!(words(&changed.schema().await), words(&direct.schema().await));
                let expected = sorted(held(dialect, &b).unwrap());
                assert_eq!(found(&changed).await, expected);
                match changed.downgrade(&migrator, "r1").await {
                    Err(error) if error.message().contains("cannot cast type") => return,
                    done => done.unwrap_or_else(|error| panic!("{error}")),
                };
                assert_eq!(words(&changed.schema().await), words(&before));
                if dialect.name() == "sqlite" {
                    assert_eq!(changed.query("PRAGMA integrity_check").await, "ok");
                }
            });
            Ok(())
        })
        .unwrap();
}

/// What an inspection finds beside the history.
async fn found(database: &Database) -> Schema {
    let mut connection = database.engine.acquire().await.unwrap();
    let mut found = Inspector::new(&mut connection).schema().await.unwrap();
    found.tables.retain(|name, _| !name.starts_with("aludel_"));
    sorted(found)
}

/// SQLite keeps the spelling and the order of definitions; they mean the same.
fn words(schema: &str) -> Vec<&str> {
    let mut words: Vec<&str> = schema.split_whitespace().map(|word| word.trim_matches([',', '(', ')', '"'])).collect();
    words.retain(|word| !word.is_empty());
    words.sort_unstable();
    words
}
