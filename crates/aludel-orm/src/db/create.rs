//! The statements that create everything the models describe.

use aludel_sql::{
    Dialect, Operation, Result, name, render,
    schema::{ConstraintKind, Schema, Table},
};

/// Schemas first, then sequences, then each table before those that refer to it. `home` is the database the connection is in,
/// where that has a name.
pub(super) fn statements(dialect: &dyn Dialect, home: Option<&str>, schema: &Schema) -> Result<Vec<String>> {
    let mut statements = Vec::new();
    for name in &schema.schemas {
        statements.push(render::operation(dialect, &Operation::CreateSchema { name: name.clone() })?);
    }
    for sequence in schema.sequences.values() {
        statements.push(render::operation(dialect, &Operation::CreateSequence(sequence.clone()))?);
    }
    let mut waiting: Vec<&Table> = schema.tables.values().collect();
    while !waiting.is_empty() {
        let refers = |table: &Table| {
            let mut others = table.foreign_keys().filter(|(_, key)| key.table != table.name);
            others.any(|(_, key)| waiting.iter().any(|other| other.name == key.table))
        };
        // Tables in a circle have no right order; the database says whether it minds.
        let next = waiting.iter().position(|table| !refers(table)).unwrap_or(0);
        let table = name_home(dialect, home, waiting.remove(next));
        statements.extend(render::whole_table(dialect, &table)?);
    }
    Ok(statements)
}

/// The table with the connection's own database named in its foreign keys, where it would be looked for elsewhere.
fn name_home(dialect: &dyn Dialect, home: Option<&str>, table: &Table) -> Table {
    let mut table = table.clone();
    let Some(home) = home.filter(|_| !dialect.capability().refers_home && name::schema(&table.name).is_some()) else {
        return table;
    };
    for constraint in &mut table.constraints {
        if let ConstraintKind::ForeignKey(key) = &mut constraint.kind
            && name::schema(&key.table).is_none()
        {
            key.table = name::qualified(Some(home), &key.table);
        }
    }
    table
}
