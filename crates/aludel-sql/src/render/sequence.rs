//! Sequences, and how identity columns count.

use std::fmt::Write;

use crate::{
    dialect::Dialect,
    error::{Error, ErrorKind, Result},
    schema::{Column, Counter, Sequence, SequenceOption, Table},
    types::Type,
};

use super::{Sql, malformed};

/// The statements that make an identity column count otherwise.
pub(super) fn alter_identity(
    dialect: &dyn Dialect,
    table: &Table,
    column: &str,
    options: &[SequenceOption],
) -> Result<Vec<String>> {
    let column = super::column(table, column)?;
    let Some(old) = &column.identity else {
        let message = format!("the database does not count `{}.{}`", table.name, column.name);
        return Err(malformed(message).with_table(&table.name).with_columns([&column.name]));
    };
    let mut new = old.clone();
    options.iter().for_each(|option| new.set(*option));
    check_identity(dialect, &table.name, column, &new)?;
    let mut statements = Vec::new();
    if dialect.capability().identity_options {
        statements.push(super::inline(dialect, |sql| {
            sql.alter(&table.name, "ALTER COLUMN ")?;
            sql.name(&column.name);
            sql.sequence_options(" SET ", options);
            Ok(())
        })?);
    }
    if new.start != old.start {
        statements.extend(dialect.count_from_start(&table.name, &column.name, &new));
    }
    Ok(statements)
}

fn check_identity(dialect: &dyn Dialect, table: &str, column: &Column, counter: &Counter) -> Result<()> {
    let name = format!("{table}.{}", column.name);
    let about = |error: Error| error.with_table(table).with_columns([&column.name]);
    counter.check(&format!("the identity column `{name}`")).map_err(about)?;
    let (least, greatest) = match column.ty {
        Type::SmallInt => (i64::from(i16::MIN), i64::from(i16::MAX)),
        Type::Integer => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    let said = [Some(counter.start), counter.min, counter.max];
    if let Some(number) = said.into_iter().flatten().find(|number| !(least..=greatest).contains(number)) {
        let message = format!("the identity column `{name}` cannot count to {number}: it is {}", column.ty);
        return Err(about(Error::new(ErrorKind::Usage, message)).with_help("Make it BIGINT"));
    }
    let plain = counter.start >= 1 && *counter == Counter { start: counter.start, ..Counter::default() };
    if plain || dialect.capability().identity_options {
        return Ok(());
    }
    let options = super::inline(dialect, |sql| {
        sql.sequence_options(" ", &counter.options());
        Ok(())
    })?;
    let message = format!("{} cannot count the identity column `{name}`{options}", dialect.name());
    let help = "It counts one by one from START WITH, which is 1 or more: leave the other options out";
    Err(about(Error::new(ErrorKind::Unsupported, message)).with_help(help))
}

impl Sql<'_> {
    pub(super) fn create_sequence(&mut self, sequence: &Sequence) -> Result<()> {
        self.check_sequences(&sequence.name)?;
        sequence.check()?;
        self.push("CREATE SEQUENCE ");
        self.new_object(&sequence.name)?;
        let mut options = sequence.counter.options();
        // Databases disagree on how many numbers they take at a time.
        if !self.dialect.capability().sequence_cache_is_1 && sequence.counter.cache == 1 {
            options.push(SequenceOption::Cache(1));
        }
        self.sequence_options(" ", &options);
        Ok(())
    }

    pub(super) fn alter_sequence(&mut self, name: &str, options: &[SequenceOption]) -> Result<()> {
        self.check_sequences(name)?;
        if options.is_empty() {
            return Err(malformed(format!("nothing of the sequence `{name}` is changed")));
        }
        self.push("ALTER SEQUENCE ");
        self.object(name)?;
        self.sequence_options(" ", options);
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

    /// Writes options, each after `before`.
    pub(crate) fn sequence_options(&mut self, before: &str, options: &[SequenceOption]) {
        for option in options {
            self.push(before);
            let _ = match option {
                SequenceOption::Start(start) => write!(self.out, "START WITH {start}"),
                SequenceOption::Increment(increment) => write!(self.out, "INCREMENT BY {increment}"),
                SequenceOption::Min(Some(min)) => write!(self.out, "MINVALUE {min}"),
                SequenceOption::Min(None) => write!(self.out, "NO MINVALUE"),
                SequenceOption::Max(Some(max)) => write!(self.out, "MAXVALUE {max}"),
                SequenceOption::Max(None) => write!(self.out, "NO MAXVALUE"),
                SequenceOption::Cycle(true) => write!(self.out, "CYCLE"),
                SequenceOption::Cycle(false) => write!(self.out, "{}", self.dialect.no_cycle()),
                SequenceOption::Cache(cache) => write!(self.out, "CACHE {cache}"),
            };
        }
    }

    /// What stands after IDENTITY: options in parentheses, if there are any, with a blank before.
    pub(super) fn identity_options(&mut self, table: &str, column: &Column, counter: &Counter) -> Result<String> {
        check_identity(self.dialect, table, column, counter)?;
        let start = self.out.len();
        self.sequence_options(" ", &counter.options());
        let options = self.out.split_off(start);
        Ok(if options.is_empty() { options } else { format!(" ({})", options.trim_start()) })
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
