//! SELECT.

use std::fmt::Write;

use crate::{
    error::Result,
    expr::{Expr, Name},
    render::source::Sources,
    statement::{Cte, Lock, LockStrength, LockWait, Nulls, Order, Select, SetOp},
    value::Value,
};

use super::{Sql, malformed};

impl Sql<'_> {
    pub(super) fn select(&mut self, select: &Select) -> Result<()> {
        self.labelled(select, &select.labels)
    }

    /// Writes a select whose columns are called so: none, or one a column.
    fn labelled(&mut self, select: &Select, labels: &[Name]) -> Result<()> {
        self.with(&select.with)?;
        if select.compound.is_empty() { self.simple(select, labels) } else { self.compound(select, labels) }
    }

    /// Writes a select in parentheses, with a name for each column: its own, or `c1`, `c2`, ….
    pub(super) fn derived(&mut self, select: &Select) -> Result<()> {
        self.push("(");
        self.labelled(select, &labels(select))?;
        self.push(")");
        Ok(())
    }

    fn with(&mut self, with: &[Cte]) -> Result<()> {
        for (i, cte) in with.iter().enumerate() {
            if i == 0 {
                self.push(if with.iter().any(|cte| cte.recursive) { "WITH RECURSIVE " } else { "WITH " });
            } else {
                self.push(", ");
            }
            self.name(&cte.name);
            if !cte.columns.is_empty() {
                self.push(" (");
                self.names(&cte.columns);
                self.push(")");
            }
            self.push(" AS ");
            self.push(match cte.materialized {
                None => "",
                Some(true) => "MATERIALIZED ",
                Some(false) => "NOT MATERIALIZED ",
            });
            self.push("(");
            self.select(&cte.body)?;
            self.push(")");
        }
        self.push(if with.is_empty() { "" } else { " " });
        Ok(())
    }

    /// Writes everything but what is of a whole of several selects.
    fn simple(&mut self, select: &Select, labels: &[Name]) -> Result<()> {
        if select.columns.is_empty() {
            return Err(malformed("a SELECT has no columns"));
        }
        if !labels.is_empty() && labels.len() != select.columns.len() {
            return Err(malformed("a SELECT has not as many labels as columns"));
        }
        self.scoped(Sources::of(&select.from, &select.joins), |sql| {
            sql.push(if select.distinct { "SELECT DISTINCT " } else { "SELECT " });
            if !select.distinct_on.is_empty() {
                sql.push("DISTINCT ON (");
                sql.list(&select.distinct_on)?;
                sql.push(") ");
            }
            for (i, column) in select.columns.iter().enumerate() {
                sql.push(if i == 0 { "" } else { ", " });
                sql.expr(column)?;
                if let Some(label) = labels.get(i) {
                    sql.push(" AS ");
                    sql.name(label);
                }
            }
            sql.sources(" FROM ", &select.from, &select.joins, 0)?;
            sql.filter(select.filter.as_ref())?;
            if !select.group_by.is_empty() {
                sql.push(" GROUP BY ");
                sql.list(&select.group_by)?;
            }
            if let Some(having) = &select.having {
                sql.push(" HAVING ");
                sql.expr(having)?;
            }
            if !select.compound.is_empty() {
                return Ok(());
            }
            sql.order_by(" ORDER BY ", &select.order_by)?;
            sql.bounds(select.limit, select.offset)?;
            sql.lock(select.lock.as_ref())
        })
    }

    fn compound(&mut self, select: &Select, names: &[Name]) -> Result<()> {
        if select.lock.is_some() {
            return Err(malformed("the rows of several selects put together cannot be locked"));
        }
        let intersects = |op: SetOp| matches!(op, SetOp::Intersect | SetOp::IntersectAll);
        // INTERSECT binds tighter than the others, but not on SQLite: what stands before it is made one select.
        let mut loose = false;
        let wraps: Vec<bool> = select
            .compound
            .iter()
            .map(|(op, _)| {
                let wrap = loose && intersects(*op);
                loose = !intersects(*op);
                wrap
            })
            .collect();
        let wrapped = wraps.iter().filter(|wrap| **wrap).count();
        for _ in 0..wrapped {
            self.push("SELECT * FROM (");
        }
        if wrapped > 0 && names.is_empty() {
            self.simple(select, &labels(select))?
        } else {
            self.simple(select, names)?
        }
        for ((op, member), wrap) in select.compound.iter().zip(wraps) {
            if wrap {
                self.push(") AS ");
                self.name("q");
            }
            self.push(match op {
                SetOp::Union => " UNION ",
                SetOp::UnionAll => " UNION ALL ",
                SetOp::Intersect => " INTERSECT ",
                SetOp::IntersectAll => " INTERSECT ALL ",
                SetOp::Except => " EXCEPT ",
                SetOp::ExceptAll => " EXCEPT ALL ",
            });
            let plain = member.with.is_empty()
                && member.compound.is_empty()
                && member.order_by.is_empty()
                && member.limit.is_none()
                && member.offset.is_none();
            if plain {
                self.select(member)?;
            } else {
                self.push("SELECT * FROM ");
                self.derived(member)?;
                self.push(" AS ");
                self.name("q");
            }
        }
        self.order_by(" ORDER BY ", &select.order_by)?;
        self.bounds(select.limit, select.offset)
    }

    pub(super) fn filter(&mut self, filter: Option<&Expr>) -> Result<()> {
        let Some(filter) = filter else { return Ok(()) };
        self.push(" WHERE ");
        self.expr(filter)
    }

    pub(super) fn order_by(&mut self, before: &str, orders: &[Order]) -> Result<()> {
        for (i, order) in orders.iter().enumerate() {
            self.push(if i == 0 { before } else { ", " });
            self.expr(&order.expr)?;
            if order.descending {
                self.push(" DESC");
            }
            self.push(match order.nulls {
                None => "",
                Some(Nulls::First) => " NULLS FIRST",
                Some(Nulls::Last) => " NULLS LAST",
            });
        }
        Ok(())
    }

    fn bounds(&mut self, limit: Option<u64>, offset: Option<u64>) -> Result<()> {
        match (limit, self.dialect.no_limit()) {
            (Some(limit), _) => {
                self.push(" LIMIT ");
                self.count(limit)?;
            }
            (None, Some(all)) if offset.is_some() => {
                self.push(" LIMIT ");
                self.push(all);
            }
            _ => {}
        }
        if let Some(offset) = offset {
            self.push(" OFFSET ");
            self.count(offset)?;
        }
        Ok(())
    }

    /// A number of rows: bound like any value, so that pages of one query share one statement.
    fn count(&mut self, rows: u64) -> Result<()> {
        if self.is_inline() {
            let _ = write!(self.out, "{rows}");
            return Ok(());
        }
        self.value(&Value::I64(i64::try_from(rows).unwrap_or(i64::MAX)))
    }

    fn lock(&mut self, lock: Option<&Lock>) -> Result<()> {
        let Some(lock) = lock else { return Ok(()) };
        self.push(match lock.strength {
            LockStrength::Update => " FOR UPDATE",
            LockStrength::NoKeyUpdate => " FOR NO KEY UPDATE",
            LockStrength::Share => " FOR SHARE",
            LockStrength::KeyShare => " FOR KEY SHARE",
        });
        for (i, id) in lock.of.iter().enumerate() {
            self.push(if i == 0 { " OF " } else { ", " });
            let name = self.source_name(*id)?;
            self.name(&name);
        }
        self.push(match lock.wait {
            LockWait::Wait => "",
            LockWait::NoWait => " NOWAIT",
            LockWait::SkipLocked => " SKIP LOCKED",
        });
        Ok(())
    }
}

/// What the columns of a select are called: its labels, or names of our own.
fn labels(select: &Select) -> Vec<Name> {
    if select.labels.is_empty() {
        return (1..=select.columns.len()).map(|number| format!("c{number}").into()).collect();
    }
    select.labels.clone()
}
