//! UPDATE and DELETE.

use crate::{
    dialect::{ChangeWith, Dialect},
    error::{Error, ErrorKind, Result},
    expr::{Expr, Name},
    render::source::Sources,
    statement::{Delete, Join, JoinKind, Relation, Select, Source, Update},
};

use super::{Level, Sql, malformed};

impl Sql<'_> {
    pub(super) fn update(&mut self, update: &Update) -> Result<()> {
        if update.set.is_empty() {
            return Err(malformed("an UPDATE changes no columns"));
        }
        let values = update.set.iter().map(|(_, value)| value);
        self.check_own_table(&update.table, values.chain(&update.filter), &update.from, &update.joins)?;
        let alone = update.from.is_empty() && update.joins.is_empty();
        let several = !alone && self.dialect.constructs().change_with == ChangeWith::SeveralTables;
        let table = Source::table(update.table.clone());
        self.scoped(Sources::and(&table, &update.from, &update.joins), |sql| {
            sql.push("UPDATE ");
            sql.source(&table, 0)?;
            if several {
                sql.others(", ", &update.from, &update.joins)?;
                sql.set_of_several(&update.table, &update.set)?;
            } else {
                sql.set(in_turn(sql.dialect, &update.table, &update.set, None)?.into_iter())?;
                sql.others(" FROM ", &update.from, &update.joins)?;
            }
            sql.conditions(&update.joins, update.filter.as_ref())?;
            if !update.returning.is_empty() && !sql.dialect.constructs().update_returning {
                return Err(sql.dialect.lacks("RETURNING of updated rows", "Select the rows after the UPDATE"));
            }
            sql.returned(&update.returning)
        })
    }

    pub(super) fn set<'s>(&mut self, set: impl Iterator<Item = &'s (Name, Expr)>) -> Result<()> {
        for (i, (column, value)) in set.enumerate() {
            self.push(if i == 0 { " SET " } else { ", " });
            self.name(column);
            self.push(" = ");
            self.bare(value, Level::Or)?;
        }
        Ok(())
    }

    /// The assignments of a statement that names several tables, which happen in no particular order.
    fn set_of_several(&mut self, table: &str, set: &[(Name, Expr)]) -> Result<()> {
        let name = self.source_name(0)?;
        for (i, (column, value)) in set.iter().enumerate() {
            if let Some((assigned, _)) = set.iter().find(|(other, _)| other != column && reads(value, other)) {
                return Err(out_of_turn(self.dialect, table, column, assigned));
            }
            self.push(if i == 0 { " SET " } else { ", " });
            self.name(&name);
            self.push(".");
            self.name(column);
            self.push(" = ");
            self.bare(value, Level::Or)?;
        }
        Ok(())
    }

    /// Writes the other tables of an UPDATE or DELETE, `before` first. Inner joins are conditions like others: those of a
    /// join cannot look at the table that is changed.
    fn others(&mut self, before: &str, from: &[Source], joins: &[Join]) -> Result<()> {
        if !all_inner(joins) {
            if joins.iter().filter_map(|join| join.on.as_ref()).any(of_target) {
                return Err(malformed("an outer join of an UPDATE or DELETE looks at the table that is changed")
                    .with_help("Put the join in a sub-query, or the condition into the filter"));
            }
            return self.sources(before, from, joins, 1);
        }
        if joins.iter().any(|join| join.on.is_none() != (join.kind == JoinKind::Cross)) {
            return Err(malformed("a join has no condition, or a cross join has one"));
        }
        for (i, source) in Sources::of(from, joins).iter().enumerate() {
            self.push(if i == 0 { before } else { ", " });
            self.source(source, 1 + i)?;
        }
        Ok(())
    }

    /// Writes `WHERE` and the conditions of inner joins, and the filter.
    fn conditions(&mut self, joins: &[Join], filter: Option<&Expr>) -> Result<()> {
        let joins = if all_inner(joins) { joins } else { &[] };
        let mut before = " WHERE ";
        let conditions = joins.iter().filter_map(|join| join.on.as_ref()).chain(filter);
        let alone = conditions.clone().count() == 1;
        for condition in conditions {
            self.push(before);
            self.operand(condition, if alone { Level::Or } else { Level::And })?;
            before = " AND ";
        }
        Ok(())
    }

    fn returned(&mut self, returning: &[Expr]) -> Result<()> {
        if returning.is_empty() {
            return Ok(());
        }
        if !self.dialect.constructs().returning_others {
            let mut others = false;
            for expr in returning {
                expr.walk_own(&mut |expr| {
                    others |= matches!(expr, Expr::Column(column) if column.source.is_some_and(|id| id != 0));
                });
            }
            if others {
                return Err(self.dialect.lacks(
                    "RETURNING of columns of other tables than the one that is changed",
                    "Hand back the keys, and select the rest",
                ));
            }
        }
        self.push(" RETURNING ");
        self.list(returning)
    }

    fn check_own_table<'e>(
        &self,
        table: &str,
        exprs: impl Iterator<Item = &'e Expr>,
        from: &[Source],
        joins: &[Join],
    ) -> Result<()> {
        if self.dialect.capability().read_own_table {
            return Ok(());
        }
        let mut reads = Sources::of(from, joins)
            .iter()
            .any(|source| matches!(&source.relation, Relation::Query(select) if select.reads(table)));
        for expr in exprs {
            expr.walk_own(&mut |expr| reads |= expr.subquery().is_some_and(|select| select.reads(table)));
        }
        if !reads {
            return Ok(());
        }
        let message =
            format!("{} cannot read `{table}` in a sub-query of the statement that changes it", self.dialect.name());
        Err(Error::new(ErrorKind::Unsupported, message)
            .with_table(table)
            .with_help("Copy what the sub-query reads to another table first, or do it in Rust"))
    }

    pub(super) fn delete(&mut self, delete: &Delete) -> Result<()> {
        self.check_own_table(&delete.table, delete.filter.iter(), &delete.using, &delete.joins)?;
        let alone = delete.using.is_empty() && delete.joins.is_empty();
        let mut table = Source::table(delete.table.clone());
        let with = self.dialect.constructs().change_with;
        if !alone && with == ChangeWith::SeveralTables {
            table.alias = Some(crate::name::plain(&delete.table).to_owned().into());
        }
        if !delete.returning.is_empty() && !self.dialect.capability().returning {
            return Err(self.dialect.lacks("RETURNING of deleted rows", "Select the rows before the DELETE"));
        }
        self.scoped(Sources::and(&table, &delete.using, &delete.joins), |sql| {
            match with {
                _ if alone => {
                    sql.push("DELETE FROM ");
                    sql.source(&table, 0)?;
                    sql.filter(delete.filter.as_ref())?;
                }
                ChangeWith::FromAndUsing => {
                    sql.push("DELETE FROM ");
                    sql.source(&table, 0)?;
                    sql.others(" USING ", &delete.using, &delete.joins)?;
                    sql.conditions(&delete.joins, delete.filter.as_ref())?;
                }
                // A row is deleted where there is one of the others, so that it is enough that there is one.
                ChangeWith::FromAndExists => {
                    sql.push("DELETE FROM ");
                    sql.source(&table, 0)?;
                    sql.push(" WHERE EXISTS (SELECT 1");
                    sql.others(" FROM ", &delete.using, &delete.joins)?;
                    sql.conditions(&delete.joins, delete.filter.as_ref())?;
                    sql.push(")");
                }
                ChangeWith::SeveralTables if !delete.returning.is_empty() => {
                    return Err(sql.dialect.lacks(
                        "RETURNING of rows deleted by what other tables hold",
                        "Select the rows before the DELETE",
                    ));
                }
                ChangeWith::SeveralTables => {
                    sql.push("DELETE ");
                    let name = sql.source_name(0)?;
                    sql.name(&name);
                    sql.push(" FROM ");
                    sql.source(&table, 0)?;
                    sql.others(", ", &delete.using, &delete.joins)?;
                    sql.conditions(&delete.joins, delete.filter.as_ref())?;
                }
            }
            sql.returned(&delete.returning)
        })
    }
}

fn all_inner(joins: &[Join]) -> bool {
    joins.iter().all(|join| matches!(join.kind, JoinKind::Inner | JoinKind::Cross))
}

/// Whether an expression looks at the table that is changed.
fn of_target(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk_own(&mut |expr| found |= matches!(expr, Expr::Column(column) if column.source == Some(0)));
    found
}

/// Assignments in an order in which none reads a column that has its new value already, where they happen one after the other.
/// `filter` is looked at by each of them.
pub(super) fn in_turn<'s>(
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

fn out_of_turn(dialect: &dyn Dialect, table: &str, column: &str, read: &str) -> Error {
    let dialect = dialect.name();
    Error::new(
        ErrorKind::Unsupported,
        format!("{dialect} would compute `{column}` from the new value of `{read}`, which is assigned too"),
    )
    .with_table(table.to_owned())
    .with_help(format!("Assign `{read}` in a statement of its own"))
}

/// Whether an expression reads this column of the table that is changed.
fn reads(expr: &Expr, column: &str) -> bool {
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
    let mut found = select.with.iter().any(|cte| select_looks_at(&cte.body, column, shadowed))
        || select.compound.iter().any(|(_, member)| select_looks_at(member, column, shadowed));
    for source in select.sources() {
        if let Relation::Query(select) = &source.relation {
            found |= select_looks_at(select, column, within);
        }
    }
    select.own_exprs(&mut |expr| found |= looks_at(expr, column, within));
    found
}
