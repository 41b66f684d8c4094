//! What the tests share.

use aludel_driver::{
    Connection, Engine, Query, Result,
    inspect::{Inspected, Inspector, held},
};
use aludel_sql::{
    Dialect, render,
    schema::{Schema, Table},
};
use proptest::{
    prelude::*,
    test_runner::{TestCaseError, TestError, TestRunner},
};
use tokio::runtime::Runtime;

use super::expressions;

/// The statements that create the schema, or why the database cannot have it.
pub(crate) fn create(dialect: &dyn Dialect, schema: &Schema) -> Result<Vec<String>> {
    let statements = schema.tables.values().map(|table| render::whole_table(dialect, table));
    Ok(statements.collect::<Result<Vec<_>>>()?.concat())
}

pub(crate) async fn run(connection: &mut Connection, statements: &[String]) -> Result<()> {
    for statement in statements {
        connection.execute(Query::other(statement.clone())).await?;
    }
    Ok(())
}

pub(crate) async fn inspect(connection: &mut Connection) -> Inspected {
    Inspector::new(connection).inspect().await.unwrap()
}

/// Creates the table of [`expressions`] and looks whether each of its checks comes back as it was.
pub(crate) async fn check_same(connection: &mut Connection) {
    let schema = expressions::schema();
    run(connection, &create(connection.dialect(), &schema).unwrap()).await.unwrap();
    let found = inspect(connection).await;
    assert_eq!(found.unknown().collect::<Vec<_>>(), []);
    for (found, told) in found.schema.tables["t"].constraints.iter().zip(&schema.tables["t"].constraints) {
        assert_eq!(found, told);
    }
    assert_eq!(found.schema, schema);
}

/// How many statements an inspection sends.
pub(crate) async fn count_statements(engine: &Engine) -> usize {
    let mut connection = engine.acquire().await.unwrap();
    // What a new connection sends first is not counted.
    inspect(&mut connection).await;
    let recording = engine.record();
    inspect(&mut connection).await;
    recording.statements()
}

/// What is unknown, a line each.
pub(crate) fn unknown(found: &Inspected) -> Vec<String> {
    found
        .unknown()
        .map(|(table, unknown)| format!("{table}.{} {:?}: {}", unknown.name, unknown.found, unknown.text))
        .collect()
}

/// Creates the schema and looks whether it is found again as the database holds it, with nothing unknown.
pub(crate) async fn check_found(connection: &mut Connection, schema: &Schema) -> Result<(), TestCaseError> {
    let dialect = connection.dialect();
    let statements = create(dialect, schema).map_err(|error| TestCaseError::reject(error.to_string()))?;
    let text = statements.join(";\n");
    let created = run(connection, &statements).await;
    prop_assert!(created.is_ok(), "{:?} of\n{text}", created);
    let found = Inspector::new(connection).inspect().await.map_err(|error| TestCaseError::fail(error.to_string()))?;
    let unknown: Vec<_> = found.unknown().collect();
    prop_assert!(unknown.is_empty(), "unknown: {unknown:#?} in\n{text}");
    let held = held(dialect, schema).map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert_eq!(found.schema.tables.keys().collect::<Vec<_>>(), held.tables.keys().collect::<Vec<_>>());
    for (found, held) in found.schema.tables.values().zip(held.tables.values()) {
        prop_assert!(found == held, "{}\nin {text}", difference(found, held));
    }
    Ok(())
}

/// The parts that differ, a line each.
fn difference(found: &Table, held: &Table) -> String {
    fn lines(table: &Table) -> Vec<String> {
        let mut lines: Vec<_> = table.columns.iter().map(|part| format!("{part:?}")).collect();
        lines.extend(table.constraints.iter().map(|part| format!("{part:?}")));
        lines.extend(table.indexes.iter().map(|part| format!("{part:?}")));
        lines.push(format!("{:?}", table.primary_key));
        lines
    }
    let (found, held) = (lines(found), lines(held));
    let only = |these: &[String], those: &[String]| {
        these.iter().filter(|line| !those.contains(line)).cloned().collect::<Vec<_>>().join("\n")
    };
    if only(&found, &held) == only(&held, &found) {
        return format!("found, in this order:\n{}\nheld:\n{}", found.join("\n"), held.join("\n"));
    }
    format!("found:\n{}\nheld:\n{}", only(&found, &held), only(&held, &found))
}

/// Runs a property on random schemas, one after the other.
pub(crate) fn for_all(
    runtime: &Runtime,
    cases: u32,
    schemas: impl Strategy<Value = Schema>,
    mut check: impl AsyncFnMut(Schema) -> Result<(), TestCaseError>,
) {
    let config = ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 60, ..ProptestConfig::default() };
    let check = std::cell::RefCell::new(&mut check);
    let result = TestRunner::new(config).run(&schemas, |schema| runtime.block_on((check.borrow_mut())(schema)));
    match result {
        Ok(()) => {}
        Err(TestError::Fail(reason, _)) => panic!("{reason}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}
