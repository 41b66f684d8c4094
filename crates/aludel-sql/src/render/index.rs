//! Indexes.

use std::fmt::Write;

use crate::{
    dialect::IndexMethod,
    error::Result,
    expr::Expr,
    schema::{FULL_TEXT, Index, IndexPart, Nulls, SPATIAL},
};

use super::{Sql, malformed};

impl Sql<'_> {
    pub(super) fn create_index(&mut self, table: &str, index: &Index) -> Result<()> {
        if index.parts.is_empty() {
            return Err(malformed(format!("the index `{}` is over nothing", index.name)));
        }
        let method = index.method.as_deref().map(|method| (method, self.dialect.index_method(method)));
        self.push(if index.unique { "CREATE UNIQUE " } else { "CREATE " });
        if let Some((_, IndexMethod::Kind(kind))) = method {
            self.push(kind);
        }
        self.push("INDEX ");
        if index.name.contains('.') {
            return Err(malformed(format!("the name of the index `{}` has a dot", index.name))
                .with_help("Leave the schema out: an index is in that of its table"));
        }
        self.new_name(&index.name)?;
        self.push(" ON ");
        self.object(table)?;
        match method {
            Some((method, IndexMethod::Using)) => {
                self.push(" USING ");
                match method {
                    // Reserved words elsewhere.
                    FULL_TEXT | SPATIAL => self.push(method),
                    _ => self.name(method),
                }
            }
            Some((method, IndexMethod::Unknown)) => {
                return Err(self.unsupported(&format!("index by the method {method}"), "Leave USING out"));
            }
            Some((_, IndexMethod::Kind(_))) | None => {}
        }
        for (i, part) in index.parts.iter().enumerate() {
            self.push(if i == 0 { " (" } else { ", " });
            self.index_part(part)?;
        }
        self.push(")");
        if !index.include.is_empty() {
            self.index_option("keep columns beside an index", "Leave INCLUDE out, or index those columns too")?;
            self.push(" INCLUDE (");
            self.names(&index.include);
            self.push(")");
        }
        if index.nulls_not_distinct {
            if !index.unique {
                let message = format!("the index `{}` has NULLS NOT DISTINCT and is not unique", index.name);
                return Err(malformed(message).with_help("Leave NULLS NOT DISTINCT out, or make it UNIQUE"));
            }
            self.nulls_not_distinct()?;
        }
        self.storage(index)?;
        if let Some(predicate) = &index.predicate {
            if !self.dialect.capability().partial_index {
                return Err(self.unsupported("index a part of the rows", "Leave the WHERE out"));
            }
            self.push(" WHERE ");
            self.expr(predicate)?;
        }
        Ok(())
    }

    pub(super) fn index_part(&mut self, part: &IndexPart) -> Result<()> {
        match &part.expr {
            Expr::Column(column) => self.name(&column.name),
            _ if !self.dialect.capability().expression_index => {
                return Err(self.unsupported("index an expression", "Index a computed column instead"));
            }
            expr => self.parenthesised(expr)?,
        }
        if let Some(prefix) = part.prefix {
            if !self.dialect.capability().index_prefix {
                let help = "Leave the length out, or index an expression: (SUBSTRING(a FROM 1 FOR 50))";
                return Err(self.unsupported("index the beginning of a column", help));
            }
            let _ = write!(self.out, "({prefix})");
        }
        if let Some(ops) = &part.ops {
            self.index_option("say the operator class of an index", "Leave the operator class out")?;
            self.push(" ");
            self.name(ops);
        }
        if part.descending {
            self.push(" DESC");
        }
        if let Some(nulls) = part.nulls {
            self.index_option("say where NULLs come in an index", "Leave NULLS FIRST or NULLS LAST out")?;
            self.push(match nulls {
                Nulls::First => " NULLS FIRST",
                Nulls::Last => " NULLS LAST",
            });
        }
        Ok(())
    }

    pub(super) fn nulls_not_distinct(&mut self) -> Result<()> {
        let help = "Leave NULLS NOT DISTINCT out, and make the columns NOT NULL";
        self.index_option("take two NULLs for the same in what is unique", help)?;
        self.push(" NULLS NOT DISTINCT");
        Ok(())
    }

    fn storage(&mut self, index: &Index) -> Result<()> {
        for (i, (name, value)) in index.with.iter().enumerate() {
            self.index_option("say how an index is stored", "Leave WITH out")?;
            if value.is_empty() || !value.chars().all(|c| c.is_ascii_alphanumeric() || "._".contains(c)) {
                let message = format!("the index `{}` cannot be stored with {name} = {value}", index.name);
                return Err(malformed(message).with_help("Say a number, or a word such as off"));
            }
            self.push(if i == 0 { " WITH (" } else { ", " });
            self.name(name);
            self.push(" = ");
            self.push(value);
        }
        self.push(if index.with.is_empty() { "" } else { ")" });
        Ok(())
    }

    fn index_option(&self, what: &str, help: &'static str) -> Result<()> {
        if self.dialect.capability().index_options { Ok(()) } else { Err(self.unsupported(what, help)) }
    }
}
