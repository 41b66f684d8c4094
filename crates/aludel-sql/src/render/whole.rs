//! What is of whole selects: set operations, the first row of each kind.

use std::fmt::Write;

use crate::{
    dialect::RowLocks,
    error::Result,
    expr::{Expr, Name},
    render::{select, source::Sources},
    statement::{Order, Select, SetOp},
};

use super::{Sql, malformed};

/// What the number of a row among those of its kind is called, and how names of what rows are ordered by begin: as no column
/// is called.
const NUMBER: &str = "row number";
/// What the rank of a row is called.
const RANK: &str = "row rank";

impl Sql<'_> {
    pub(super) fn compound(&mut self, select: &Select, names: &[Name]) -> Result<()> {
        if select.lock.is_some() {
            return Err(malformed("the rows of several selects put together cannot be locked"));
        }
        if !select.distinct_on.is_empty() {
            return Err(
                malformed("a part of several selects put together is DISTINCT ON").with_help("Put it in a sub-query")
            );
        }
        // A position has no NULLs to sort.
        if select.order_by.iter().any(|order| self.sorts_nulls(order)) {
            let labels = select::labels(select);
            self.push("SELECT * FROM (");
            self.members(select, &labels)?;
            self.push(") AS ");
            self.name("q");
            let order_by = select.order_by.iter().map(|order| {
                let position = position(select, &order.expr)?;
                Ok(Order { expr: Expr::name(labels[position].clone()), ..order.clone() })
            });
            self.order_by(" ORDER BY ", &order_by.collect::<Result<Vec<_>>>()?)?;
        } else {
            self.members(select, names)?;
            for (i, order) in select.order_by.iter().enumerate() {
                self.push(if i == 0 { " ORDER BY " } else { ", " });
                let _ = write!(self.out, "{}", position(select, &order.expr)? + 1);
                self.direction(order);
            }
        }
        self.bounds(select)
    }

    fn members(&mut self, select: &Select, names: &[Name]) -> Result<()> {
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
        let own = select::labels(select);
        let names = if wrapped > 0 { &own } else { names };
        self.scoped(Sources::of(&select.from, &select.joins), |sql| sql.simple(select, names, false))?;
        for ((op, member), wrap) in select.compound.iter().zip(wraps) {
            if wrap {
                self.push(") AS ");
                self.name("q");
            }
            self.set_op(*op)?;
            if member.columns.len() != select.columns.len() {
                return Err(malformed("selects that are put together have not as many columns each"));
            }
            let plain = member.with.is_empty()
                && member.compound.is_empty()
                && member.distinct_on.is_empty()
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
        Ok(())
    }

    fn set_op(&mut self, op: SetOp) -> Result<()> {
        let all = match op {
            SetOp::IntersectAll => Some(("INTERSECT ALL", "Use INTERSECT, or number equal rows by ROW_NUMBER first")),
            SetOp::ExceptAll => Some(("EXCEPT ALL", "Use EXCEPT, or number equal rows by ROW_NUMBER first")),
            _ => None,
        };
        if let Some((what, help)) = all.filter(|_| !self.dialect.constructs().set_all) {
            return Err(self.dialect.lacks(what, help));
        }
        self.push(match op {
            SetOp::Union => " UNION ",
            SetOp::UnionAll => " UNION ALL ",
            SetOp::Intersect => " INTERSECT ",
            SetOp::IntersectAll => " INTERSECT ALL ",
            SetOp::Except => " EXCEPT ",
            SetOp::ExceptAll => " EXCEPT ALL ",
        });
        Ok(())
    }

    /// DISTINCT ON where there is none: the rows of each kind are numbered, and the first ones are taken.
    pub(super) fn first_of_each(&mut self, select: &Select, names: &[Name]) -> Result<()> {
        if select.lock.is_some() {
            return Err(malformed("the first rows of each kind cannot be locked"));
        }
        select::check_distinct_on(select)?;
        let number = |sql: &mut Self| {
            sql.push("ROW_NUMBER() OVER (PARTITION BY ");
            sql.list(&select.distinct_on)?;
            sql.order_by(" ORDER BY ", &select.order_by)?;
            sql.push(") AS ");
            sql.name(NUMBER);
            Ok(())
        };
        let first = |sql: &mut Self| {
            sql.name(NUMBER);
            sql.push(" = 1");
            Ok(())
        };
        self.numbered(select, names, number, first)?;
        self.bounds(select)
    }

    /// WITH TIES where there is none: the rows are ranked, and those up to the rank of the last one are taken.
    pub(super) fn ranked(&mut self, select: &Select, names: &[Name]) -> Result<()> {
        let Select { limit: Some(limit), offset, .. } = select else { return Ok(()) };
        if select.distinct || !select.distinct_on.is_empty() || !select.compound.is_empty() {
            return Err(self.dialect.lacks(
                "WITH TIES beside DISTINCT and set operations",
                "Put the query in a sub-query, and order and limit that",
            ));
        }
        if select.lock.is_some() && self.dialect.constructs().row_locks != RowLocks::None {
            return Err(self.dialect.lacks(
                "locks on rows WITH TIES",
                "Lock the rows in a statement of its own, by the keys that this one finds",
            ));
        }
        let ranks = |sql: &mut Self| {
            sql.push("RANK() OVER (");
            sql.order_by("ORDER BY ", &select.order_by)?;
            sql.push(") AS ");
            sql.name(RANK);
            if offset.is_some() {
                sql.push(", ROW_NUMBER() OVER (");
                sql.order_by("ORDER BY ", &select.order_by)?;
                sql.push(") AS ");
                sql.name(NUMBER);
            }
            Ok(())
        };
        let taken = |sql: &mut Self| {
            sql.name(RANK);
            sql.push(" <= ");
            sql.count(limit)?;
            let Some(offset) = offset else { return Ok(()) };
            sql.push(" + ");
            sql.count(offset)?;
            sql.push(" AND ");
            sql.name(NUMBER);
            sql.push(" > ");
            sql.count(offset)?;
            // None of no rows, though rows behind those left out may be ordered like them.
            sql.push(" AND ");
            sql.count(limit)?;
            sql.push(" > 0");
            Ok(())
        };
        self.repeat(select);
        self.numbered(select, names, ranks, taken)
    }

    /// Writes a select whose rows get numbers, and takes those whose numbers fulfil a condition, in their order.
    fn numbered(
        &mut self,
        select: &Select,
        names: &[Name],
        numbers: impl FnOnce(&mut Self) -> Result<()>,
        taken: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        let labels = select::labels(select);
        let kept: Vec<Name> = (1..=select.order_by.len()).map(|number| format!("{NUMBER} {number}").into()).collect();
        for (i, label) in labels.iter().enumerate() {
            self.push(if i == 0 { "SELECT " } else { ", " });
            self.name(label);
            if !names.is_empty() && names[i] != *label {
                self.push(" AS ");
                self.name(&names[i]);
            }
        }
        self.push(" FROM (");
        self.scoped(Sources::of(&select.from, &select.joins), |sql| {
            sql.push("SELECT ");
            numbers(sql)?;
            for (order, name) in select.order_by.iter().zip(&kept) {
                sql.push(", ");
                sql.expr(&order.expr)?;
                sql.push(" AS ");
                sql.name(name);
            }
            sql.push(", ");
            sql.body(select, &labels)
        })?;
        self.push(") AS ");
        self.name("q");
        self.push(" WHERE ");
        taken(self)?;
        let order_by = select.order_by.iter().zip(kept);
        let order_by: Vec<Order> =
            order_by.map(|(order, name)| Order { expr: Expr::name(name), ..order.clone() }).collect();
        self.order_by(" ORDER BY ", &order_by)
    }
}

/// Which column of several selects put together is meant: by the label of the first, or as it is there.
fn position(select: &Select, expr: &Expr) -> Result<usize> {
    let label = |expr: &Expr| match expr {
        Expr::Column(column) if column.source.is_none() => select.labels.iter().position(|label| *label == column.name),
        _ => None,
    };
    label(expr).or_else(|| select.columns.iter().position(|column| column == expr)).ok_or_else(|| {
        malformed("several selects put together are ordered by what is no column of the first")
            .with_help("Order by one of its columns, or put the whole in a sub-query")
    })
}
