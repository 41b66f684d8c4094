//! Sequences.

use std::fmt::Write;

use crate::{
    error::{Error, ErrorKind, Result},
    schema::{Sequence, SequenceOption},
};

use super::{Sql, malformed};

impl Sql<'_> {
    pub(super) fn create_sequence(&mut self, sequence: &Sequence) -> Result<()> {
        self.check_sequences(&sequence.name)?;
        sequence.check()?;
        self.push("CREATE SEQUENCE ");
        self.new_object(&sequence.name)?;
        let mut options = sequence.options();
        // Databases disagree on how many numbers they take at a time.
        if !self.dialect.capability().sequence_cache_is_1 && sequence.cache == 1 {
            options.push(SequenceOption::Cache(1));
        }
        self.sequence_options(&options);
        Ok(())
    }

    pub(super) fn alter_sequence(&mut self, name: &str, options: &[SequenceOption]) -> Result<()> {
        self.check_sequences(name)?;
        if options.is_empty() {
            return Err(malformed(format!("nothing of the sequence `{name}` is changed")));
        }
        self.push("ALTER SEQUENCE ");
        self.object(name)?;
        self.sequence_options(options);
        Ok(())
    }

    pub(super) fn drop_sequence(&mut self, name: &str) -> Result<()> {
        self.check_sequences(name)?;
        self.push("DROP SEQUENCE ");
        self.object(name)
    }

    pub(super) fn rename_sequence(&mut self, name: &str, to: &str) -> Result<()> {
        self.check_sequences(name)?;
        let (before, between) = self.dialect.rename_sequence();
        self.push(before);
        self.object(name)?;
        self.push(between);
        self.renamed(name, to)
    }

    /// Writes the expression that takes the next number of a sequence.
    pub(super) fn next_value(&mut self, name: &str) -> Result<()> {
        self.check_sequences(name)?;
        let dialect = self.dialect;
        dialect.next_value(self, name)
    }

    fn sequence_options(&mut self, options: &[SequenceOption]) {
        for option in options {
            let _ = match option {
                SequenceOption::Start(start) => write!(self.out, " START WITH {start}"),
                SequenceOption::Increment(increment) => write!(self.out, " INCREMENT BY {increment}"),
                SequenceOption::Min(Some(min)) => write!(self.out, " MINVALUE {min}"),
                SequenceOption::Min(None) => write!(self.out, " NO MINVALUE"),
                SequenceOption::Max(Some(max)) => write!(self.out, " MAXVALUE {max}"),
                SequenceOption::Max(None) => write!(self.out, " NO MAXVALUE"),
                SequenceOption::Cycle(true) => write!(self.out, " CYCLE"),
                SequenceOption::Cycle(false) => write!(self.out, "{}", self.dialect.no_cycle()),
                SequenceOption::Cache(cache) => write!(self.out, " CACHE {cache}"),
            };
        }
    }

    fn check_sequences(&self, name: &str) -> Result<()> {
        if self.dialect.capability().sequences {
            return Ok(());
        }
        let message = format!("{} has no sequences, such as `{name}`", self.dialect.name());
        Err(Error::new(ErrorKind::Unsupported, message)
            .with_help("Count in a row of a table of your own, or use PostgreSQL or MariaDB"))
    }
}
