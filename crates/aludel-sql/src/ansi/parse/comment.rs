//! COMMENT ON.

use super::{Parser, Result, TokenKind};
use crate::{name, operation::Operation};

impl Parser<'_> {
    pub(super) fn comment(&mut self) -> Result<Operation> {
        self.expect("COMMENT")?;
        self.expect("ON")?;
        let (table, column) = if self.eat("TABLE") {
            (self.table_name()?, None)
        } else if self.eat("COLUMN") {
            let (table, column) = self.column_of_table()?;
            (table, Some(column))
        } else {
            for kind in ["VIEW", "INDEX", "CONSTRAINT", "SCHEMA", "TYPE", "DATABASE"] {
                if self.at_keyword(kind) {
                    return Err(self
                        .error(format!("`COMMENT ON {kind}` is not portable"))
                        .with_help("Run it from Rust, by CALL name()"));
                }
            }
            return Err(self.expected("TABLE or COLUMN"));
        };
        self.expect("IS")?;
        let text = match self.peek() {
            Some(token) if token.kind == TokenKind::String => {
                let text = token.value().into_owned();
                if text.is_empty() {
                    return Err(self.error("a comment is not empty").with_help("Write NULL to take it away"));
                }
                self.at += 1;
                Some(text)
            }
            _ if self.eat("NULL") => None,
            _ => return Err(self.expected("the comment in single quotes, or NULL")),
        };
        Ok(Operation::Comment { table, column, text })
    }

    /// `table.column`, or `schema.table.column`.
    fn column_of_table(&mut self) -> Result<(String, String)> {
        let table = self.plain_name("a table's name")?;
        let dot = |parser: &mut Self| {
            let help = "Write COMMENT ON COLUMN table.column IS …";
            let there = parser.eat_symbol(".");
            if there { Ok(()) } else { Err(parser.expected("`.` and the column's name").with_help(help)) }
        };
        dot(self)?;
        if self.peek_at(1).is_none_or(|next| next.text != ".") {
            return Ok((table, self.name("a column's name")?));
        }
        let table = name::qualified(Some(&table), &self.plain_name("a table's name")?);
        dot(self)?;
        Ok((table, self.name("a column's name")?))
    }
}
