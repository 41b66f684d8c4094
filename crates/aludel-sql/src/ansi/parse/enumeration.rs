//! Enum types.

use super::{Parser, Result, SyntaxError, TokenKind, hint};
use crate::{
    name,
    operation::{Operation, Place, TypeChange},
    types::{check_label, check_name},
};

impl Parser<'_> {
    /// Whether the word that stands here, where a type is wanted, is the name of an enum type.
    pub(super) fn at_enum_type(&self) -> bool {
        let called = self.peek_at(1).is_some_and(|next| next.kind == TokenKind::Symbol && next.text == "(");
        let plain = |word: &str| !name::needs_quotes(word) && !hint::is_type_word(word);
        !called && self.peek().is_some_and(|token| token.kind == TokenKind::Word && plain(token.text))
    }

    pub(super) fn type_name(&mut self) -> Result<String> {
        let span = self.span();
        let name = self.plain_name("a type's name")?;
        match check_name(&name) {
            Ok(()) => Ok(name),
            Err(why) => Err(SyntaxError::new(span, format!("`{name}` cannot be the name of an enum type: {why}"))
                .with_help("Choose another name")),
        }
    }

    /// `n AS ENUM ('a', …)`
    pub(super) fn create_type(&mut self) -> Result<Operation> {
        self.no_if_exists()?;
        let name = self.type_name()?;
        self.expect("AS")?;
        if !self.eat("ENUM") {
            return Err(self.expected("ENUM").with_help("Only enum types are portable"));
        }
        self.expect_symbol("(")?;
        let mut labels: Vec<String> = Vec::new();
        loop {
            let span = self.span();
            let label = self.label()?;
            if labels.contains(&label) {
                return Err(SyntaxError::new(span, format!("the value '{label}' is there twice")));
            }
            labels.push(label);
            if !self.eat_symbol(",") {
                break;
            }
        }
        self.expect_symbol(")")?;
        Ok(Operation::CreateType { name, labels })
    }

    pub(super) fn alter_type(&mut self) -> Result<Operation> {
        self.no_if_exists()?;
        let name = self.type_name()?;
        if self.eat_all(&["RENAME", "TO"]) {
            return Ok(Operation::RenameType { name, to: self.type_name()? });
        }
        let change = if self.eat_all(&["ADD", "VALUE"]) {
            self.no_if_exists()?;
            let label = self.label()?;
            let place = if self.eat("BEFORE") {
                Place::Before(self.label()?)
            } else if self.eat("AFTER") {
                Place::After(self.label()?)
            } else {
                Place::Last
            };
            TypeChange::AddValue { label, place }
        } else if self.eat_all(&["RENAME", "VALUE"]) {
            let label = self.label()?;
            self.expect("TO")?;
            TypeChange::RenameValue { label, to: self.label()? }
        } else if self.eat_all(&["DROP", "VALUE"]) {
            let label = self.label()?;
            let using = if self.eat("USING") { Some(self.label()?) } else { None };
            TypeChange::DropValue { label, using }
        } else {
            return Err(self.expected("RENAME TO, ADD VALUE, RENAME VALUE or DROP VALUE"));
        };
        Ok(Operation::AlterType { name, change })
    }

    fn label(&mut self) -> Result<String> {
        let Some(token) = self.peek().filter(|token| token.kind == TokenKind::String) else {
            return Err(self.expected("a value in single quotes"));
        };
        let label = token.value().into_owned();
        if let Err(why) = check_label(&label) {
            return Err(self.error(format!("this cannot be a value of an enum: {why}")));
        }
        self.at += 1;
        Ok(label)
    }
}
