//! The parser: recursive descent for statements, precedence climbing for expressions.

mod alter;
mod comment;
mod constraint;
mod cursor;
mod data;
mod enumeration;
mod expr;
mod function;
mod index;
mod literal;
mod names;
mod select;
mod sequence;
mod table;
mod types;

use std::ops::Range;

use self::cursor::Parser;
use super::{
    error::SyntaxError,
    hint,
    lex::{Token, TokenKind, lex},
};
use crate::{expr::Expr, operation::Operation};

type Result<T> = std::result::Result<T, SyntaxError>;

/// How many operators one expression can chain to the left of each other, as `a + b + c` does: its tree is as deep.
/// AND and OR are flat and have no limit.
const MAX_CHAIN: usize = 1000;

/// A statement of a migration, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// What it does.
    pub operation: Operation,
    /// Byte offsets into the source, from the first word to the semicolon, which is included.
    pub span: Range<usize>,
}

/// The statements in a part of `source`, whose ends must be character boundaries. Each ends with a semicolon.
///
/// # Errors
/// The first thing that is not portable SQL.
pub fn parse(source: &str, range: Range<usize>) -> Result<Vec<Statement>> {
    let end = range.end;
    let tokens = lex(source, range)?;
    let mut parser = Parser::new(&tokens, end);
    let mut statements = Vec::new();
    while parser.at < tokens.len() {
        let start = parser.span().start;
        let operation = parser.statement()?;
        let end = parser.semicolon()?;
        statements.push(Statement { operation, span: start..end });
    }
    Ok(statements)
}

/// The expression that `source` is, over the columns of one row: what a check, a computed column or an index may say.
///
/// # Errors
/// It is no portable SQL, or reads other rows.
pub fn parse_expr(source: &str) -> Result<Expr> {
    let tokens = lex(source, 0..source.len())?;
    let mut parser = Parser::new(&tokens, source.len());
    let expr = parser.expr_with(true, false)?;
    if parser.at < tokens.len() { Err(parser.expected("the end of the expression")) } else { Ok(expr) }
}

/// What a statement can begin with.
const STATEMENTS: [&str; 8] = ["CREATE", "DROP", "ALTER", "COMMENT", "INSERT", "UPDATE", "DELETE", "CALL"];

impl Parser<'_> {
    fn semicolon(&mut self) -> Result<usize> {
        let end = self.span().end;
        if self.eat_symbol(";") {
            return Ok(end);
        }
        let last = self.since(0).end;
        let begins = self.peek().is_none_or(|token| STATEMENTS.iter().any(|keyword| token.is_keyword(keyword)));
        if begins {
            return Err(SyntaxError::new(last..last, "a `;` is missing at the end of the statement"));
        }
        if self.at_keyword("CASCADE") || self.at_keyword("RESTRICT") {
            return Err(self
                .error("nothing is dropped along with something else")
                .with_help("Drop what depends on it first, each by a statement of its own"));
        }
        if self.at_symbol(",") {
            return Err(self.error("one action a statement").with_help("Write a statement for each"));
        }
        if self.at_symbol("::") {
            return Err(self.error("`::` is not portable").with_help("Write CAST(a AS type)"));
        }
        Err(self.expected("`;`"))
    }

    fn statement(&mut self) -> Result<Operation> {
        let Some(token) = self.peek() else { return Err(self.expected("a statement")) };
        match token.text.to_ascii_uppercase().as_str() {
            _ if token.kind != TokenKind::Word => {
                if token.text == ";" {
                    return Err(self.error("an empty statement").with_help("Leave the second `;` out"));
                }
                Err(self.expected("a statement"))
            }
            "CREATE" => self.create(),
            "DROP" => self.drop(),
            "ALTER" => self.alter(),
            "INSERT" => self.insert(),
            "UPDATE" => self.update(),
            "DELETE" => self.delete(),
            "COMMENT" => self.comment(),
            "CALL" => self.call(),
            "REPLACE" | "MERGE" | "UPSERT" => Err(self
                .error(format!("`{}` is not portable", token.text))
                .with_help("Write INSERT … SELECT … WHERE NOT EXISTS (…)")),
            "TRUNCATE" => Err(self.error("`TRUNCATE` is not portable").with_help("Write DELETE FROM table")),
            "BEGIN" | "START" | "COMMIT" | "ROLLBACK" | "SAVEPOINT" => Err(self
                .error("transactions are not a migration's own business")
                .with_help("Leave it out; write the directive -- @commit where one must end")),
            "SELECT" | "WITH" => {
                Err(self.error("a migration has no use for the rows of a query").with_help("Leave it out"))
            }
            "RENAME" => Err(self.error("`RENAME` is not portable").with_help("Write ALTER TABLE a RENAME TO b")),
            word => {
                let mut error = self.error(format!("no statement begins with `{}`", token.text));
                error.help = hint::did_you_mean(word, STATEMENTS).or_else(|| {
                    Some(
                        "A migration has CREATE, DROP, ALTER, COMMENT, INSERT, UPDATE, DELETE and CALL; \
                         other SQL is run from Rust, by CALL name()"
                            .to_owned(),
                    )
                });
                Err(error)
            }
        }
    }

    fn create(&mut self) -> Result<Operation> {
        self.expect("CREATE")?;
        if self.at_keywords(&["OR", "REPLACE"]) {
            return Err(self.error("`OR REPLACE` is not portable").with_help("Drop the old one first"));
        }
        if self.at_keyword("TEMPORARY") || self.at_keyword("TEMP") {
            return Err(self.error("a migration makes no temporary tables"));
        }
        if self.eat("TABLE") {
            return self.create_table();
        }
        if self.eat_all(&["UNIQUE", "INDEX"]) {
            return self.create_index(true);
        }
        if self.eat("INDEX") {
            return self.create_index(false);
        }
        if self.eat("SCHEMA") {
            self.no_if_exists()?;
            return Ok(Operation::CreateSchema { name: self.plain_name("a schema's name")? });
        }
        if self.eat("SEQUENCE") {
            return self.create_sequence();
        }
        if self.eat("TYPE") {
            return self.create_type();
        }
        Err(self.not_yet("CREATE", "TABLE, INDEX, UNIQUE INDEX, TYPE, SCHEMA or SEQUENCE"))
    }

    fn drop(&mut self) -> Result<Operation> {
        self.expect("DROP")?;
        if self.eat("TABLE") {
            self.no_if_exists()?;
            return Ok(Operation::DropTable { name: self.table_name()? });
        }
        if self.eat("INDEX") {
            self.no_concurrently()?;
            self.no_if_exists()?;
            let name = self.object_name("an index's name")?;
            if self.at_keyword("ON") {
                return Err(self
                    .error("an index is dropped by its name alone")
                    .with_help("Leave ON and the table out: which table it is on is known"));
            }
            return Ok(Operation::DropIndex { name });
        }
        if self.eat("SCHEMA") {
            self.no_if_exists()?;
            return Ok(Operation::DropSchema { name: self.plain_name("a schema's name")? });
        }
        if self.eat("SEQUENCE") {
            return self.drop_sequence();
        }
        if self.eat("TYPE") {
            self.no_if_exists()?;
            return Ok(Operation::DropType { name: self.type_name()? });
        }
        Err(self.not_yet("DROP", "TABLE, INDEX, TYPE, SCHEMA or SEQUENCE"))
    }

    fn alter(&mut self) -> Result<Operation> {
        self.expect("ALTER")?;
        if self.eat("TABLE") {
            return self.alter_table();
        }
        if self.eat("INDEX") {
            self.no_if_exists()?;
            let name = self.object_name("an index's name")?;
            self.expect("RENAME")?;
            self.expect("TO")?;
            let to = self.new_name(&name, "the new name")?;
            return Ok(Operation::RenameIndex { name, to });
        }
        if self.eat("SEQUENCE") {
            return self.alter_sequence();
        }
        if self.eat("TYPE") {
            return self.alter_type();
        }
        Err(self.not_yet("ALTER", "TABLE, INDEX, TYPE or SEQUENCE"))
    }

    fn call(&mut self) -> Result<Operation> {
        self.expect("CALL")?;
        let name = self.name("a function's name")?;
        self.expect_symbol("(")?;
        if !self.at_symbol(")") {
            return Err(self
                .error("a function of the application takes no arguments")
                .with_help("Register one function for each case"));
        }
        self.expect_symbol(")")?;
        Ok(Operation::Call { name })
    }

    /// The kinds of objects that portable SQL has, or is going to have.
    fn not_yet(&self, verb: &str, expected: &str) -> SyntaxError {
        for kind in ["VIEW"] {
            if self.at_keyword(kind) {
                return self.unsupported(&format!("{verb} {kind}"));
            }
        }
        for kind in ["TRIGGER", "FUNCTION", "PROCEDURE", "EXTENSION", "DATABASE", "MATERIALIZED", "DOMAIN"] {
            if self.at_keyword(kind) {
                return self
                    .error(format!("`{verb} {kind}` is not portable"))
                    .with_help("Run it from Rust, by CALL name()");
            }
        }
        self.expected(expected)
    }

    fn no_if_exists(&self) -> Result<()> {
        if self.at_keywords(&["IF", "NOT", "EXISTS"]) || self.at_keywords(&["IF", "EXISTS"]) {
            let words = if self.at_keywords(&["IF", "NOT"]) { "IF NOT EXISTS" } else { "IF EXISTS" };
            return Err(self.error(format!("`{words}` has no place in a migration")).with_help(
                "Leave it out: which tables and indexes exist follows from the migrations before this one",
            ));
        }
        Ok(())
    }

    fn no_concurrently(&self) -> Result<()> {
        if !self.at_keyword("CONCURRENTLY") {
            return Ok(());
        }
        Err(self
            .error("a migration runs in a transaction, which can do nothing `CONCURRENTLY`")
            .with_help("Leave it out; or do it by hand, and record this revision with db stamp"))
    }
}
