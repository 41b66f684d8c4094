//! SELECT, as a sub-query and as the source of an INSERT.

use super::{Parser, Result, SyntaxError, TokenKind};
use crate::{
    name,
    statement::{Order, Relation, Select, Source},
};

impl Parser<'_> {
    pub(super) fn subquery(&mut self) -> Result<Select> {
        if !self.subqueries {
            return Err(self.error("a sub-query has no place here").with_help("Look at the row at hand only"));
        }
        self.select()
    }

    pub(super) fn select(&mut self) -> Result<Select> {
        self.within(true, true, Self::select_body)
    }

    fn select_body(&mut self) -> Result<Select> {
        self.expect("SELECT")?;
        let distinct = self.eat("DISTINCT");
        // Columns may say which table they are of, so the tables are read first.
        let columns_at = self.at;
        let from_at = self.find_from();
        let mut from = Vec::new();
        if let Some(at) = from_at {
            self.at = at + 1;
            from = self.sources()?;
        }
        // Sources are numbered through the statements around, so that no two in sight have one number.
        let outer: usize = self.scopes.iter().map(Vec::len).sum();
        for (number, source) in (outer..).zip(&mut from) {
            source.id = u32::try_from(number).unwrap_or(u32::MAX);
        }
        let after = self.at;
        self.at = columns_at;
        self.scopes.push(from.iter().map(|source| visible_name(source).to_owned()).collect());
        let columns = self.comma_separated(|parser| {
            let column = parser.expr()?;
            if parser.at_keyword("AS") {
                return Err(parser
                    .error("a column of a SELECT gets no name here")
                    .with_help("Leave the name out: columns go by their order"));
            }
            Ok(column)
        })?;
        if let Some(at) = from_at {
            if self.at != at {
                return Err(self.expected("`,` or FROM"));
            }
            self.at = after;
        }
        let filter = if self.eat("WHERE") { Some(self.expr()?) } else { None };
        let group_by = if self.by("GROUP")? { self.comma_separated(Self::expr)? } else { Vec::new() };
        if self.at_keyword("HAVING") {
            return Err(self.unsupported("HAVING"));
        }
        let order_by = if self.by("ORDER")? { self.comma_separated(Self::order)? } else { Vec::new() };
        if self.at_keyword("FETCH") {
            return Err(self.error("`FETCH` is not portable").with_help("Write LIMIT n"));
        }
        let limit = if self.eat("LIMIT") { Some(self.whole("a number of rows")?) } else { None };
        let offset = if self.eat("OFFSET") { Some(self.whole("a number of rows")?) } else { None };
        for keyword in ["UNION", "INTERSECT", "EXCEPT"] {
            if self.at_keyword(keyword) {
                return Err(self.unsupported(keyword));
            }
        }
        self.scopes.pop();
        let columns = columns.into();
        Ok(Select { distinct, columns, from, filter, group_by, order_by, limit, offset, ..Select::default() })
    }

    /// Where the FROM of the SELECT is whose columns come next, if it has one.
    fn find_from(&self) -> Option<usize> {
        let mut parentheses = 0_usize;
        for (at, token) in self.tokens.iter().enumerate().skip(self.at) {
            match token.text {
                _ if token.kind != TokenKind::Symbol => {
                    // The FROM of `IS DISTINCT FROM` is another one.
                    let distinct = at > self.at && self.tokens[at - 1].is_keyword("DISTINCT");
                    if parentheses == 0 && token.is_keyword("FROM") && !distinct {
                        return Some(at);
                    }
                }
                "(" => parentheses += 1,
                ")" => parentheses = parentheses.checked_sub(1)?,
                ";" => return None,
                _ => {}
            }
        }
        None
    }

    fn sources(&mut self) -> Result<Vec<Source>> {
        let mut sources: Vec<Source> = Vec::new();
        loop {
            let start = self.span().start;
            if self.at_symbol("(") {
                return Err(self.unsupported("a sub-query in FROM"));
            }
            let mut source = Source::table(self.table_name()?);
            let alias = self.eat("AS")
                || self.peek().is_some_and(|token| match token.kind {
                    TokenKind::Quoted => true,
                    TokenKind::Word => !name::is_reserved(&token.text.to_lowercase()),
                    _ => false,
                });
            if alias {
                source.alias = Some(self.name("another name for the table")?.into());
            }
            if sources.iter().any(|other| visible_name(other) == visible_name(&source)) {
                return Err(SyntaxError::new(
                    self.since(start),
                    format!("two tables of the statement are called `{}`", visible_name(&source)),
                )
                .with_help("Give one of them another name with AS"));
            }
            sources.push(source);
            for keyword in ["JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "NATURAL"] {
                if self.at_keyword(keyword) {
                    return Err(self
                        .unsupported("JOIN")
                        .with_help("Write the tables with a comma between, and the condition after WHERE"));
                }
            }
            if !self.eat_symbol(",") {
                return Ok(sources);
            }
        }
    }

    /// `GROUP BY` or `ORDER BY`
    fn by(&mut self, keyword: &str) -> Result<bool> {
        if !self.eat(keyword) {
            return Ok(false);
        }
        self.expect("BY")?;
        Ok(true)
    }

    fn order(&mut self) -> Result<Order> {
        let expr = self.expr()?;
        let descending = self.descending()?;
        Ok(Order { expr, descending, nulls: None })
    }

    /// `ASC`, `DESC` or nothing.
    pub(super) fn descending(&mut self) -> Result<bool> {
        let descending = !self.eat("ASC") && self.eat("DESC");
        if self.at_keyword("NULLS") {
            return Err(self.error("where NULLs come in an order is not portable").with_help("Leave it out"));
        }
        Ok(descending)
    }
}

fn visible_name(source: &Source) -> &str {
    match (&source.alias, &source.relation) {
        (Some(alias), _) => alias,
        (None, Relation::Table(table)) => name::plain(table),
        (None, _) => "",
    }
}
