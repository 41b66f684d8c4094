//! Tables, their columns, views and sequences.

use std::collections::BTreeMap;

use aludel_sql::{
    Type,
    schema::{Column, Generated, Sequence, Table},
    types::EnumType,
};

use super::{groups, is_view, native};
use crate::inspect::{
    Details, Found, Inspected, View, counter,
    expr::Reader,
    native::{Declared, Kind, Native},
    rows::Cells,
};

pub(super) fn read(found: &mut Inspected, tables: &[Cells], columns: &[Cells]) {
    let columns: BTreeMap<&str, &[Cells]> = groups(columns, 1).map(|rows| (rows[0].text(0), rows)).collect();
    for row in tables {
        let name = row.text(0);
        if is_view(row) {
            found.views.push(View {
                name: name.to_owned(),
                definition: row.text(5).trim().trim_end_matches(';').to_owned(),
                materialized: row.text(1) == "m",
                comment: row.some(2),
            });
            continue;
        }
        let mut details = Details::default();
        let unlogged = row.is(4).then(|| "yes".to_owned());
        let foreign = (row.text(1) == "f").then(|| "yes".to_owned());
        let options = [
            ("with", row.some(3)),
            ("unlogged", unlogged),
            ("foreign", foreign),
            ("partition by", row.some(6)),
            ("partition", row.some(7)),
            ("tablespace", row.some(8)),
        ];
        details.options = options.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
        let rows = columns.get(name).copied().unwrap_or_default();
        let columns = read_columns(rows, &mut details);
        let table = Table { name: name.to_owned(), columns, comment: row.some(2), ..Table::default() };
        found.schema.tables.insert(name.to_owned(), table);
        found.details.insert(name.to_owned(), details);
    }
}

fn read_columns(rows: &[Cells], details: &mut Details) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for row in rows {
        let declared = Declared::new(row.text(2));
        let ty = match native::Postgres.ty(&declared) {
            Kind::StandIn(ty) if let (Some(name), Some(labels)) = (row.get(10), row.get(11)) => {
                let found = Type::Enum(EnumType::new(name, labels.split('\u{1}')));
                if matches!(ty, Type::Array(_)) { Type::Array(Box::new(found)) } else { found }
            }
            Kind::Known(ty) => ty,
            Kind::StandIn(ty) => {
                details.add(Found::Type, row.text(1), row.text(2));
                ty
            }
        };
        let (nullable, collation, comment) = (!row.is(3), row.some(7), row.some(8));
        columns.push(Column { nullable, collation, comment, ..Column::new(row.text(1), ty) });
    }
    // Columns have their types first: expressions are read with them.
    let typed = columns.clone();
    let reader = Reader { native: &native::Postgres, columns: &typed };
    for (column, row) in columns.iter_mut().zip(rows) {
        let counts = row.get(9).is_some() && row.text(6).starts_with("nextval(");
        let counted = row.text(4) == "d" || row.text(4) == "a" || counts;
        column.identity = counted.then(|| counter::read(row, 12, counter::bounds(&column.ty)));
        if row.text(4) == "a" {
            details.add(Found::Column, &column.name, "GENERATED ALWAYS AS IDENTITY");
        }
        let Some(text) = row.get(6).filter(|_| !counts) else { continue };
        if row.text(5).is_empty() {
            match reader.default(text, column) {
                Some(default) => column.default = default,
                None => details.add(Found::Default, &column.name, text),
            }
        } else {
            match reader.expr(text) {
                Some(expr) => column.generated = Some(Generated { expr, stored: row.text(5) == "s" }),
                None => details.add(Found::Computed, &column.name, text),
            }
        }
    }
    columns
}

pub(super) fn sequence(row: &Cells) -> Sequence {
    Sequence { name: row.text(0).to_owned(), counter: counter::read(row, 1, native::Postgres.sequence_bounds()) }
}
