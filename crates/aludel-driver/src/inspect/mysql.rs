//! MySQL and MariaDB: the information schema, of one database at a time.

mod escaped;
mod key;
pub(super) mod native;
mod queries;
mod sequence;
mod table;

use aludel_sql::{Result, Value};

use super::{
    Catalog, Found, Inspected, Reading, View,
    native::Native,
    rows::{Cells, fetch},
};
use crate::{Connection, Query};
use escaped::unescape;
use queries::Queries;

/// MySQL or MariaDB, told apart by data.
pub(super) struct MySql {
    queries: &'static Queries,
    /// Expressions and labels are [escaped], and a default that is no expression is shown without quotes.
    escapes: bool,
}

/// MySQL.
pub(super) static MYSQL: MySql = MySql { queries: &queries::MYSQL, escapes: true };

/// MariaDB.
pub(super) static MARIADB: MySql = MySql { queries: &queries::MARIADB, escapes: false };

impl Catalog for MySql {
    fn native(&self) -> &'static dyn Native {
        &native::MySql
    }

    fn home(&self) -> Option<&'static str> {
        Some("SELECT DATABASE()")
    }

    fn tables<'a>(&'a self, connection: &'a mut Connection, namespace: Option<&'a str>) -> Reading<'a, Vec<String>> {
        Box::pin(async move {
            let rows = read(connection, queries::TABLES, namespace).await?;
            Ok(rows.iter().filter(|row| is_table(row)).map(|row| row.text(0).to_owned()).collect())
        })
    }

    fn inspect<'a>(&'a self, connection: &'a mut Connection, namespace: Option<&'a str>) -> Reading<'a, Inspected> {
        Box::pin(self.inspect_all(connection, namespace))
    }
}

fn is_table(row: &Cells) -> bool {
    matches!(row.text(1), "BASE TABLE" | "SYSTEM VERSIONED")
}

/// The name is written into the text, which is sent unprepared: MariaDB 10.11 crashes when a prepared query of its
/// information schema is run again.
async fn read(connection: &mut Connection, query: &'static str, namespace: Option<&str>) -> Result<Vec<Cells>> {
    let mut name = String::new();
    connection.dialect().literal(&mut name, &namespace.map_or(Value::Null, Value::from))?;
    fetch(connection, Query::other(query.replace('?', &name))).await
}

impl MySql {
    async fn inspect_all(&self, connection: &mut Connection, namespace: Option<&str>) -> Result<Inspected> {
        let tables = read(connection, queries::TABLES, namespace).await?;
        let mut columns = read(connection, queries::COLUMNS, namespace).await?;
        let constraints = read(connection, queries::CONSTRAINTS, namespace).await?;
        let mut checks = read(connection, self.queries.checks, namespace).await?;
        let mut indexes = read(connection, self.queries.indexes, namespace).await?;
        let views = read(connection, queries::VIEWS, namespace).await?;
        if self.escapes {
            unescape(&mut columns, 4, table::has_computed_default);
            unescape(&mut columns, 6, |_| true);
            unescape(&mut checks, 2, |_| true);
            unescape(&mut indexes, 7, |_| true);
        }

        let mut found = Inspected::default();
        for row in &tables {
            match row.text(1) {
                _ if is_table(row) => table::read(&mut found, row),
                "VIEW" | "SEQUENCE" => {}
                kind => found.details(row.text(0)).add(Found::Table, "", kind),
            }
        }
        for rows in groups(&columns, 1) {
            table::read_columns(self, &mut found, rows, &checks);
        }
        key::read_constraints(&mut found, &constraints);
        table::read_checks(&mut found, &checks);
        for rows in groups(&indexes, 2) {
            key::read_index(&mut found, rows);
        }
        for table in found.schema.tables.values_mut() {
            native::MySql.hold_table(table);
            table.constraints.sort_by(|a, b| a.name.cmp(&b.name));
            table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
        }
        found.collect_types();
        let view = |row: &Cells| View {
            name: row.text(0).to_owned(),
            definition: row.text(1).to_owned(),
            materialized: false,
            comment: None,
        };
        found.views = views.iter().map(view).collect();
        let sequences: Vec<&str> =
            tables.iter().filter(|row| row.text(1) == "SEQUENCE").map(|row| row.text(0)).collect();
        sequence::read(&mut found, connection, namespace, &sequences).await?;
        Ok(found)
    }
}

/// The rows of each group, which stand together: those with the same texts in the first `columns` columns.
fn groups(rows: &[Cells], columns: usize) -> impl Iterator<Item = &[Cells]> {
    rows.chunk_by(move |a, b| (0..columns).all(|column| a.get(column) == b.get(column)))
}

/// Whether a text is shown as it is. The information schema has question marks for what is outside Unicode's first plane:
/// four in an expression, one in a default that is a literal.
fn is_legible(text: &str) -> bool {
    !text.contains(if text.starts_with('\'') { "?" } else { "????" })
}
