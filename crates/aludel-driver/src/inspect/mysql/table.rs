//! Tables, their columns and checks.

use aludel_sql::{
    Expr, Type, Value, name,
    schema::{Column, Constraint, ConstraintKind, Counter, Generated, Table},
    types::EnumType,
};

use super::{MySql, is_legible};
use crate::inspect::{
    Details, Found, Inspected,
    expr::{
        Reader, coerce,
        lex::{self, Token},
    },
    found::Naming,
    native::{Declared, Kind, Native},
    rows::Cells,
};

pub(super) fn read(found: &mut Inspected, row: &Cells) {
    let name = row.text(0);
    let mut details = Details::default();
    let options = [("engine", row.some(2)), ("collation", row.some(3)), ("options", row.some(5))];
    details.options = options.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
    let table = Table { name: name.to_owned(), comment: row.some(4), ..Table::default() };
    found.schema.tables.insert(name.to_owned(), table);
    found.details.insert(name.to_owned(), details);
}

/// The columns of one table. Some of what they are is said by its checks.
pub(super) fn read_columns(mysql: &MySql, found: &mut Inspected, rows: &[Cells], checks: &[Cells]) {
    let Some(table) = rows.first().and_then(|row| found.schema.tables.get_mut(row.text(0))) else { return };
    let details = found.details.entry(table.name.clone()).or_default();
    for row in rows {
        let column = row.text(1);
        let own = |check: &&Cells| check.text(0) == table.name && check.is(3) && check.text(1) == column;
        let meaning = checks.iter().find(own).and_then(|check| meaning(check, column));
        let ty = match super::native::MySql.ty(&Declared::new(row.text(2))) {
            _ if meaning == Some(Meaning::Json) => Type::Json,
            _ if let Some(labels) = enumeration(row.text(2), mysql.escapes) => {
                Type::Enum(EnumType::new(name::enum_type_name(&table.name, column), labels))
            }
            Kind::Known(ty) => ty,
            Kind::StandIn(ty) => {
                details.add(Found::Type, column, row.text(2));
                ty
            }
        };
        let table_collation = details.options.get("collation").map(String::as_str);
        let collation = row.some(7).filter(|own| ty != Type::Json && Some(own.as_str()) != table_collation);
        let nullable = row.is(3) && meaning != Some(Meaning::NotNull);
        table.columns.push(Column { nullable, collation, comment: row.some(8), ..Column::new(column, ty) });
    }
    // Columns have their types first: expressions are read with them.
    let typed = table.columns.clone();
    let reader = Reader { native: &super::native::MySql, columns: &typed };
    for (column, row) in table.columns.iter_mut().zip(rows) {
        let extra = row.text(5).to_ascii_lowercase();
        column.identity = extra.contains("auto_increment").then(Counter::default);
        if extra.contains("on update") || extra.contains("invisible") {
            details.add(Found::Column, &column.name, row.text(5));
        }
        if let Some(text) = row.some(6) {
            match reader.expr(&text).filter(|_| is_legible(&text)) {
                Some(expr) => {
                    column.generated = Some(Generated { expr, stored: !extra.contains("virtual") });
                }
                None => details.add(Found::Computed, &column.name, &text),
            }
        } else if let Some(text) = row.get(4) {
            let bare = mysql.escapes && !has_computed_default(row);
            match read_default(reader, text, bare, column) {
                Some(default) => column.default = default,
                None => details.add(Found::Default, &column.name, text),
            }
        }
    }
}

/// Whether a default is an expression, where those are told from literals.
pub(super) fn has_computed_default(row: &Cells) -> bool {
    row.text(5).to_ascii_lowercase().contains("default_generated")
}

fn read_default(reader: Reader<'_>, text: &str, bare: bool, column: &Column) -> Option<Option<Expr>> {
    if bare {
        let bytes = text.strip_prefix("0x").filter(|_| matches!(column.ty, Type::VarBinary(_) | Type::Uuid));
        let value = match bytes {
            Some(digits) => Value::Bytes(coerce::hex(digits)?),
            // A question mark stands for what cannot be shown.
            None => Value::Text(Some(text).filter(|text| !text.contains('?'))?.to_owned()),
        };
        return Some(Some(Expr::Value(coerce::coerce(value, &column.ty))));
    }
    reader.default(text, column).filter(|_| is_legible(text))
}

/// The values of `enum('a','b')`, if all are [legible](is_legible).
fn enumeration(ty: &str, escapes: bool) -> Option<Vec<String>> {
    let lexemes = lex::lex(ty.strip_prefix("enum")?, escapes)?;
    let text = |lexeme: lex::Lexeme| match lexeme.token {
        Token::Text(text) => Some(text),
        _ => None,
    };
    let labels: Vec<String> = lexemes.into_iter().filter_map(text).collect();
    (!labels.iter().any(|label| label.contains('?'))).then_some(labels)
}

/// What a check of a column says about the column itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Json,
    NotNull,
}

fn meaning(check: &Cells, column: &str) -> Option<Meaning> {
    let lexemes = lex::lex(check.text(2), true)?;
    let is_column = |lexeme: &lex::Lexeme| lexeme.name().is_some_and(|(name, _)| name == column);
    match lexemes.as_slice() {
        [function, _, name, _] if function.is("json_valid") && is_column(name) => Some(Meaning::Json),
        [name, is, not, null] if is_column(name) && is.is("is") && not.is("not") && null.is("null") => {
            Some(Meaning::NotNull)
        }
        _ => None,
    }
}

pub(super) fn read_checks(found: &mut Inspected, checks: &[Cells]) {
    for row in checks {
        let Some(table) = found.schema.tables.get_mut(row.text(0)) else { continue };
        let details = found.details.entry(table.name.clone()).or_default();
        let column = if row.is(3) { row.text(1) } else { "" };
        if row.is(3) && meaning(row, column).is_some() {
            continue;
        }
        let reader = Reader { native: &super::native::MySql, columns: &table.columns };
        match reader.expr(row.text(2)).filter(|_| is_legible(row.text(2))) {
            Some(expr) => {
                let kind = ConstraintKind::Check(expr);
                // A check of a column has the column's name, which is none of its own.
                let given = column.is_empty().then_some(row.text(1));
                let name = Naming { table, details }.name(given, &kind, column);
                table.constraints.push(Constraint { name, kind });
            }
            None => details.add(Found::Check, row.text(1), row.text(2)),
        }
    }
}
