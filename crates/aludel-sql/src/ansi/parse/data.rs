//! INSERT, UPDATE and DELETE.

use super::{Parser, Result, SyntaxError};
use crate::{
    expr::{Expr, Name},
    name,
    operation::Operation,
    statement::{Delete, Insert, Rows, Update},
};

impl Parser<'_> {
    pub(super) fn insert(&mut self) -> Result<Operation> {
        self.expect("INSERT")?;
        if self.at_keyword("OR") || self.at_keyword("IGNORE") {
            return Err(self.upsert());
        }
        self.expect("INTO")?;
        let table = Name::Owned(self.table_name()?);
        if self.eat_all(&["DEFAULT", "VALUES"]) {
            let rows = Rows::Values(vec![Vec::new()]);
            return Ok(Operation::Insert(Insert {
                with: Vec::new(),
                table,
                columns: Vec::new(),
                rows,
                conflict: None,
                returning: Vec::new(),
            }));
        }
        if !self.at_symbol("(") {
            return Err(self
                .expected("the columns of the INSERT")
                .with_help("Name them: INSERT INTO table (a, b) VALUES (1, 2)"));
        }
        let columns: Vec<Name> = self.name_list()?.into_iter().map(Name::Owned).collect();
        if self.at_keyword("OVERRIDING") {
            return Err(self.error("`OVERRIDING` is not portable").with_help("Leave it out: given ids are taken"));
        }
        let rows = if self.at_keyword("SELECT") {
            Rows::Select(Box::new(self.insert_select(columns.len())?))
        } else {
            self.expect("VALUES")?;
            Rows::Values(self.comma_separated(|parser| parser.row(columns.len()))?)
        };
        if self.at_keyword("ON") {
            return Err(self.upsert());
        }
        if self.at_keyword("RETURNING") {
            return Err(self.error("a migration has no use for returned rows").with_help("Leave RETURNING out"));
        }
        Ok(Operation::Insert(Insert { with: Vec::new(), table, columns, rows, conflict: None, returning: Vec::new() }))
    }

    fn upsert(&self) -> SyntaxError {
        self.error("inserting or else updating is not portable")
            .with_help("Write INSERT … SELECT … WHERE NOT EXISTS (…), and an UPDATE for the rows that are there")
    }

    fn insert_select(&mut self, width: usize) -> Result<crate::statement::Select> {
        let start = self.span().start;
        let select = self.select()?;
        self.check_width(start, select.columns.len(), width)?;
        Ok(select)
    }

    fn row(&mut self, width: usize) -> Result<Vec<Expr>> {
        let start = self.span().start;
        self.expect_symbol("(")?;
        let row = self.comma_separated(|parser| parser.expr_with(false, true))?;
        self.expect_symbol(")")?;
        self.check_width(start, row.len(), width)?;
        Ok(row)
    }

    fn check_width(&self, start: usize, values: usize, columns: usize) -> Result<()> {
        if values == columns {
            return Ok(());
        }
        let message = format!("the INSERT has {} and {}", count(columns, "column"), count(values, "value"));
        Err(SyntaxError::new(self.since(start), message))
    }

    pub(super) fn update(&mut self) -> Result<Operation> {
        self.expect("UPDATE")?;
        let table = self.table_to_change("SET")?;
        self.expect("SET")?;
        let mut set: Vec<(Name, Expr)> = Vec::new();
        loop {
            let span = self.span();
            let column = self.name("a column's name")?;
            if self.at_symbol(".") {
                return Err(self.expected("`=`").with_help("Write the column alone, without its table"));
            }
            if set.iter().any(|(other, _)| *other == column) {
                return Err(SyntaxError::new(span, format!("the column `{column}` is set twice")));
            }
            self.expect_symbol("=")?;
            let value = self.expr()?;
            set.push((column.into(), value));
            if !self.eat_symbol(",") {
                break;
            }
        }
        if self.at_keyword("FROM") {
            return Err(self
                .error("`UPDATE … FROM` is not portable")
                .with_help("Write a sub-query: SET a = (SELECT b FROM other WHERE …)"));
        }
        let filter = self.change_filter()?;
        Ok(Operation::Update(Update { set, filter, ..Update::table(table) }))
    }

    pub(super) fn delete(&mut self) -> Result<Operation> {
        self.expect("DELETE")?;
        self.expect("FROM")?;
        let table = self.table_to_change("WHERE")?;
        if self.at_keyword("USING") {
            return Err(self
                .error("`DELETE … USING` is not portable")
                .with_help("Write WHERE EXISTS (SELECT 1 FROM other WHERE …)"));
        }
        let filter = self.change_filter()?;
        Ok(Operation::Delete(Delete { filter, ..Delete::table(table) }))
    }

    /// The table of an UPDATE or DELETE, which is its first source.
    fn table_to_change(&mut self, next: &str) -> Result<String> {
        let table = self.table_name()?;
        let alias = self.at_keyword("AS") || self.peek_at(1).is_some_and(|token| token.is_keyword(next));
        if alias && !self.at_keyword(next) {
            return Err(self.error("the table to change has no other name").with_help("Use the table's own name"));
        }
        self.scopes.push(vec![name::plain(&table).to_owned()]);
        Ok(table)
    }

    fn change_filter(&mut self) -> Result<Option<Expr>> {
        let filter = if self.eat("WHERE") { Some(self.expr()?) } else { None };
        if self.at_keyword("RETURNING") {
            return Err(self.error("a migration has no use for returned rows").with_help("Leave RETURNING out"));
        }
        if self.at_keyword("ORDER") || self.at_keyword("LIMIT") {
            return Err(self
                .error("changing only the first rows is not portable")
                .with_help("Say which rows in WHERE"));
        }
        self.scopes.pop();
        Ok(filter)
    }
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
