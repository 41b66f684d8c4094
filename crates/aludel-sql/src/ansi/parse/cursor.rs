//! The parser's place in the text, and the words every rule is written with.

use std::ops::Range;

use super::Result;
use crate::ansi::{
    error::SyntaxError,
    lex::{Token, TokenKind},
};

/// How deep expressions and sub-queries can be in one another: far more than anybody writes, far less than the stack holds.
const MAX_DEPTH: usize = 128;

/// A parser, and where it is in the text.
pub(super) struct Parser<'a> {
    pub(super) tokens: &'a [Token<'a>],
    pub(super) at: usize,
    /// Where the text ends.
    pub(super) end: usize,
    pub(super) depth: usize,
    /// How many operators the expression at hand has chained so far.
    pub(super) chained: usize,
    /// What the sources of the statement and of those around it are called, outermost first.
    pub(super) scopes: Vec<Vec<String>>,
    /// Whether columns make sense where we are.
    pub(super) columns: bool,
    /// Whether sub-queries do.
    pub(super) subqueries: bool,
}

impl<'a> Parser<'a> {
    pub(super) fn new(tokens: &'a [Token<'a>], end: usize) -> Self {
        Parser { tokens, at: 0, end, depth: 0, chained: 0, scopes: Vec::new(), columns: true, subqueries: true }
    }

    pub(super) fn peek(&self) -> Option<&'a Token<'a>> {
        self.tokens.get(self.at)
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<&'a Token<'a>> {
        self.tokens.get(self.at + ahead)
    }

    /// Where the next token is, or the end of the text.
    pub(super) fn span(&self) -> Range<usize> {
        self.peek().map_or(self.end..self.end, |token| token.span.clone())
    }

    /// From `start` to the end of the last token read.
    pub(super) fn since(&self, start: usize) -> Range<usize> {
        let end = self.at.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(start, |token| token.span.end);
        start..end.max(start)
    }

    /// An error at the next token.
    pub(super) fn error(&self, message: impl Into<String>) -> SyntaxError {
        SyntaxError::new(self.span(), message)
    }

    /// `expected …, found …`
    pub(super) fn expected(&self, what: &str) -> SyntaxError {
        let error = self.error(format!("expected {what}, found {}", self.found()));
        if self.at_symbol("[") {
            return error.with_help("Write names in double quotes, and arrays as ARRAY[1, 2]");
        }
        error
    }

    pub(super) fn found(&self) -> String {
        match self.peek() {
            None => "the end".to_owned(),
            Some(token) if token.kind == TokenKind::String => "a string".to_owned(),
            Some(token) => format!("`{}`", token.text),
        }
    }

    pub(super) fn unsupported(&self, what: &str) -> SyntaxError {
        self.error(format!("not supported yet: {what}"))
    }

    pub(super) fn at_keyword(&self, keyword: &str) -> bool {
        self.peek().is_some_and(|token| token.is_keyword(keyword))
    }

    pub(super) fn at_keywords(&self, keywords: &[&str]) -> bool {
        keywords.iter().enumerate().all(|(i, keyword)| self.peek_at(i).is_some_and(|token| token.is_keyword(keyword)))
    }

    pub(super) fn eat(&mut self, keyword: &str) -> bool {
        self.eat_all(&[keyword])
    }

    pub(super) fn eat_all(&mut self, keywords: &[&str]) -> bool {
        let here = self.at_keywords(keywords);
        if here {
            self.at += keywords.len();
        }
        here
    }

    pub(super) fn expect(&mut self, keyword: &str) -> Result<()> {
        if self.eat(keyword) { Ok(()) } else { Err(self.expected(keyword)) }
    }

    pub(super) fn at_symbol(&self, symbol: &str) -> bool {
        self.peek().is_some_and(|token| token.kind == TokenKind::Symbol && token.text == symbol)
    }

    pub(super) fn eat_symbol(&mut self, symbol: &str) -> bool {
        let here = self.at_symbol(symbol);
        self.at += usize::from(here);
        here
    }

    pub(super) fn expect_symbol(&mut self, symbol: &str) -> Result<()> {
        if self.eat_symbol(symbol) { Ok(()) } else { Err(self.expected(&format!("`{symbol}`"))) }
    }

    /// One or more of something, with commas between.
    pub(super) fn comma_separated<T>(&mut self, mut one: impl FnMut(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let mut all = vec![one(self)?];
        while self.eat_symbol(",") {
            all.push(one(self)?);
        }
        Ok(all)
    }

    /// A whole number that fits.
    pub(super) fn whole<T: std::str::FromStr>(&mut self, what: &str) -> Result<T> {
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
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= MAX_DEPTH {
            return Err(self.error("the expression is nested too deep").with_help("Break it up"));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }
}
