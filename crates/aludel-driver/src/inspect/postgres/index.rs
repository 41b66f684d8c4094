//! Indexes.

use aludel_sql::{
    Expr,
    schema::{Index, IndexPart, Nulls, Table},
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
        let part = IndexPart { ops: row.some(12), descending: row.is(6), ..IndexPart::new(expr) };
        Some(match (row.is(3), first.get(9)) {
            (false, _) => return None,
            (true, Some(_)) => part,
            (true, None) => part.nulls(if row.is(10) { Nulls::First } else { Nulls::Last }),
        })
    };
    let predicate = match first.get(7) {
        Some(text) => Some(reader.expr(text)?),
        None => None,
    };
    let (included, ordered): (Vec<&Cells>, Vec<&Cells>) = rows.iter().partition(|row| row.is(11));
    Some(Index {
        name: first.text(1).to_owned(),
        parts: ordered.into_iter().map(part).collect::<Option<_>>()?,
        unique: first.is(2),
        nulls_not_distinct: first.is(13),
        method: first.some(9),
        include: included.iter().map(|row| row.text(4).to_owned()).collect(),
        with: first
            .get(14)
            .unwrap_or_default()
            .split_terminator('\u{1}')
            .filter_map(|with| with.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        predicate,
    })
}
