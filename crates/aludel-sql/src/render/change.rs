//! INSERT, UPDATE and DELETE.

use crate::{
    error::{Error, ErrorKind, Result},
    expr::{Expr, Name},
    render::source::Sources,
    statement::{Conflict, ConflictAction, Delete, Insert, Relation, Rows, Source, Update},
};

use super::{Sql, malformed};

impl Sql<'_> {
    pub(super) fn insert(&mut self, insert: &Insert) -> Result<()> {
        self.push("INSERT INTO ");
        self.object(&insert.table)?;
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
        let table = Source::table(insert.table.clone());
        self.scoped(Sources::of(std::slice::from_ref(&table), &[]), |sql| {
            sql.conflict(insert.conflict.as_ref())?;
            sql.returning(insert)
        })
    }

    fn conflict(&mut self, conflict: Option<&Conflict>) -> Result<()> {
        let Some(Conflict { target, action }) = conflict else { return Ok(()) };
        self.push(" ON CONFLICT");
        if !target.is_empty() {
            self.push(" (");
            self.names(target);
            self.push(")");
        }
        match action {
            ConflictAction::Nothing => self.push(" DO NOTHING"),
            ConflictAction::Update { set, filter } => {
                self.push(" DO UPDATE");
                // A column alone could be of the row that is there, or of the one that is not.
                self.qualified(true);
                self.set(set)?;
                self.filter(filter.as_ref())?;
                self.qualified(false);
            }
        }
        Ok(())
    }

    fn qualified(&mut self, qualified: bool) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.qualified = qualified;
        }
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
        self.list(&insert.returning)
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
        let table = Source::table(update.table.clone());
        self.scoped(Sources::and(&table, &update.from, &update.joins), |sql| {
            sql.push("UPDATE ");
            sql.source(&table, 0)?;
            sql.set(&update.set)?;
            sql.sources(" FROM ", &update.from, &update.joins, 1)?;
            sql.filter(update.filter.as_ref())?;
            sql.returned(&update.returning)
        })
    }

    fn set(&mut self, set: &[(Name, Expr)]) -> Result<()> {
        for (i, (column, value)) in set.iter().enumerate() {
            self.push(if i == 0 { " SET " } else { ", " });
            self.name(column);
            self.push(" = ");
            self.expr(value)?;
        }
        Ok(())
    }

    fn returned(&mut self, returning: &[Expr]) -> Result<()> {
        if !returning.is_empty() {
            self.push(" RETURNING ");
            self.list(returning)?;
        }
        Ok(())
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
                if let Some(select) = expr.subquery() {
                    reads |= select
                        .sources()
                        .any(|source| matches!(&source.relation, Relation::Table(name) if name == table));
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
        self.object(&insert.table)?;
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
        let table = Source::table(delete.table.clone());
        self.scoped(Sources::and(&table, &delete.using, &delete.joins), |sql| {
            sql.push("DELETE FROM ");
            sql.source(&table, 0)?;
            sql.sources(" USING ", &delete.using, &delete.joins, 1)?;
            sql.filter(delete.filter.as_ref())?;
            sql.returned(&delete.returning)
        })
    }
}
