//! Keys and indexes, which are one here.

use aludel_sql::{
    Expr, name,
    schema::{Action, Constraint, ConstraintKind, FULL_TEXT, ForeignKey, Index, IndexPart, SPATIAL},
};

use super::groups;
use crate::inspect::{Found, Inspected, expr::Reader, rows::Cells};

/// Primary and foreign keys; the other keys are unique indexes.
pub(super) fn read_constraints(found: &mut Inspected, rows: &[Cells]) {
    for rows in groups(rows, 2) {
        let first = &rows[0];
        let Some(table) = found.schema.tables.get_mut(first.text(0)) else { continue };
        let details = found.details.entry(table.name.clone()).or_default();
        let columns = rows.iter().map(|row| row.text(3).to_owned()).collect();
        match (first.text(2), first.text(1)) {
            ("KEY", "PRIMARY") => {
                table.primary_key = columns;
                details.primary_key = Some("PRIMARY".to_owned());
            }
            ("FOREIGN KEY", name) => {
                let kind = ConstraintKind::ForeignKey(ForeignKey {
                    columns,
                    table: name::qualified(first.get(8), first.text(4)),
                    referred: rows.iter().map(|row| row.text(5).to_owned()).collect(),
                    on_delete: action(first.text(6)),
                    on_update: action(first.text(7)),
                    ..ForeignKey::default()
                });
                table.constraints.push(Constraint { name: name.to_owned(), kind });
            }
            _ => {}
        }
    }
}

/// RESTRICT and NO ACTION are one here, and shown as either.
fn action(rule: &str) -> Action {
    match rule {
        "CASCADE" => Action::Cascade,
        "SET NULL" => Action::SetNull,
        "SET DEFAULT" => Action::SetDefault,
        _ => Action::NoAction,
    }
}

/// An index that is not the one a foreign key brought along.
pub(super) fn read_index(found: &mut Inspected, rows: &[Cells]) {
    let Some(first) = rows.first().filter(|row| row.text(1) != "PRIMARY") else { return };
    let Some(table) = found.schema.tables.get_mut(first.text(0)) else { return };
    let name = first.text(1);
    let is_own = |key: &ForeignKey| rows.iter().map(|row| row.text(4)).eq(key.columns.iter());
    if !first.is(2) && table.foreign_keys().any(|(key, foreign)| key == name && is_own(foreign)) {
        return;
    }
    let reader = Reader { native: &super::native::MySql, columns: &table.columns };
    let part = |row: &Cells| {
        let expr = match row.get(4) {
            Some(column) => Expr::name(column.to_owned()),
            None => reader.expr(row.text(7))?,
        };
        // Of a spatial index, it is that of a rectangle.
        let prefix = row.get(6).filter(|_| row.text(3) != "SPATIAL").and_then(|length| length.parse().ok());
        let portable = matches!(row.text(3), "BTREE" | "HASH" | "FULLTEXT" | "SPATIAL");
        portable.then_some(IndexPart { prefix, descending: row.text(5) == "D", ..IndexPart::new(expr) })
    };
    let parts: Option<Vec<_>> = rows.iter().map(part).collect();
    match parts {
        Some(parts) => {
            let method = match first.text(3) {
                "FULLTEXT" => Some(FULL_TEXT.to_owned()),
                "SPATIAL" => Some(SPATIAL.to_owned()),
                _ => None,
            };
            let (name, unique) = (name.to_owned(), first.is(2));
            table.indexes.push(Index { name, parts, unique, method, ..Index::default() });
        }
        None => {
            let part = |row: &Cells| match row.get(6) {
                Some(length) => format!("{}({length})", row.text(4)),
                None => row.get(4).unwrap_or_else(|| row.text(7)).to_owned(),
            };
            let parts: Vec<String> = rows.iter().map(part).collect();
            let text = format!("{} ({})", first.text(3), parts.join(", "));
            found.details(first.text(0)).add(Found::Index, name, &text);
        }
    }
}
