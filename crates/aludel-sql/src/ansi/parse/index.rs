//! CREATE INDEX.

use super::{Parser, Result, TokenKind};
use crate::{
    expr::Expr,
    operation::Operation,
    schema::{Index, IndexPart},
};

impl Parser<'_> {
    pub(super) fn create_index(&mut self, unique: bool) -> Result<Operation> {
        self.no_concurrently()?;
        self.no_if_exists()?;
        if self.at_keyword("ON") {
            return Err(self.expected("the index's name").with_help("Name it: CREATE INDEX ix_table_column ON …"));
        }
        let name = self.plain_name("the index's name")?;
        if self.at_symbol(".") {
            return Err(self.error("an index is in the schema of its table").with_help("Leave the schema out"));
        }
        self.expect("ON")?;
        let table = self.table_name()?;
        if self.at_keyword("USING") {
            return Err(self.unsupported("USING with an index method"));
        }
        self.expect_symbol("(")?;
        let parts = self.comma_separated(Self::index_part)?;
        self.expect_symbol(")")?;
        if self.at_keyword("INCLUDE") {
            return Err(self.unsupported("INCLUDE"));
        }
        let predicate = if self.eat("WHERE") { Some(self.expr_with(true, false)?) } else { None };
        Ok(Operation::CreateIndex { table, index: Index { name, parts, unique, predicate } })
    }

    fn index_part(&mut self) -> Result<IndexPart> {
        let expr = if self.eat_symbol("(") {
            let expr = self.expr_with(true, false)?;
            self.expect_symbol(")")?;
            expr
        } else {
            let call = self.peek_at(1).is_some_and(|next| next.kind == TokenKind::Symbol && next.text == "(");
            if call {
                return Err(self.expected("a column's name").with_help("Put an expression in parentheses"));
            }
            Expr::name(self.name("a column's name")?)
        };
        if self.at_keyword("COLLATE") {
            return Err(self.unsupported("COLLATE in an index"));
        }
        Ok(IndexPart { expr, descending: self.descending()? })
    }
}
