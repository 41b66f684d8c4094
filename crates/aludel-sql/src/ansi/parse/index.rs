//! CREATE INDEX.

use std::collections::BTreeMap;

use super::{Parser, Result, SyntaxError, TokenKind};
use crate::{
    ansi::lex::Token,
    expr::Expr,
    operation::Operation,
    schema::{FULL_TEXT, Index, IndexPart, Nulls, SPATIAL},
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
        let method = match self.eat("USING") {
            // Reserved words elsewhere; here nothing else can stand.
            true if self.eat("FULLTEXT") => Some(FULL_TEXT.to_owned()),
            true if self.eat("SPATIAL") => Some(SPATIAL.to_owned()),
            true => Some(self.name("an index method, such as gin")?),
            false => None,
        };
        self.expect_symbol("(")?;
        let parts = self.comma_separated(Self::index_part)?;
        self.expect_symbol(")")?;
        let include = if self.eat("INCLUDE") { self.name_list()? } else { Vec::new() };
        let start = self.span().start;
        let nulls_not_distinct = self.nulls_not_distinct()?;
        if nulls_not_distinct && !unique {
            let message = "only a unique index can say NULLS NOT DISTINCT";
            return Err(SyntaxError::new(self.since(start), message).with_help("Write CREATE UNIQUE INDEX"));
        }
        let with = self.storage()?;
        if self.at_keyword("TABLESPACE") {
            return Err(self
                .error("on which disk an index is kept is no part of it")
                .with_help("Leave it out: ALTER INDEX … SET TABLESPACE moves it at any time"));
        }
        // The method of an index that says none.
        let method = method.filter(|method| method != "btree");
        let predicate = if self.eat("WHERE") { Some(self.expr_with(true, false)?) } else { None };
        let index = Index { name, parts, unique, nulls_not_distinct, method, include, with, predicate };
        Ok(Operation::CreateIndex { table, index })
    }

    /// `NULLS [NOT] DISTINCT`
    pub(super) fn nulls_not_distinct(&mut self) -> Result<bool> {
        if !self.eat("NULLS") {
            return Ok(false);
        }
        let not = self.eat("NOT");
        self.expect("DISTINCT")?;
        Ok(not)
    }

    /// `WITH (fillfactor = 70, …)`
    fn storage(&mut self) -> Result<BTreeMap<String, String>> {
        let mut with = BTreeMap::new();
        if !self.eat("WITH") {
            return Ok(with);
        }
        self.expect_symbol("(")?;
        let parameters = self.comma_separated(|parser| {
            let span = parser.span();
            let name = parser.name("a storage parameter, such as fillfactor")?;
            parser.expect_symbol("=")?;
            let value = match parser.peek() {
                Some(token) if matches!(token.kind, TokenKind::Word | TokenKind::Number) => token.text.to_lowercase(),
                _ => return Err(parser.expected("a number, or a word such as off")),
            };
            parser.at += 1;
            Ok((span, name, value))
        })?;
        self.expect_symbol(")")?;
        for (span, name, value) in parameters {
            if with.contains_key(&name) {
                return Err(SyntaxError::new(span, format!("`{name}` is said twice")));
            }
            with.insert(name, value);
        }
        Ok(with)
    }

    pub(super) fn index_part(&mut self) -> Result<IndexPart> {
        let mut prefix = None;
        let expr = if self.eat_symbol("(") {
            let expr = self.expr_with(true, false)?;
            self.expect_symbol(")")?;
            expr
        } else {
            let call = self.peek_at(1).is_some_and(|next| next.kind == TokenKind::Symbol && next.text == "(");
            if call && self.peek_at(2).is_none_or(|inside| inside.kind != TokenKind::Number) {
                return Err(self.expected("a column's name").with_help("Put an expression in parentheses"));
            }
            let column = self.name("a column's name")?;
            if self.eat_symbol("(") {
                prefix = Some(self.whole("how much of the column is indexed")?);
                self.expect_symbol(")")?;
            }
            Expr::name(column)
        };
        if self.at_keyword("COLLATE") {
            return Err(self.unsupported("COLLATE in an index"));
        }
        let ends = |token: &Token<'_>| ["ASC", "DESC", "NULLS", "WITH"].iter().any(|word| token.is_keyword(word));
        let ops = match self.peek() {
            Some(token) if matches!(token.kind, TokenKind::Word | TokenKind::Quoted) && !ends(token) => {
                Some(self.name("an operator class, such as text_pattern_ops")?)
            }
            _ => None,
        };
        let descending = !self.eat("ASC") && self.eat("DESC");
        let part = IndexPart { prefix, ops, descending, ..IndexPart::new(expr) };
        Ok(match self.eat("NULLS") {
            false => part,
            true if self.eat("FIRST") => part.nulls(Nulls::First),
            true if self.eat("LAST") => part.nulls(Nulls::Last),
            true => return Err(self.expected("FIRST or LAST")),
        })
    }
}
