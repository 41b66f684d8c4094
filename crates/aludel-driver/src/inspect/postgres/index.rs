//! Indexes.

use aludel_sql::{
    Expr,
    schema::{Conflict, Constraint, ConstraintKind, Exclusion, Index, IndexPart, Nulls, Table},
};

use super::{constraint::deferrable, groups, native};
use crate::inspect::{Found, Inspected, expr::Reader, rows::Cells};

pub(super) fn read(found: &mut Inspected, rows: &[Cells]) {
    for rows in groups(rows, 2) {
        let first = &rows[0];
        let Some(table) = found.schema.tables.get_mut(first.text(0)) else { continue };
        let index = index(table, rows);
        match (first.get(18), index) {
            (None, Some(index)) => table.indexes.push(index),
            (None, None) => found.details(first.text(0)).add(Found::Index, first.text(1), first.text(8)),
            (Some(text), index) => match index.and_then(|index| exclusion(index, rows)) {
                Some(constraint) => table.constraints.push(constraint),
                None => found.details(first.text(0)).add(Found::Constraint, first.text(1), text),
            },
        }
    }
    for table in found.schema.tables.values_mut() {
        table.constraints.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

/// The constraint that has the index, if what it says of the index can be said.
fn exclusion(index: Index, rows: &[Cells]) -> Option<Constraint> {
    if !index.include.is_empty() || !index.with.is_empty() {
        return None;
    }
    let conflict = |row: &Cells| Conflict::ALL.into_iter().find(|conflict| conflict.operator() == row.text(15));
    let conflicts = rows.iter().map(conflict).collect::<Option<Vec<_>>>()?;
    let exclusion = Exclusion {
        method: index.method,
        parts: index.parts.into_iter().zip(conflicts).collect(),
        predicate: index.predicate,
        deferrable: deferrable(rows[0].is(16), rows[0].is(17)),
    };
    Some(Constraint { name: index.name, kind: ConstraintKind::Exclusion(exclusion) })
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
