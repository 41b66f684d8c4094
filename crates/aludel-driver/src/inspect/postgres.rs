//! PostgreSQL: the system catalogs, of one schema at a time.

mod constraint;
mod index;
pub(super) mod native;
mod queries;
mod table;

use aludel_sql::{Result, Value};

use super::{
    Catalog, Inspected, Reading,
    native::Native,
    rows::{Cells, fetch},
};
use crate::{Connection, Query};

/// PostgreSQL.
pub(super) struct Postgres;

impl Catalog for Postgres {
    fn native(&self) -> &'static dyn Native {
        &native::Postgres
    }

    fn home(&self) -> Option<&'static str> {
        Some("SELECT current_schema()::text")
    }

    fn tables<'a>(&'a self, connection: &'a mut Connection, namespace: Option<&'a str>) -> Reading<'a, Vec<String>> {
        Box::pin(async move {
            let rows = read(connection, queries::TABLES, namespace).await?;
            let tables = rows.iter().filter(|row| !is_view(row));
            Ok(tables.map(|row| row.text(0).to_owned()).collect())
        })
    }

    fn inspect<'a>(&'a self, connection: &'a mut Connection, namespace: Option<&'a str>) -> Reading<'a, Inspected> {
        Box::pin(inspect(connection, namespace))
    }
}

fn is_view(row: &Cells) -> bool {
    matches!(row.text(1), "v" | "m")
}

async fn read(connection: &mut Connection, query: &'static str, namespace: Option<&str>) -> Result<Vec<Cells>> {
    fetch(connection, Query::read(query, vec![namespace.map_or(Value::Null, Value::from)])).await
}

async fn inspect(connection: &mut Connection, namespace: Option<&str>) -> Result<Inspected> {
    let tables = read(connection, queries::TABLES, namespace).await?;
    let columns = read(connection, queries::COLUMNS, namespace).await?;
    let constraints = read(connection, queries::CONSTRAINTS, namespace).await?;
    let indexes = read(connection, queries::INDEXES, namespace).await?;
    let sequences = read(connection, queries::SEQUENCES, namespace).await?;
    let enums = read(connection, queries::ENUMS, namespace).await?;

    let mut found = Inspected::default();
    for row in &enums {
        found.schema.types.entry(row.text(0).to_owned()).or_default().push(row.text(1).to_owned());
    }
    table::read(&mut found, &tables, &columns);
    constraint::read(&mut found, &constraints);
    index::read(&mut found, &indexes);
    let sequences = sequences.iter().map(table::sequence);
    found.schema.sequences = sequences.map(|sequence| (sequence.name.clone(), sequence)).collect();
    Ok(found)
}

/// The rows of each group, which stand together: those with the same texts in the first `columns` columns.
fn groups(rows: &[Cells], columns: usize) -> impl Iterator<Item = &[Cells]> {
    rows.chunk_by(move |a, b| (0..columns).all(|column| a.get(column) == b.get(column)))
}
