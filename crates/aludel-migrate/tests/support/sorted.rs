//! Schemas that are compared.

use aludel_sql::schema::Schema;

/// The schema in an order of its own: that of columns and constraints is another after changes.
pub fn sorted(mut schema: Schema) -> Schema {
    for table in schema.tables.values_mut() {
        table.columns.sort_by(|a, b| a.name.cmp(&b.name));
        table.constraints.sort_by(|a, b| a.name.cmp(&b.name));
        table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
    }
    schema
}
