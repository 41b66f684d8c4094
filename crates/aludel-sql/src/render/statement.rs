//! SELECT, INSERT, UPDATE and DELETE.

use std::fmt::Write;

use crate::{
    error::{Error, ErrorKind, Result},
    expr::Expr,
    statement::{Delete, Insert, Order, Rows, Select, Source, Update},
    value::Value,
};

use super::{Sql, malformed};

impl Sql<'_> {
    pub(super) fn select(&mut self, select: &Select) -> Result<()> {
        self.scoped(&select.from, |sql| {
            if select.columns.is_empty() {
                return Err(malformed("a SELECT has no columns"));
            }
            sql.push(if select.distinct { "SELECT DISTINCT " } else { "SELECT " });
            sql.list(&select.columns)?;
            for (i, source) in select.from.iter().enumerate() {
                sql.push(if i == 0 { " FROM " } else { ", " });
                sql.source(source, i);
            }
            sql.filter(select.filter.as_ref())?;
            if !select.group_by.is_empty() {
                sql.push(" GROUP BY ");
                sql.list(&select.group_by)?;
            }
            sql.order_by(&select.order_by)?;
            sql.bounds(select.limit, select.offset)
        })
    }

    fn filter(&mut self, filter: Option<&Expr>) -> Result<()> {
        let Some(filter) = filter else { return Ok(()) };
        self.push(" WHERE ");
        self.expr(filter)
    }

    fn order_by(&mut self, orders: &[Order]) -> Result<()> {
        for (i, order) in orders.iter().enumerate() {
            self.push(if i == 0 { " ORDER BY " } else { ", " });
            self.expr(&order.expr)?;
            if order.descending {
                self.push(" DESC");
            }
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

    pub(super) fn insert(&mut self, insert: &Insert) -> Result<()> {
        self.push("INSERT INTO ");
        self.name(&insert.table);
        if !insert.columns.is_empty() {
            self.push(" (");
            self.names(&insert.columns);
            self.push(")");
        }
        match &insert.rows {
            Rows::Select(_) if insert.columns.is_empty() => {
                return Err(malformed("an INSERT from a SELECT names no columns"));
            }
            Rows::Select(select) => {
                self.push(" ");
                self.select(select)?;
            }
            Rows::Values(rows) => self.values(rows, insert.columns.len())?,
        }
        self.returning(insert)
    }

    fn returning(&mut self, insert: &Insert) -> Result<()> {
        if insert.returning.is_empty() {
            return Ok(());
        }
        if !self.dialect.capability().returning {
            return Err(Error::new(
                ErrorKind::Unsupported,
                format!("{} hands back no columns of inserted rows", self.dialect.name()),
            )
            .with_help("Insert the rows one at a time, and read the key the database counted after each"));
        }
        self.push(" RETURNING ");
        self.names(&insert.returning);
        Ok(())
    }

    fn values(&mut self, rows: &[Vec<Expr>], width: usize) -> Result<()> {
        if rows.iter().any(|row| row.len() != width) {
            return Err(malformed("a row of an INSERT has not as many values as there are columns"));
        }
        match rows {
            [] => Err(malformed("an INSERT has no rows")),
            [row] if row.is_empty() => {
                self.push(if self.dialect.capability().default_values { " DEFAULT VALUES" } else { " () VALUES ()" });
                Ok(())
            }
            _ if width == 0 => {
                Err(malformed("several rows of defaults alone cannot be one INSERT")
                    .with_help("Insert them one at a time"))
            }
            _ => {
                self.push(" VALUES ");
                for (i, row) in rows.iter().enumerate() {
                    self.push(if i == 0 { "(" } else { ", (" });
                    self.list(row)?;
                    self.push(")");
                }
                Ok(())
            }
        }
    }

    pub(super) fn update(&mut self, update: &Update) -> Result<()> {
        if update.set.is_empty() {
            return Err(malformed("an UPDATE changes no columns"));
        }
        self.check_order(update)?;
        let values = update.set.iter().map(|(_, value)| value);
        self.check_own_table(&update.table, values.chain(&update.filter))?;
        self.scoped(&[Source::table(update.table.clone())], |sql| {
            sql.push("UPDATE ");
            sql.name(&update.table);
            for (i, (column, value)) in update.set.iter().enumerate() {
                sql.push(if i == 0 { " SET " } else { ", " });
                sql.name(column);
                sql.push(" = ");
                sql.expr(value)?;
            }
            sql.filter(update.filter.as_ref())
        })
    }

    /// Where assignments happen one after the other, none may read a column that has its new value already.
    fn check_order(&self, update: &Update) -> Result<()> {
        if self.dialect.capability().simultaneous_set {
            return Ok(());
        }
        for (i, (column, value)) in update.set.iter().enumerate() {
            let earlier = |name: &str| update.set[..i].iter().any(|(assigned, _)| assigned == name);
            let mut read = None;
            value.walk(&mut |expr| match expr {
                // Without a number it may be of the table, or of a sub-query's own.
                Expr::Column(reference) if matches!(reference.source, None | Some(0)) && earlier(&reference.name) => {
                    read = Some(reference.name.clone());
                }
                _ => {}
            });
            if let Some(read) = read {
                let dialect = self.dialect.name();
                return Err(Error::new(
                    ErrorKind::Unsupported,
                    format!(
                        "{dialect} would compute `{column}` from the new value of `{read}`, which is assigned before it"
                    ),
                )
                .with_table(update.table.clone())
                .with_help(format!("Assign `{read}` after `{column}`, or in a statement of its own")));
            }
        }
        Ok(())
    }

    fn check_own_table<'e>(&self, table: &str, exprs: impl Iterator<Item = &'e Expr>) -> Result<()> {
        if self.dialect.capability().read_own_table {
            return Ok(());
        }
        let mut reads = false;
        for expr in exprs {
            expr.walk(&mut |expr| {
                if let Expr::Exists { select, .. } | Expr::Subquery(select) = expr {
                    reads |= select.from.iter().any(|source| source.table == table);
                }
            });
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

    /// `INSERT … SELECT … FROM unnest(…)`, one array a column.
    pub(super) fn insert_unnest(&mut self, insert: &Insert, arrays: &[&str]) -> Result<()> {
        self.push("INSERT INTO ");
        self.name(&insert.table);
        self.push(" (");
        self.names(&insert.columns);
        self.push(") SELECT ");
        // Names of our own: a column of the table may be called as the one that counts the rows.
        let columns: Vec<String> = (1..=arrays.len()).map(|number| format!("c{number}")).collect();
        self.names(&columns);
        self.push(" FROM unnest(");
        for (i, array) in arrays.iter().enumerate() {
            self.push(if i == 0 { "" } else { ", " });
            self.dialect.placeholder(&mut self.out, i + 1);
            self.push("::");
            self.push(array);
        }
        self.push(") WITH ORDINALITY AS ");
        self.name("r");
        self.push(" (");
        self.names(&columns);
        self.push(", ");
        self.name("n");
        self.push(") ORDER BY ");
        self.name("n");
        self.returning(insert)
    }

    pub(super) fn delete(&mut self, delete: &Delete) -> Result<()> {
        self.check_own_table(&delete.table, delete.filter.iter())?;
        self.scoped(&[Source::table(delete.table.clone())], |sql| {
            sql.push("DELETE FROM ");
            sql.name(&delete.table);
            sql.filter(delete.filter.as_ref())
        })
    }
}
