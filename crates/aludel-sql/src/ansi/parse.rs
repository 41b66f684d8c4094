//! The parser: recursive descent for statements, precedence climbing for expressions.

mod alter;
mod comment;
mod constraint;
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

use super::{
    error::SyntaxError,
    hint,
    lex::{Token, TokenKind, lex},
};
use crate::{expr::Expr, operation::Operation};

type Result<T> = std::result::Result<T, SyntaxError>;

/// How deep expressions and sub-queries can be in one another: far more than anybody writes, far less than the stack holds.
const MAX_DEPTH: usize = 128;

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

struct Parser<'a> {
    tokens: &'a [Token<'a>],
    at: usize,
    /// Where the text ends.
    end: usize,
    depth: usize,
    /// How many operators the expression at hand has chained so far.
    chained: usize,
    /// What the sources of the statement and of those around it are called, outermost first.
    scopes: Vec<Vec<String>>,
    /// Whether columns make sense where we are.
    columns: bool,
    /// Whether sub-queries do.
    subqueries: bool,
}

impl<'a> Parser<'a> {
    fn new(tokens: &'a [Token<'a>], end: usize) -> Self {
        Parser { tokens, at: 0, end, depth: 0, chained: 0, scopes: Vec::new(), columns: true, subqueries: true }
    }

    fn peek(&self) -> Option<&'a Token<'a>> {
        self.tokens.get(self.at)
    }

    fn peek_at(&self, ahead: usize) -> Option<&'a Token<'a>> {
        self.tokens.get(self.at + ahead)
    }

    /// Where the next token is, or the end of the text.
    fn span(&self) -> Range<usize> {
        self.peek().map_or(self.end..self.end, |token| token.span.clone())
    }

    /// From `start` to the end of the last token read.
    fn since(&self, start: usize) -> Range<usize> {
        let end = self.at.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(start, |token| token.span.end);
        start..end.max(start)
    }

    /// An error at the next token.
    fn error(&self, message: impl Into<String>) -> SyntaxError {
        SyntaxError::new(self.span(), message)
    }

    /// `expected …, found …`
    fn expected(&self, what: &str) -> SyntaxError {
        let error = self.error(format!("expected {what}, found {}", self.found()));
        if self.at_symbol("[") {
            return error.with_help("Write names in double quotes, and arrays as ARRAY[1, 2]");
        }
        error
    }

    fn found(&self) -> String {
        match self.peek() {
            None => "the end".to_owned(),
            Some(token) if token.kind == TokenKind::String => "a string".to_owned(),
            Some(token) => format!("`{}`", token.text),
        }
    }

    fn unsupported(&self, what: &str) -> SyntaxError {
        self.error(format!("not supported yet: {what}"))
    }

    fn at_keyword(&self, keyword: &str) -> bool {
        self.peek().is_some_and(|token| token.is_keyword(keyword))
    }

    fn at_keywords(&self, keywords: &[&str]) -> bool {
        keywords.iter().enumerate().all(|(i, keyword)| self.peek_at(i).is_some_and(|token| token.is_keyword(keyword)))
    }

    fn eat(&mut self, keyword: &str) -> bool {
        self.eat_all(&[keyword])
    }

    fn eat_all(&mut self, keywords: &[&str]) -> bool {
        let here = self.at_keywords(keywords);
        if here {
            self.at += keywords.len();
        }
        here
    }

    fn expect(&mut self, keyword: &str) -> Result<()> {
        if self.eat(keyword) { Ok(()) } else { Err(self.expected(keyword)) }
    }

    fn at_symbol(&self, symbol: &str) -> bool {
        self.peek().is_some_and(|token| token.kind == TokenKind::Symbol && token.text == symbol)
    }

    fn eat_symbol(&mut self, symbol: &str) -> bool {
        let here = self.at_symbol(symbol);
        self.at += usize::from(here);
        here
    }

    fn expect_symbol(&mut self, symbol: &str) -> Result<()> {
        if self.eat_symbol(symbol) { Ok(()) } else { Err(self.expected(&format!("`{symbol}`"))) }
    }

    /// One or more of something, with commas between.
    fn comma_separated<T>(&mut self, mut one: impl FnMut(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let mut all = vec![one(self)?];
        while self.eat_symbol(",") {
            all.push(one(self)?);
        }
        Ok(all)
    }

    /// A whole number that fits.
    fn whole<T: std::str::FromStr>(&mut self, what: &str) -> Result<T> {
        match self.peek() {
            Some(token) if token.kind == TokenKind::Number => {
                let number = token.text.parse().map_err(|_| self.error(format!("`{}` is not {what}", token.text)))?;
                self.at += 1;
                Ok(number)
            }
            _ => Err(self.expected(what)),
        }
    }

    /// Runs `read` one level deeper.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= MAX_DEPTH {
            return Err(self.error("the expression is nested too deep").with_help("Break it up"));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

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
                         other SQL goes between -- @on and -- @end"
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
                    .with_help("Put it between -- @on and -- @end, for the databases that have it");
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
        if self.at_keyword("CONCURRENTLY") { Err(self.unsupported("CONCURRENTLY")) } else { Ok(()) }
    }
}
