//! Names.

use super::{Parser, Result, SyntaxError, TokenKind};
use crate::name;

impl Parser<'_> {
    /// A name: `what` says of what, for the error.
    pub(super) fn name(&mut self, what: &str) -> Result<String> {
        let Some(token) = self.peek() else { return Err(self.expected(what)) };
        let name = token.value().into_owned();
        match token.kind {
            TokenKind::Quoted if name.is_empty() => return Err(self.error("a name cannot be empty")),
            TokenKind::Quoted => {}
            TokenKind::Word if !name::needs_quotes(&name) => {}
            TokenKind::Word => return Err(self.bare_name(&name, what)),
            _ => return Err(self.expected(what)),
        }
        if name.len() > name::MAX_LEN {
            return Err(self
                .error(format!("the name is longer than {} bytes", name::MAX_LEN))
                .with_help("Shorten it: databases cut longer names off, or refuse them"));
        }
        self.at += 1;
        Ok(name)
    }

    pub(super) fn table_name(&mut self) -> Result<String> {
        self.object_name("a table's name")
    }

    /// The name of something a schema can hold, with its schema where it has one: `billing.invoice`.
    pub(super) fn object_name(&mut self, what: &str) -> Result<String> {
        let name = self.plain_name(what)?;
        if !self.eat_symbol(".") {
            return Ok(name);
        }
        let object = self.plain_name(what)?;
        if self.at_symbol(".") {
            return Err(self.error("no more than a schema stands before a name").with_help("Leave the database out"));
        }
        Ok(name::qualified(Some(&name), &object))
    }

    /// A name without a dot in it: of a schema, or of something in one.
    pub(super) fn plain_name(&mut self, what: &str) -> Result<String> {
        let span = self.span();
        let name = self.name(what)?;
        if name.contains('.') {
            return Err(SyntaxError::new(span, format!("{what} has no dot inside"))
                .with_help("Quote a schema and a name each for itself, \"billing\".\"invoice\""));
        }
        Ok(name)
    }

    /// What stands after RENAME TO: a name in the schema that `name` is in.
    pub(super) fn new_name(&mut self, name: &str, what: &str) -> Result<String> {
        let new = self.plain_name(what)?;
        if self.at_symbol(".") {
            return Err(self
                .error("what is renamed stays in its schema")
                .with_help("Leave the schema of the new name out"));
        }
        Ok(name::beside(name, &new))
    }

    fn bare_name(&self, name: &str, what: &str) -> SyntaxError {
        let lower = name.to_lowercase();
        if name::is_reserved(&lower) {
            // In capitals it is a keyword, and rather a name forgotten than one misspelt.
            if name.chars().all(|c| !c.is_lowercase()) {
                return self.expected(what).with_help(format!("Quote it if it is a name: \"{lower}\""));
            }
            return self
                .error(format!("`{name}` is a reserved word in one of the databases"))
                .with_help(format!("Quote it: \"{name}\""));
        }
        self.error("names without quotes are lower-case letters, digits and underscores")
            .with_help(format!("Quote it: \"{name}\""))
    }

    /// `(name, …)`, no name twice.
    pub(super) fn name_list(&mut self) -> Result<Vec<String>> {
        self.expect_symbol("(")?;
        let mut names: Vec<String> = Vec::new();
        loop {
            let span = self.span();
            let name = self.name("a column's name")?;
            if names.contains(&name) {
                return Err(SyntaxError::new(span, format!("the column `{name}` is named twice")));
            }
            names.push(name);
            if !self.eat_symbol(",") {
                break;
            }
        }
        self.expect_symbol(")")?;
        Ok(names)
    }
}
