//! Walks over expressions, and over everything in a table that mentions its columns.

use aludel_sql::{Expr, Value, expr::ColumnRef, schema::Table};

/// Calls `f` with every sub-expression, the innermost first. Sub-queries are left alone: a schema has none.
pub(crate) fn each(expr: &mut Expr, f: &mut dyn FnMut(&mut Expr)) {
    expr.parts_mut(&mut |part| each(part, f));
    f(expr);
}

/// The expression with every column replaced.
pub(crate) fn replace(expr: &Expr, f: &mut dyn FnMut(&ColumnRef) -> Expr) -> Expr {
    let mut out = expr.clone();
    each(&mut out, &mut |expr| {
        if let Expr::Column(column) = expr {
            *expr = f(column);
        }
    });
    out
}

/// Every expression of a table: defaults, generated columns, those of constraints, index parts and predicates.
pub(crate) fn expressions(table: &mut Table, f: &mut dyn FnMut(&mut Expr)) {
    for column in &mut table.columns {
        column.default.iter_mut().for_each(&mut *f);
        column.generated.iter_mut().for_each(|generated| f(&mut generated.expr));
    }
    for constraint in &mut table.constraints {
        constraint.kind.expressions_mut().into_iter().for_each(&mut *f);
    }
    for index in &mut table.indexes {
        index.parts.iter_mut().for_each(|part| f(&mut part.expr));
        index.predicate.iter_mut().for_each(&mut *f);
    }
}

/// The one form of expressions that mean the same: conjunctions of conjunctions are flat, columns have no source, whole
/// decimals are integers.
pub(crate) fn normalise(expr: &mut Expr) {
    each(expr, &mut |expr| match expr {
        Expr::Column(column) => column.source = None,
        Expr::Value(Value::Decimal(text)) => {
            if let Ok(whole) = text.parse::<i64>() {
                *expr = Expr::value(whole);
            }
        }
        Expr::And(list) | Expr::Or(list) if list.len() == 1 => {
            if let Some(only) = list.pop() {
                *expr = only;
            }
        }
        Expr::And(list) => flatten(list, |expr| match expr {
            Expr::And(inner) => Some(inner),
            _ => None,
        }),
        Expr::Or(list) => flatten(list, |expr| match expr {
            Expr::Or(inner) => Some(inner),
            _ => None,
        }),
        _ => {}
    });
}

fn flatten(list: &mut Vec<Expr>, inner: fn(&mut Expr) -> Option<&mut Vec<Expr>>) {
    for mut expr in std::mem::take(list) {
        match inner(&mut expr) {
            Some(more) => list.append(more),
            None => list.push(expr),
        }
    }
}
