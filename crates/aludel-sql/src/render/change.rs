//! UPDATE and DELETE.

mod others;
mod turn;

pub(super) use turn::in_turn;

use crate::{
    dialect::ChangeWith,
    error::{Error, ErrorKind, Result},
    expr::{Expr, Name},
    render::source::Sources,
    statement::{Cte, Delete, Join, Relation, Source, Update},
};

use self::{
    others::Others,
    turn::{out_of_turn, reads},
};
use super::{Level, Sql, malformed};

impl Sql<'_> {
    pub(super) fn update(&mut self, update: &Update) -> Result<()> {
        if update.set.is_empty() {
            return Err(malformed("an UPDATE changes no columns"));
        }
        let values = update.set.iter().map(|(_, value)| value);
        self.check_own_table(&update.table, &update.with, values.chain(&update.filter), &update.from, &update.joins)?;
        if !update.returning.is_empty() && !self.dialect.constructs().update_returning {
            return Err(self.dialect.lacks("RETURNING of updated rows", "Select the rows after the UPDATE"));
        }
        let table = Source::table(update.table.clone());
        let alone = update.from.is_empty() && update.joins.is_empty();
        let several = !alone && self.dialect.constructs().change_with == ChangeWith::SeveralTables;
        let others = Others::of(&table, &update.key, &update.from, &update.joins, several);
        self.with_change(&update.with, |sql| {
            sql.scoped(others.sources(), |sql| {
                sql.push("UPDATE ");
                if several {
                    sql.all_of(&others)?;
                    sql.set_of_several(&update.table, &update.set)?;
                } else {
                    sql.source(&table, 0)?;
                    sql.set(in_turn(sql.dialect, &update.table, &update.set, None)?.into_iter())?;
                    sql.others(" FROM ", &others)?;
                }
                sql.conditions(&others, update.filter.as_ref())?;
                sql.returned(&update.returning)
            })
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
        with: &[Cte],
        exprs: impl Iterator<Item = &'e Expr>,
        from: &[Source],
        joins: &[Join],
    ) -> Result<()> {
        if self.dialect.capability().read_own_table {
            return Ok(());
        }
        let mut reads = with.iter().filter_map(|cte| cte.body.select()).any(|select| select.reads(table))
            || Sources::of(from, joins)
                .iter()
                .any(|source| matches!(&source.relation, Relation::Query(select) if select.reads(table)));
        let mut look = |expr: &Expr| {
            expr.walk_own(&mut |expr| reads |= expr.subquery().is_some_and(|select| select.reads(table)));
        };
        Sources::of(from, joins).iter().for_each(|source| source.relation.exprs(&mut look));
        exprs.for_each(look);
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
        self.check_own_table(&delete.table, &delete.with, delete.filter.iter(), &delete.using, &delete.joins)?;
        if !delete.returning.is_empty() && !self.dialect.capability().returning {
            return Err(self.dialect.lacks("RETURNING of deleted rows", "Select the rows before the DELETE"));
        }
        let with = self.dialect.constructs().change_with;
        let mut table = Source::table(delete.table.clone());
        let alone = delete.using.is_empty() && delete.joins.is_empty();
        let several = !alone && with == ChangeWith::SeveralTables;
        if several {
            table.alias = Some(crate::name::plain(&delete.table).to_owned().into());
        }
        let others = Others::of(&table, &delete.key, &delete.using, &delete.joins, several);
        let filter = delete.filter.as_ref();
        self.with_change(&delete.with, |sql| {
            sql.scoped(others.sources(), |sql| {
                match with {
                    _ if alone => {
                        sql.push("DELETE FROM ");
                        sql.source(&table, 0)?;
                        sql.filter(filter)?;
                    }
                    ChangeWith::FromAndUsing => {
                        sql.push("DELETE FROM ");
                        sql.source(&table, 0)?;
                        sql.others(" USING ", &others)?;
                        sql.conditions(&others, filter)?;
                    }
                    // A row is deleted where there is one of the others, so that it is enough that there is one.
                    ChangeWith::FromAndExists => {
                        sql.push("DELETE FROM ");
                        sql.source(&table, 0)?;
                        sql.push(" WHERE EXISTS (SELECT 1");
                        sql.others(" FROM ", &others)?;
                        sql.conditions(&others, filter)?;
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
                        sql.all_of(&others)?;
                        sql.conditions(&others, filter)?;
                    }
                }
                sql.returned(&delete.returning)
            })
        })
    }
}
