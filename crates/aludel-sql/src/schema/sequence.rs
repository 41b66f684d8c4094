//! Numbers that the database counts: of sequences, apart from any table, and of identity columns.

use crate::error::{Error, ErrorKind, Result};

/// A sequence. Each of its numbers is given out once, whatever becomes of the transaction that asked for it: after a
/// rollback, numbers are missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequence {
    /// The sequence's name.
    pub name: String,
    /// How it counts.
    pub counter: Counter,
}

/// How a sequence or an identity column counts: from 1 on, one by one, unless it says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    /// The first number.
    pub start: i64,
    /// From one number to the next: not 0; it counts down where this is negative.
    pub increment: i64,
    /// The least number. Where it is not said: 1, and the least the database counts to where it counts down.
    pub min: Option<i64>,
    /// The greatest number. Where it is not said: the greatest the database counts to, and -1 where it counts down.
    pub max: Option<i64>,
    /// Whether it begins anew, at the other end, after the last number. Else there is an error then.
    pub cycle: bool,
    /// How many numbers are taken at a time and kept in memory: those that are left when the server or, on PostgreSQL, the
    /// connection ends are never given out. 1 where none is to be missing.
    pub cache: u32,
}

/// What can be said of a [`Counter`], in CREATE SEQUENCE and in parentheses after IDENTITY, and what can be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SequenceOption {
    /// `START WITH`. Of a sequence that exists, it changes where RESTART would begin: what was counted is not taken back. An
    /// identity column that exists counts on from there, or behind the greatest number it has.
    Start(i64),
    /// `INCREMENT BY`
    Increment(i64),
    /// `MINVALUE`, or `NO MINVALUE`
    Min(Option<i64>),
    /// `MAXVALUE`, or `NO MAXVALUE`
    Max(Option<i64>),
    /// `CYCLE`, or `NO CYCLE`
    Cycle(bool),
    /// `CACHE`
    Cache(u32),
}

impl Sequence {
    /// From 1 on, one by one.
    pub fn new(name: impl Into<String>) -> Self {
        Sequence { name: name.into(), counter: Counter::default() }
    }

    /// Checks that it can count.
    ///
    /// # Errors
    /// It cannot ([`ErrorKind::Usage`]).
    pub fn check(&self) -> Result<()> {
        self.counter.check(&format!("the sequence `{}`", self.name))
    }
}

impl Default for Counter {
    fn default() -> Self {
        Counter { start: 1, increment: 1, min: None, max: None, cycle: false, cache: 1 }
    }
}

impl Counter {
    /// The counter of which this is said.
    pub fn new(options: &[SequenceOption]) -> Self {
        let mut counter = Counter::default();
        options.iter().for_each(|option| counter.set(*option));
        if !options.iter().any(|option| matches!(option, SequenceOption::Start(_))) {
            counter.start = counter.usual_start();
        }
        counter
    }

    /// Changes one thing.
    pub fn set(&mut self, option: SequenceOption) {
        match option {
            SequenceOption::Start(start) => self.start = start,
            SequenceOption::Increment(increment) => self.increment = increment,
            SequenceOption::Min(min) => self.min = min,
            SequenceOption::Max(max) => self.max = max,
            SequenceOption::Cycle(cycle) => self.cycle = cycle,
            SequenceOption::Cache(cache) => self.cache = cache,
        }
    }

    /// Where it starts unless that is said: at the end it counts away from.
    pub fn usual_start(&self) -> i64 {
        match self.increment < 0 {
            false => self.min.unwrap_or(1),
            true => self.max.unwrap_or(-1),
        }
    }

    /// What must be said to make `from` this counter.
    pub fn changes(&self, from: &Counter) -> Vec<SequenceOption> {
        [
            (self.start != from.start).then_some(SequenceOption::Start(self.start)),
            (self.increment != from.increment).then_some(SequenceOption::Increment(self.increment)),
            (self.min != from.min).then_some(SequenceOption::Min(self.min)),
            (self.max != from.max).then_some(SequenceOption::Max(self.max)),
            (self.cycle != from.cycle).then_some(SequenceOption::Cycle(self.cycle)),
            (self.cache != from.cache).then_some(SequenceOption::Cache(self.cache)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// What is unlike the usual, as CREATE SEQUENCE says it.
    pub fn options(&self) -> Vec<SequenceOption> {
        self.changes(&Counter { start: self.usual_start(), ..Counter::default() })
    }

    /// Checks that it can count. `what` is what it counts.
    ///
    /// # Errors
    /// It cannot ([`ErrorKind::Usage`]).
    pub fn check(&self, what: &str) -> Result<()> {
        let down = self.increment < 0;
        let min = self.min.unwrap_or(if down { i64::MIN } else { 1 });
        let max = self.max.unwrap_or(if down { -1 } else { i64::MAX });
        let (why, help) = if self.increment == 0 {
            ("it counts by 0".to_owned(), "Count by 1, or by any other number")
        } else if min >= max {
            (format!("its least number, {min}, is not below its greatest, {max}"), "Say MINVALUE and MAXVALUE")
        } else if !(min..=max).contains(&self.start) {
            (format!("it starts with {}, which is not from {min} to {max}", self.start), "Say MINVALUE or MAXVALUE")
        } else if self.cache == 0 {
            ("it takes 0 numbers at a time".to_owned(), "Say CACHE 1")
        } else {
            return Ok(());
        };
        Err(Error::new(ErrorKind::Usage, format!("{what} cannot be: {why}")).with_help(help))
    }
}
