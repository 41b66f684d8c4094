//! CREATE, ALTER and DROP SEQUENCE, and NEXT VALUE FOR.

use super::{Parser, Result, SyntaxError, TokenKind};
use crate::{
    error::Error,
    expr::Expr,
    operation::Operation,
    schema::{Counter, Sequence, SequenceOption},
};

const NAME: &str = "a sequence's name";

impl Parser<'_> {
    pub(super) fn create_sequence(&mut self) -> Result<Operation> {
        self.no_if_exists()?;
        let start = self.span().start;
        let name = self.object_name(NAME)?;
        if self.at_keyword("AS") {
            return Err(self.error("every sequence counts in BIGINT").with_help("Leave AS and the type out"));
        }
        let sequence = Sequence { name, counter: Counter::new(&self.sequence_options()?) };
        sequence.check().map_err(|error| self.cannot_count(start, &error))?;
        Ok(Operation::CreateSequence(sequence))
    }

    /// What stands in parentheses after IDENTITY, if anything does.
    pub(super) fn identity_options(&mut self, column: &str) -> Result<Counter> {
        let start = self.span().start;
        if !self.eat_symbol("(") {
            return Ok(Counter::default());
        }
        let options = self.sequence_options()?;
        if options.is_empty() {
            return Err(self.expected("an option such as START WITH"));
        }
        self.expect_symbol(")")?;
        let counter = Counter::new(&options);
        let what = format!("the identity column `{column}`");
        counter.check(&what).map_err(|error| self.cannot_count(start, &error))?;
        Ok(counter)
    }

    /// `SET START WITH 1000 SET INCREMENT BY 10`, of an identity column; empty if something else is set.
    pub(super) fn identity_changes(&mut self) -> Result<Vec<SequenceOption>> {
        let mut changes = Vec::new();
        loop {
            let start = self.at;
            let option = if self.eat("SET") { self.new_option(&changes)? } else { None };
            match option {
                Some(option) => changes.push(option),
                None => {
                    self.at = start;
                    return Ok(changes);
                }
            }
        }
    }

    fn cannot_count(&self, start: usize, error: &Error) -> SyntaxError {
        let wrong = SyntaxError::new(self.since(start), error.message().to_owned());
        wrong.with_help(error.help().unwrap_or_default().to_owned())
    }

    pub(super) fn alter_sequence(&mut self) -> Result<Operation> {
        self.no_if_exists()?;
        let name = self.object_name(NAME)?;
        if self.eat("RENAME") {
            self.expect("TO")?;
            let to = self.new_name(&name, "the new name")?;
            return Ok(Operation::RenameSequence { name, to });
        }
        let changes = self.sequence_options()?;
        if changes.is_empty() {
            return Err(self.expected("RENAME TO, or an option such as INCREMENT BY"));
        }
        Ok(Operation::AlterSequence { name, changes })
    }

    pub(super) fn drop_sequence(&mut self) -> Result<Operation> {
        self.no_if_exists()?;
        Ok(Operation::DropSequence { name: self.object_name(NAME)? })
    }

    /// `NEXT VALUE FOR name`
    pub(super) fn next_value(&mut self) -> Result<Expr> {
        self.at += 3;
        Ok(Expr::NextValue(self.object_name(NAME)?.into()))
    }

    fn sequence_options(&mut self) -> Result<Vec<SequenceOption>> {
        let mut options: Vec<SequenceOption> = Vec::new();
        while let Some(option) = self.new_option(&options)? {
            options.push(option);
        }
        Ok(options)
    }

    fn new_option(&mut self, known: &[SequenceOption]) -> Result<Option<SequenceOption>> {
        let start = self.span().start;
        let Some(option) = self.sequence_option()? else { return Ok(None) };
        if known.iter().any(|other| std::mem::discriminant(other) == std::mem::discriminant(&option)) {
            return Err(SyntaxError::new(self.since(start), "the option is said twice"));
        }
        Ok(Some(option))
    }

    fn sequence_option(&mut self) -> Result<Option<SequenceOption>> {
        Ok(Some(if self.eat("START") {
            self.eat("WITH");
            SequenceOption::Start(self.signed()?)
        } else if self.eat("INCREMENT") {
            self.eat("BY");
            SequenceOption::Increment(self.signed()?)
        } else if self.eat("MINVALUE") {
            SequenceOption::Min(Some(self.signed()?))
        } else if self.eat_all(&["NO", "MINVALUE"]) {
            SequenceOption::Min(None)
        } else if self.eat("MAXVALUE") {
            SequenceOption::Max(Some(self.signed()?))
        } else if self.eat_all(&["NO", "MAXVALUE"]) {
            SequenceOption::Max(None)
        } else if self.eat("CYCLE") {
            SequenceOption::Cycle(true)
        } else if self.eat_all(&["NO", "CYCLE"]) {
            SequenceOption::Cycle(false)
        } else if self.eat("CACHE") {
            let span = self.span();
            match self.whole("how many numbers are taken at a time")? {
                0 => return Err(SyntaxError::new(span, "a sequence takes 1 number at a time or more")),
                cache => SequenceOption::Cache(cache),
            }
        } else if self.at_keyword("OWNED") || self.at_keyword("RESTART") {
            return Err(self
                .error(format!("{} is not portable", self.found()))
                .with_help("Leave it out, or run the statement from Rust, by CALL name()"));
        } else {
            return Ok(None);
        }))
    }

    /// A whole number with or without a sign.
    fn signed(&mut self) -> Result<i64> {
        let span = self.span();
        let negative = self.eat_symbol("-");
        match self.peek() {
            Some(token) if token.kind == TokenKind::Number => {
                let text = if negative { format!("-{}", token.text) } else { token.text.to_owned() };
                let number = text
                    .parse()
                    .map_err(|_| SyntaxError::new(span.start..token.span.end, format!("`{text}` is no BIGINT")))?;
                self.at += 1;
                Ok(number)
            }
            _ => Err(self.expected("a whole number")),
        }
    }
}
