//! In which order columns are assigned, where a database assigns them one after the other.

use crate::{
    dialect::Dialect,
    error::{Error, ErrorKind, Result},
    expr::{Expr, Name},
    statement::{Relation, Select},
};

/// Assignments in an order in which none reads a column that has its new value already, where they happen one after the other.
/// `filter` is looked at by each of them.
pub(in crate::render) fn in_turn<'s>(
    dialect: &dyn Dialect,
    table: &str,
    set: &'s [(Name, Expr)],
    filter: Option<&Expr>,
) -> Result<Vec<&'s (Name, Expr)>> {
    let mut left: Vec<&(Name, Expr)> = set.iter().collect();
    if dialect.capability().simultaneous_set {
        return Ok(left);
    }
    let mut sorted = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let read_by = |column: &Name| {
            let mut others = left.iter().filter(|(other, _)| other != column);
            others.find(|(_, value)| reads(value, column) || filter.is_some_and(|filter| reads(filter, column)))
        };
        match left.iter().position(|(column, _)| read_by(column).is_none()) {
            Some(next) => sorted.push(left.remove(next)),
            None => {
                let assigned = &left[0].0;
                let column = read_by(assigned).map_or(assigned, |(column, _)| column);
                return Err(out_of_turn(dialect, table, column, assigned));
            }
        }
    }
    Ok(sorted)
}

pub(super) fn out_of_turn(dialect: &dyn Dialect, table: &str, column: &str, read: &str) -> Error {
    let dialect = dialect.name();
    Error::new(
        ErrorKind::Unsupported,
        format!("{dialect} would compute `{column}` from the new value of `{read}`, which is assigned too"),
    )
    .with_table(table.to_owned())
    .with_help(format!("Assign `{read}` in a statement of its own"))
}

/// Whether an expression reads this column of the table that is changed.
pub(super) fn reads(expr: &Expr, column: &str) -> bool {
    looks_at(expr, column, false)
}

fn looks_at(expr: &Expr, column: &str, shadowed: bool) -> bool {
    let mut found = false;
    expr.walk_own(&mut |expr| {
        found |= match expr {
            // Without an id it may be of the table, or of a sub-query's own.
            Expr::Column(reference) => {
                reference.name == column && (reference.source.is_none() || reference.source == Some(0) && !shadowed)
            }
            _ => expr.subquery().is_some_and(|select| select_looks_at(select, column, shadowed)),
        };
    });
    found
}

fn select_looks_at(select: &Select, column: &str, shadowed: bool) -> bool {
    let within = shadowed || select.sources().any(|source| source.id == 0);
    let mut with = select.with.iter().filter_map(|cte| cte.body.select());
    let mut found = with.any(|select| select_looks_at(select, column, shadowed))
        || select.compound.iter().any(|(_, member)| select_looks_at(member, column, shadowed));
    for source in select.sources() {
        if let Relation::Query(select) = &source.relation {
            found |= select_looks_at(select, column, within);
        }
    }
    select.own_exprs(&mut |expr| found |= looks_at(expr, column, within));
    found
}
