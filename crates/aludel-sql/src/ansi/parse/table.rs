//! CREATE TABLE and its columns.

use std::ops::Range;

use super::{Parser, Result, SyntaxError, TokenKind, constraint::Element};
use crate::{
    expr::Expr,
    name,
    operation::Operation,
    schema::{Column, Generated, Table},
    types::Type,
};

/// Of a column as it is read: what the table has to know.
pub(super) struct ColumnDef {
    pub(super) column: Column,
    pub(super) primary_key: Option<Range<usize>>,
}

impl Parser<'_> {
    pub(super) fn create_table(&mut self) -> Result<Operation> {
        self.no_if_exists()?;
        let mut table = Table { name: self.table_name()?, ..Table::default() };
        if self.at_keyword("AS") || self.at_keyword("LIKE") {
            return Err(self.error("a migration names the columns of its tables").with_help("Write them out"));
        }
        let mut identity = None;
        let mut keys: Vec<(Vec<String>, Range<usize>)> = Vec::new();
        self.expect_symbol("(")?;
        loop {
            let start = self.span().start;
            if self.at_constraint() {
                let element = self.constraint(&table.name)?;
                let span = self.since(start);
                keys.push((element.columns().to_vec(), span.clone()));
                element.add_to(&mut table, span)?;
            } else {
                let ColumnDef { column, primary_key } = self.column_def(&table.name)?;
                let span = self.since(start);
                if table.column(&column.name).is_some() {
                    return Err(SyntaxError::new(span, format!("the table has a column `{}` already", column.name)));
                }
                if let Some(span) = primary_key {
                    Element::PrimaryKey(vec![column.name.clone()]).add_to(&mut table, span)?;
                }
                if column.identity.is_some() {
                    identity = Some((column.name.clone(), span));
                }
                table.columns.push(column);
            }
            if !self.eat_symbol(",") {
                break;
            }
        }
        self.expect_symbol(")")?;
        if let Some((name, span)) = identity
            && table.primary_key != [name]
        {
            return Err(SyntaxError::new(span, "an identity column is the whole primary key of its table")
                .with_help("Write PRIMARY KEY after IDENTITY, or leave IDENTITY out"));
        }
        if table.columns.is_empty() {
            return Err(SyntaxError::new(self.since(0), "a table needs at least one column"));
        }
        for (columns, span) in keys {
            if let Some(missing) = columns.iter().find(|name| table.column(name).is_none()) {
                return Err(SyntaxError::new(span, format!("the table `{}` has no column `{missing}`", table.name)));
            }
        }
        for column in &mut table.columns {
            if table.primary_key.contains(&column.name) {
                column.nullable = false;
            }
        }
        if self.at_keyword("COMMENT") {
            return Err(self.a_comment(&format!("TABLE {}", table.name)));
        }
        for word in ["ENGINE", "WITHOUT", "STRICT", "WITH", "PARTITION", "INHERITS", "TABLESPACE", "AS"] {
            if self.at_keyword(word) {
                return Err(self.error(format!("`{word}` after a table is not portable")).with_help("Leave it out"));
            }
        }
        Ok(Operation::CreateTable(table))
    }

    pub(super) fn column_def(&mut self, table: &str) -> Result<ColumnDef> {
        if self.at_keyword("INDEX") || self.at_keyword("KEY") || self.at_keyword("FULLTEXT") {
            return Err(self.error("an index is not part of a table").with_help("Write CREATE INDEX after the table"));
        }
        let mut column = Column { nullable: true, ..Column::new(self.name("a column's name")?, Type::Text) };
        column.ty = self.ty()?;
        let mut not_null = false;
        let mut primary_key = None;
        loop {
            let span = self.span();
            if self.eat("GENERATED") {
                self.generated(&mut column, span)?;
            } else if self.eat_all(&["NOT", "NULL"]) {
                if not_null {
                    return Err(SyntaxError::new(self.since(span.start), "NOT NULL is said twice"));
                }
                not_null = true;
            } else if self.eat("DEFAULT") {
                if column.default.is_some() {
                    return Err(SyntaxError::new(span, "DEFAULT is said twice"));
                }
                column.default = Some(self.default()?);
            } else if self.eat("COLLATE") {
                if column.collation.is_some() {
                    return Err(SyntaxError::new(span, "COLLATE is said twice"));
                }
                column.collation = Some(self.name("a collation's name in double quotes")?);
            } else if self.eat_all(&["PRIMARY", "KEY"]) {
                if primary_key.is_some() {
                    return Err(SyntaxError::new(self.since(span.start), "PRIMARY KEY is said twice"));
                }
                primary_key = Some(self.since(span.start));
            } else {
                break;
            }
        }
        self.no_column_constraint(table, &column)?;
        if column.default.is_some() && (column.identity.is_some() || column.generated.is_some()) {
            return Err(self.error("a column that the database fills has no default").with_help("Leave DEFAULT out"));
        }
        if column.generated.is_some() && primary_key.is_some() {
            return Err(self.error("a computed column cannot be the primary key"));
        }
        column.nullable = !not_null && primary_key.is_none() && column.identity.is_none();
        Ok(ColumnDef { column, primary_key })
    }

    fn generated(&mut self, column: &mut Column, span: Range<usize>) -> Result<()> {
        if column.identity.is_some() || column.generated.is_some() {
            return Err(SyntaxError::new(span, "GENERATED is said twice"));
        }
        if self.eat_all(&["BY", "DEFAULT", "AS", "IDENTITY"]) {
            if !matches!(column.ty, Type::BigInt | Type::Integer) {
                return Err(SyntaxError::new(
                    self.since(span.start),
                    format!("an identity column cannot be {}", column.ty),
                )
                .with_help("Make it BIGINT or INTEGER"));
            }
            column.identity = Some(self.identity_options(&column.name)?);
            return Ok(());
        }
        if self.at_keywords(&["ALWAYS", "AS", "IDENTITY"]) {
            return Err(self
                .error("not every database can insist on its own numbers")
                .with_help("Write GENERATED BY DEFAULT AS IDENTITY"));
        }
        self.expect("ALWAYS")?;
        self.expect("AS")?;
        self.expect_symbol("(")?;
        let expr = self.expr_with(true, false)?;
        self.expect_symbol(")")?;
        let stored = self.eat("STORED");
        if !stored && !self.eat("VIRTUAL") {
            return Err(self.expected("STORED or VIRTUAL"));
        }
        column.generated = Some(Generated { expr, stored });
        Ok(())
    }

    /// What follows a column elsewhere, and is said otherwise here.
    fn no_column_constraint(&self, table: &str, column: &Column) -> Result<()> {
        if self.at_keyword("COMMENT") {
            return Err(self.a_comment(&format!("COLUMN {table}.{}", column.name)));
        }
        let own = [column.name.as_str()];
        let at = |words: &[&str]| words.iter().any(|word| self.at_keyword(word));
        if at(&["AUTO_INCREMENT", "AUTOINCREMENT", "IDENTITY"]) {
            return Err(self
                .error(format!("{} is not portable", self.found()))
                .with_help("Write BIGINT GENERATED BY DEFAULT AS IDENTITY"));
        }
        if at(&["NULL"]) {
            return Err(self.error("a column may be NULL unless it says NOT NULL").with_help("Leave NULL out"));
        }
        let constraint = if at(&["UNIQUE"]) {
            format!("CONSTRAINT {} UNIQUE ({})", name::unique_name(table, &own), column.name)
        } else if at(&["CHECK"]) {
            format!("CONSTRAINT {} CHECK (…)", name::check_name(table, &column.name))
        } else if at(&["REFERENCES"]) {
            let name = name::foreign_key_name(table, &own);
            format!("CONSTRAINT {name} FOREIGN KEY ({}) REFERENCES …", column.name)
        } else if at(&["CONSTRAINT"]) {
            "CONSTRAINT name …".to_owned()
        } else if self.at_symbol("::") {
            return Err(self.error("`::` is not portable").with_help("Write CAST(a AS type)"));
        } else {
            return Ok(());
        };
        Err(self
            .error("constraints come after the columns, each with a name")
            .with_help(format!("Write {constraint} on a line of its own")))
    }

    fn a_comment(&self, on: &str) -> SyntaxError {
        self.error("a comment is a statement of its own")
            .with_help(format!("Write COMMENT ON {on} IS '…' after the table"))
    }

    /// What stands after DEFAULT: one operand, or anything in parentheses.
    pub(super) fn default(&mut self) -> Result<Expr> {
        let operand = |token: &super::Token<'_>| {
            !["CASE", "CAST", "EXISTS", "NOT", "SELECT"].iter().any(|word| token.is_keyword(word))
        };
        if !self.peek().is_some_and(operand) {
            return Err(self.expected("a default").with_help("Put an expression in parentheses"));
        }
        let parenthesised = self.at_symbol("(");
        let negative = self.at_symbol("-");
        if negative && self.peek_at(1).is_none_or(|token| token.kind != TokenKind::Number) {
            return Err(self.expected("a default").with_help("Put an expression in parentheses"));
        }
        self.within(false, false, |parser| {
            parser.chained = 0;
            let default = parser.level(crate::render::Level::Primary)?;
            if !parenthesised && parser.at_operator() {
                return Err(parser
                    .error("a default that is an expression stands in parentheses")
                    .with_help("Write DEFAULT (a + b)"));
            }
            Ok(default)
        })
    }

    fn at_operator(&self) -> bool {
        self.peek().is_some_and(|token| {
            token.kind == TokenKind::Symbol && !matches!(token.text, "," | ")" | ";" | "(" | "." | "::")
        })
    }
}
