//! Comments on tables and columns.

use crate::{
    dialect::{Comments, Dialect},
    error::Result,
    expr::Expr,
    operation::Operation,
    schema::{Column, Table},
};

use super::{Sql, malformed};

impl Sql<'_> {
    /// `COMMENT ON …`
    pub(super) fn comment_on(&mut self, table: &str, column: Option<&str>, text: Option<&str>) -> Result<()> {
        match self.dialect.capability().comments {
            Comments::Statement => {}
            Comments::Declared => return self.no_table("comment on something"),
            Comments::Nowhere => return Err(self.unsupported("keep comments", "Leave the comment out")),
        }
        self.push(if column.is_some() { "COMMENT ON COLUMN " } else { "COMMENT ON TABLE " });
        self.object(table)?;
        if let Some(column) = column {
            self.push(".");
            self.name(column);
        }
        self.push(" IS ");
        match text {
            Some("") => Err(malformed(format!("the comment on `{table}` is empty: NULL takes one away"))),
            Some(text) => self.expr(&Expr::value(text)),
            None => {
                self.push("NULL");
                Ok(())
            }
        }
    }

    /// Writes what declares a column's comment, with a blank before it, where that is how it is kept.
    pub(super) fn column_comment(&mut self, column: &Column) -> Result<()> {
        self.declared(" COMMENT ", column.comment.as_deref(), true)
    }

    /// Writes what declares a table's comment, with a blank before it, where that is how it is kept.
    pub(super) fn table_comment(&mut self, table: &Table) -> Result<()> {
        self.declared(" COMMENT = ", table.comment.as_deref(), false)
    }

    fn declared(&mut self, before: &str, text: Option<&str>, column: bool) -> Result<()> {
        match text {
            Some(text) if self.dialect.capability().comments == Comments::Declared => {
                self.push(before);
                self.dialect.comment(&mut self.out, text, column)
            }
            _ => Ok(()),
        }
    }
}

/// The operations that give a table and its columns their comments.
pub(super) fn of_table(table: &Table) -> impl Iterator<Item = Operation> + '_ {
    let comment = |column: Option<&str>, text: &Option<String>| {
        let (table, column) = (table.name.clone(), column.map(str::to_owned));
        text.clone().map(|text| Operation::Comment { table, column, text: Some(text) })
    };
    let columns = table.columns.iter().filter_map(move |column| comment(Some(&column.name), &column.comment));
    comment(None, &table.comment).into_iter().chain(columns)
}

/// The statements that give a table that was just created its comments, where CREATE TABLE did not.
pub(super) fn statements(dialect: &dyn Dialect, table: &Table) -> Result<Vec<String>> {
    match dialect.capability().comments {
        Comments::Statement => of_table(table).map(|comment| super::operation(dialect, &comment)).collect(),
        Comments::Declared | Comments::Nowhere => Ok(Vec::new()),
    }
}
