//! Constraints.

use aludel_sql::{
    Type, name,
    schema::{Action, Constraint, ConstraintKind, Deferrable, ForeignKey, Table},
};

use super::{groups, native};
use crate::inspect::{
    Details, Found, Inspected,
    expr::{
        Reader,
        lex::{self, Lexeme, Token},
    },
    rows::Cells,
};

pub(super) fn read(found: &mut Inspected, rows: &[Cells]) {
    for rows in groups(rows, 2) {
        let first = &rows[0];
        let Some(table) = found.schema.tables.get_mut(first.text(0)) else { continue };
        let details = found.details.entry(table.name.clone()).or_default();
        let name = first.text(1);
        let own = || rows.iter().map(|row| row.text(3).to_owned()).collect::<Vec<_>>();
        let kind = match first.text(2) {
            "p" => {
                table.primary_key = own();
                details.primary_key = Some(name.to_owned());
                if first.is(8) {
                    details.add(Found::Constraint, name, first.text(11));
                }
                continue;
            }
            "u" if !first.is(8) && !first.text(11).contains(" INCLUDE (") => {
                let nulls_not_distinct = first.text(11).starts_with("UNIQUE NULLS NOT DISTINCT ");
                Some(ConstraintKind::Unique { columns: own(), nulls_not_distinct })
            }
            "c" => match check(table, first) {
                Some(kind) => Some(kind),
                None if is_length(table, first) => continue,
                None => {
                    details.add(Found::Check, name, first.text(10));
                    continue;
                }
            },
            "f" => foreign_key(rows, own()),
            _ => None,
        };
        match kind {
            Some(kind) => {
                note(details, first);
                table.constraints.push(Constraint { name: name.to_owned(), kind });
            }
            None => details.add(Found::Constraint, name, first.text(11)),
        }
    }
}

/// Keeps what is said about a constraint besides.
fn note(details: &mut Details, row: &Cells) {
    for clause in ["NOT VALID", "NO INHERIT"] {
        if row.text(11).ends_with(clause) {
            details.add(Found::Constraint, row.text(1), clause);
        }
    }
}

fn check(table: &Table, row: &Cells) -> Option<ConstraintKind> {
    let reader = Reader { native: &native::Postgres, columns: &table.columns };
    reader.expr(row.text(10)).map(ConstraintKind::Check)
}

/// Whether this is the check that holds VARBINARY to its length: the column then has that type.
fn is_length(table: &mut Table, row: &Cells) -> bool {
    let Some((column, length)) = length(row.text(10)) else { return false };
    let name = name::check_name(&table.name, &format!("{column}_length"));
    match table.columns.iter_mut().find(|known| known.name == column) {
        Some(column) if name == row.text(1) && column.ty == Type::Blob => {
            column.ty = Type::VarBinary(length);
            true
        }
        _ => false,
    }
}

/// `(octet_length(column) <= 16)`
fn length(text: &str) -> Option<(String, u32)> {
    let lexemes = lex::lex(text, false)?;
    let [open, function, inner, column, close, at_most, Lexeme { token: Token::Number(length), .. }, end] =
        lexemes.as_slice()
    else {
        return None;
    };
    let shape = open.is_symbol("(") && inner.is_symbol("(") && close.is_symbol(")") && end.is_symbol(")");
    if !shape || !function.is("octet_length") || !at_most.is_symbol("<=") {
        return None;
    }
    Some((column.name()?.0.to_owned(), length.parse().ok()?))
}

fn foreign_key(rows: &[Cells], columns: Vec<String>) -> Option<ConstraintKind> {
    let first = rows.first()?;
    if first.text(13).contains('.') {
        return None;
    }
    let set_columns = rows.iter().filter(|row| row.is(15)).map(|row| row.text(3).to_owned()).collect();
    let mut key = ForeignKey {
        columns,
        table: name::qualified(first.get(13), first.text(4)),
        referred: rows.iter().map(|row| row.text(5).to_owned()).collect(),
        on_delete: action(first.text(6))?,
        set_columns,
        on_update: action(first.text(7))?,
        match_full: first.text(14) == "f",
        deferrable: deferrable(first.is(8), first.is(9)),
    };
    key.normalise();
    Some(ConstraintKind::ForeignKey(key))
}

pub(super) fn deferrable(may_wait: bool, waits: bool) -> Deferrable {
    match (may_wait, waits) {
        (false, _) => Deferrable::No,
        (true, false) => Deferrable::Yes,
        (true, true) => Deferrable::InitiallyDeferred,
    }
}

fn action(letter: &str) -> Option<Action> {
    Some(match letter {
        "a" => Action::NoAction,
        "r" => Action::Restrict,
        "c" => Action::Cascade,
        "n" => Action::SetNull,
        "d" => Action::SetDefault,
        _ => return None,
    })
}
