//! Rows of a catalog: texts all of them.

use aludel_sql::{Error, ErrorKind, Result, ValueRef};

use crate::{Connection, Query, Row};

/// One row.
#[derive(Debug)]
pub(super) struct Cells(Vec<Option<String>>);

impl Cells {
    /// The text of a column, counted from 0; empty if it is NULL.
    pub(super) fn text(&self, column: usize) -> &str {
        self.get(column).unwrap_or_default()
    }

    /// The text of a column, unless it is NULL.
    pub(super) fn get(&self, column: usize) -> Option<&str> {
        self.0.get(column)?.as_deref()
    }

    /// The text of a column, unless it is NULL or empty.
    pub(super) fn some(&self, column: usize) -> Option<String> {
        self.get(column).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// Puts another text into a column.
    pub(super) fn set(&mut self, column: usize, text: String) {
        if let Some(cell) = self.0.get_mut(column) {
            *cell = Some(text);
        }
    }

    /// Whether a column is true, in whatever form the database says so.
    pub(super) fn is(&self, column: usize) -> bool {
        matches!(self.text(column), "true" | "1" | "YES")
    }

    /// The number in a column; 0 if it has none.
    pub(super) fn number(&self, column: usize) -> i64 {
        self.text(column).parse().unwrap_or(0)
    }
}

/// The rows of a query.
pub(super) async fn fetch(connection: &mut Connection, query: Query) -> Result<Vec<Cells>> {
    connection.fetch(query, cells).await
}

fn cells(row: &dyn Row) -> Result<Cells> {
    (0..row.len()).map(|column| cell(row.get(column)?)).collect::<Result<_>>().map(Cells)
}

fn cell(value: ValueRef<'_>) -> Result<Option<String>> {
    Ok(Some(match value {
        ValueRef::Null => return Ok(None),
        ValueRef::Bool(value) => value.to_string(),
        ValueRef::I64(value) => value.to_string(),
        ValueRef::Text(text) => text.to_owned(),
        ValueRef::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        other => {
            let message = format!("the catalog of the database holds {}", other.kind());
            return Err(Error::new(ErrorKind::Decode, message).with_help("Inspect a version that Aludel supports"));
        }
    }))
}
