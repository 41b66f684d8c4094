//! SELECT.

use std::fmt::Write;

use crate::{
    dialect::{Enums, InRows, Repeated},
    error::Result,
    expr::{Expr, Function, Name},
    render::source::Sources,
    statement::{LockWait, Nulls, Order, Select},
    value::Value,
};

use super::{Sql, malformed};

impl Sql<'_> {
    pub(super) fn select(&mut self, select: &Select) -> Result<()> {
        self.select_as(select, &select.labels, false)
    }

    /// Writes a select in parentheses, with a name for each column: its own, or `c1`, `c2`, ….
    pub(super) fn derived(&mut self, select: &Select) -> Result<()> {
        self.push("(");
        self.select_as(select, &labels(select), false)?;
        self.push(")");
        Ok(())
    }

    /// Writes a select whose columns are called so: none, or one a column. Of one that is only asked whether there is a row,
    /// values are left out.
    pub(super) fn select_as(&mut self, select: &Select, labels: &[Name], asked: bool) -> Result<()> {
        if select.columns.is_empty() {
            return Err(malformed("a SELECT has no columns"));
        }
        if !labels.is_empty() && labels.len() != select.columns.len() {
            return Err(malformed("a SELECT has not as many labels as columns"));
        }
        check_ties(select)?;
        self.deeper(|sql| {
            let (repeated, grouped) = (std::mem::take(&mut sql.repeated), std::mem::take(&mut sql.grouped));
            sql.with_select(select, |sql| {
                if select.with_ties && !sql.dialect.constructs().with_ties {
                    return sql.ranked(select, labels);
                }
                if !select.compound.is_empty() {
                    return sql.compound(select, labels);
                }
                if !select.distinct_on.is_empty() && !sql.dialect.constructs().distinct_on {
                    return sql.first_of_each(select, labels);
                }
                sql.scoped(Sources::of(&select.from, &select.joins), |sql| {
                    sql.simple(select, labels, asked)?;
                    sql.check_distinct_order(select)?;
                    sql.of_groups(select, |sql| sql.order_by(" ORDER BY ", &select.order_by))?;
                    sql.bounds(select)?;
                    sql.lock(select)
                })
            })?;
            (sql.repeated, sql.grouped) = (repeated, grouped);
            Ok(())
        })
    }

    /// Writes everything but what is of a whole of several selects.
    pub(super) fn simple(&mut self, select: &Select, labels: &[Name], asked: bool) -> Result<()> {
        if select.distinct && !select.distinct_on.is_empty() {
            return Err(malformed("a SELECT is both DISTINCT and DISTINCT ON"));
        }
        self.repeat(select);
        self.push(if select.distinct { "SELECT DISTINCT " } else { "SELECT " });
        if !select.distinct_on.is_empty() {
            check_distinct_on(select)?;
            self.push("DISTINCT ON (");
            self.list(&select.distinct_on)?;
            self.push(") ");
        }
        if asked && select.columns.iter().all(|column| matches!(column, Expr::Value(_))) {
            self.push("1");
            return self.rest(select);
        }
        self.body(select, labels)
    }

    /// Writes a select from its columns on.
    pub(super) fn body(&mut self, select: &Select, labels: &[Name]) -> Result<()> {
        for (i, column) in select.columns.iter().enumerate() {
            self.push(if i == 0 { "" } else { ", " });
            if select.group_by.contains(column) {
                self.expr(column)?;
            } else {
                self.of_groups(select, |sql| sql.expr(column))?;
            }
            if let Some(label) = labels.get(i) {
                self.push(" AS ");
                self.label(label)?;
            }
        }
        self.rest(select)
    }

    /// Writes a select from its sources on.
    fn rest(&mut self, select: &Select) -> Result<()> {
        self.sources(" FROM ", &select.from, &select.joins, 0)?;
        self.filter(select.filter.as_ref())?;
        self.group_by(select)?;
        if let Some(having) = &select.having {
            self.push(" HAVING ");
            self.of_groups(select, |sql| sql.expr(having))?;
        }
        Ok(())
    }

    /// Writes what is said of groups, which not every database knows by the expressions that rows are grouped by.
    fn of_groups(&mut self, select: &Select, write: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        // Of a whole of several groups they are NULL, and their least is not.
        if !self.dialect.constructs().grouped_anywhere && select.grouping_sets.is_empty() {
            let computed = select.group_by.iter().filter(|expr| !matches!(expr, Expr::Column(_)));
            self.grouped = computed.cloned().collect();
        }
        let written = write(self);
        self.grouped.clear();
        written
    }

    pub(super) fn filter(&mut self, filter: Option<&Expr>) -> Result<()> {
        let Some(filter) = filter else { return Ok(()) };
        self.push(" WHERE ");
        if let Expr::In { expr, list, negated: false } = filter
            && let Expr::Tuple(row) = &**expr
            && !list.is_empty()
            && self.dialect.constructs().in_rows == InRows::Compared
        {
            // What may be NULL is not found either way, and where there are many rows, a list is much faster.
            return self.row_in(row, list, false, "");
        }
        self.expr(filter)
    }

    pub(crate) fn order_by(&mut self, before: &str, orders: &[Order]) -> Result<()> {
        for (i, order) in orders.iter().enumerate() {
            self.push(if i == 0 { before } else { ", " });
            if self.sorts_nulls(order) {
                self.operand(&order.expr, super::Level::Bits)?;
                self.push(if order.descending { " IS NULL DESC, " } else { " IS NULL, " });
            }
            match &order.expr {
                // A table's column of an enum is in this order by itself.
                Expr::Call(Function::EnumPlace, arguments) if self.sorts_by_itself(arguments) => {
                    arguments.iter().take(1).try_for_each(|value| self.expr(value))?;
                }
                expr => self.expr(expr)?,
            }
            self.direction(order);
        }
        Ok(())
    }

    /// Whether the order of distinct rows can be said: where an expression is known by its text alone, not as a part of another.
    fn check_distinct_order(&self, select: &Select) -> Result<()> {
        let nested = |order: &Order| self.sorts_nulls(order) && !matches!(order.expr, Expr::Column(_));
        let by_text = self.dialect.constructs().repeated == Repeated::Literals;
        if select.distinct && by_text && select.order_by.iter().any(nested) {
            let what = "a place for NULLs in the order of distinct values of an expression";
            return Err(self.dialect.lacks(what, "Make them a sub-query, and order that"));
        }
        Ok(())
    }

    fn sorts_by_itself(&self, arguments: &[Expr]) -> bool {
        match (self.dialect.capability().enums, arguments) {
            (Enums::Columns, [Expr::Column(column), ..]) => column.source.is_some_and(|id| self.is_table(id)),
            _ => false,
        }
    }

    /// Whether an order must say itself where NULLs come, because the database has no words for it and another habit.
    pub(super) fn sorts_nulls(&self, order: &Order) -> bool {
        // Where there are no words NULLs are the least.
        let habit = if order.descending { Nulls::Last } else { Nulls::First };
        !self.dialect.constructs().nulls_order && order.nulls.is_some_and(|nulls| nulls != habit)
    }

    pub(super) fn direction(&mut self, order: &Order) {
        if order.descending {
            self.push(" DESC");
        }
        if self.dialect.constructs().nulls_order {
            self.push(match order.nulls {
                None => "",
                Some(Nulls::First) => " NULLS FIRST",
                Some(Nulls::Last) => " NULLS LAST",
            });
        }
    }

    pub(super) fn bounds(&mut self, select: &Select) -> Result<()> {
        if let (true, Some(limit)) = (select.with_ties, &select.limit) {
            if let Some(offset) = &select.offset {
                self.push(" OFFSET ");
                self.count(offset)?;
                self.push(" ROWS");
            }
            self.push(" FETCH FIRST ");
            self.count(limit)?;
            self.push(" ROWS WITH TIES");
            return Ok(());
        }
        match (&select.limit, self.dialect.no_limit()) {
            (Some(limit), _) => {
                self.push(" LIMIT ");
                self.count(limit)?;
            }
            (None, Some(all)) if select.offset.is_some() => {
                self.push(" LIMIT ");
                self.push(all);
            }
            _ => {}
        }
        if let Some(offset) = &select.offset {
            self.push(" OFFSET ");
            self.count(offset)?;
        }
        Ok(())
    }

    /// A number of rows: bound like any value, so that pages of one query share one statement.
    pub(super) fn count(&mut self, rows: &u64) -> Result<()> {
        if self.is_inline() {
            let _ = write!(self.out, "{rows}");
            return Ok(());
        }
        self.bind(Value::I64(i64::try_from(*rows).unwrap_or(i64::MAX)), rows);
        Ok(())
    }

    /// Keeps in mind what is written several times and must be the same each time: what rows are grouped by, and what makes
    /// them distinct.
    pub(super) fn repeat(&mut self, select: &Select) {
        if self.is_inline() || self.dialect.constructs().repeated == Repeated::Unchecked {
            return;
        }
        let columns: &[Expr] = if select.distinct { &select.columns } else { &[] };
        for expr in select.group_by.iter().chain(&select.distinct_on).chain(columns) {
            if !matches!(expr, Expr::Value(_)) && has_values(expr) {
                self.fixed = true;
                self.repeated.push((expr.clone(), None));
            }
        }
    }
}

pub(super) fn has_values(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |expr| found |= matches!(expr, Expr::Value(_)));
    found
}

pub(super) fn check_distinct_on(select: &Select) -> Result<()> {
    let on = &select.distinct_on;
    let ordered = |order: &Order| match &order.expr {
        Expr::Call(Function::EnumPlace, arguments) => arguments.first().is_some_and(|value| on.contains(value)),
        expr => on.contains(expr),
    };
    if select.order_by.iter().take(on.len()).all(ordered) {
        return Ok(());
    }
    Err(malformed("the first rows of DISTINCT ON are those of another order")
        .with_help("Order by what is distinct first, and then by what makes a row the first one"))
}

fn check_ties(select: &Select) -> Result<()> {
    if !select.with_ties {
        return Ok(());
    }
    if select.limit.is_none() || select.order_by.is_empty() {
        return Err(malformed(
            "WITH TIES takes the rows that are ordered like the last one, and there is no order or no limit",
        )
        .with_help("Order the rows, and say how many there are to be"));
    }
    if select.lock.as_ref().is_some_and(|lock| lock.wait == LockWait::SkipLocked) {
        return Err(malformed("SKIP LOCKED leaves rows out, and WITH TIES takes all that are ordered alike")
            .with_help("Limit the rows without ties"));
    }
    Ok(())
}

/// What the columns of a select are called: its labels, or names of our own.
pub(super) fn labels(select: &Select) -> Vec<Name> {
    if select.labels.is_empty() {
        return (1..=select.columns.len()).map(|number| format!("c{number}").into()).collect();
    }
    select.labels.clone()
}
