//! INSERT, and what is done where a row is there already.

use std::borrow::Cow;

use crate::{
    error::{Error, ErrorKind, Result},
    expr::Expr,
    render::{change, source::Sources},
    statement::{Conflict, ConflictAction, Insert, Rows, Source},
};

use super::{Level, Sql, malformed};

impl Sql<'_> {
    pub(super) fn insert(&mut self, insert: &Insert) -> Result<()> {
        self.with_change(&insert.with, |sql| sql.insert_rows(insert))
    }

    fn insert_rows(&mut self, insert: &Insert) -> Result<()> {
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
            // `SELECT … FROM a ON CONFLICT` would be a join; and names of the one and the other would be confused.
            Rows::Select(select) if insert.conflict.is_some() && !self.dialect.constructs().select_on_conflict => {
                self.push(" SELECT * FROM ");
                self.derived(select)?;
                self.push(" AS ");
                self.name("q");
                self.push(" WHERE 1 = 1");
            }
            Rows::Select(select) => {
                self.push(" ");
                self.select(select)?;
            }
            Rows::Values(rows) => self.values(rows, insert.columns.len())?,
        }
        let table = Source::table(insert.table.clone());
        self.scoped(Sources::of(std::slice::from_ref(&table), &[]), |sql| {
            if let Some(conflict) = &insert.conflict {
                // A column alone could be of the row that is there, or of the one that is not.
                sql.qualified(true);
                if sql.dialect.constructs().on_conflict {
                    sql.on_conflict(conflict)?;
                } else {
                    sql.on_duplicate_key(insert, conflict)?;
                }
                sql.qualified(false);
            }
            sql.returning(insert)
        })
    }

    fn qualified(&mut self, qualified: bool) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.qualified = qualified;
        }
    }

    fn on_conflict(&mut self, conflict: &Conflict) -> Result<()> {
        self.push(" ON CONFLICT");
        if !conflict.target.is_empty() {
            self.push(" (");
            self.names(&conflict.target);
            self.push(")");
        }
        match &conflict.action {
            ConflictAction::Nothing => self.push(" DO NOTHING"),
            ConflictAction::Update { .. } if conflict.target.is_empty() => {
                return Err(malformed("the row to update on a conflict is that of no key")
                    .with_help("Name the columns of the primary key or of a unique constraint"));
            }
            ConflictAction::Update { set, filter } => {
                self.push(" DO UPDATE");
                self.set(set.iter())?;
                self.filter(filter.as_ref())?;
            }
        }
        Ok(())
    }

    fn on_duplicate_key(&mut self, insert: &Insert, conflict: &Conflict) -> Result<()> {
        if !conflict.target.is_empty() {
            let columns = conflict.target.join(", ");
            let message = format!(
                "{} does not tell a conflict with the key ({columns}) from one with another key",
                self.dialect.name()
            );
            return Err(Error::new(ErrorKind::Unsupported, message)
                .with_table(insert.table.clone())
                .with_help("Name no columns where no other key can be in conflict; else look for the row first"));
        }
        self.push(" ON DUPLICATE KEY UPDATE ");
        match &conflict.action {
            ConflictAction::Nothing => {
                // Not INSERT IGNORE, which makes warnings of all other errors too.
                let Some(column) = insert.columns.first() else {
                    return Err(malformed("a row of defaults alone is inserted, or nothing: no column is named"));
                };
                if !insert.returning.is_empty() {
                    return Err(self.dialect.lacks(
                        "RETURNING of inserted rows alone where others are there already",
                        "Hand back nothing, and select the rows",
                    ));
                }
                self.name(column);
                self.push(" = ");
                self.column_ref(&crate::expr::ColumnRef { source: Some(0), name: column.clone() })
            }
            ConflictAction::Update { set, filter } => {
                if filter.is_some() && !insert.returning.is_empty() {
                    return Err(self.dialect.lacks(
                        "RETURNING of changed rows alone where others stay as they are",
                        "Hand back nothing, and select the rows",
                    ));
                }
                let set = change::in_turn(self.dialect, &insert.table, set, filter.as_ref())?;
                for (i, (column, value)) in set.into_iter().enumerate() {
                    self.push(if i == 0 { "" } else { ", " });
                    self.name(column);
                    self.push(" = ");
                    let Some(filter) = filter else {
                        self.bare(value, Level::Or)?;
                        continue;
                    };
                    self.push("IF(");
                    self.expr(filter)?;
                    self.push(", ");
                    self.expr(value)?;
                    self.push(", ");
                    self.column_ref(&crate::expr::ColumnRef { source: Some(0), name: column.clone() })?;
                    self.push(")");
                }
                Ok(())
            }
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
                    for (j, value) in row.iter().enumerate() {
                        self.push(if j == 0 { "" } else { ", " });
                        self.bare(value, Level::Or)?;
                    }
                    self.push(")");
                }
                Ok(())
            }
        }
    }

    /// `INSERT … SELECT … FROM unnest(…)`, one array a column.
    pub(super) fn insert_unnest(&mut self, insert: &Insert, arrays: &[Cow<'_, str>]) -> Result<()> {
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
}
