//! Indexes.

use aludel_sql::{
    Expr,
    schema::{Index, IndexPart, Table},
};

use super::{groups, native};
use crate::inspect::{Found, Inspected, expr::Reader, rows::Cells};

pub(super) fn read(found: &mut Inspected, rows: &[Cells]) {
    for rows in groups(rows, 2) {
        let first = &rows[0];
        let Some(table) = found.schema.tables.get_mut(first.text(0)) else { continue };
        match index(table, rows) {
            Some(index) => table.indexes.push(index),
            None => found.details(first.text(0)).add(Found::Index, first.text(1), first.text(8)),
        }
    }
}

/// The index, if it is a portable one.
fn index(table: &Table, rows: &[Cells]) -> Option<Index> {
    let first = rows.first()?;
    let reader = Reader { native: &native::Postgres, columns: &table.columns };
    let part = |row: &Cells| {
        let expr = match row.get(4) {
            Some(column) => Expr::name(column.to_owned()),
            None => reader.expr(row.text(5))?,
        };
        row.is(3).then_some(IndexPart { expr, descending: row.is(6) })
    };
    let predicate = match first.get(7) {
        Some(text) => Some(reader.expr(text)?),
        None => None,
    };
    let parts = rows.iter().map(part).collect::<Option<_>>()?;
    Some(Index { name: first.text(1).to_owned(), parts, unique: first.is(2), predicate })
}
