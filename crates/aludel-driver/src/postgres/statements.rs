//! The prepared statements of one connection.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use tokio_postgres::Statement;

/// The prepared statements of one connection by their text, the most recently used ones.
#[derive(Debug)]
pub(super) struct Statements {
    size: usize,
    known: HashMap<Box<str>, (Statement, u64), RandomState>,
    /// Counts uses.
    clock: u64,
}

impl Statements {
    /// At most `size` statements. With 0, statements are not to be prepared at all.
    pub(super) fn new(size: usize) -> Self {
        Statements { size, known: HashMap::default(), clock: 0 }
    }

    pub(super) fn is_off(&self) -> bool {
        self.size == 0
    }

    pub(super) fn get(&mut self, sql: &str) -> Option<Statement> {
        let (statement, used) = self.known.get_mut(sql)?;
        self.clock += 1;
        *used = self.clock;
        Some(statement.clone())
    }

    pub(super) fn insert(&mut self, sql: &str, statement: Statement) {
        if self.known.len() >= self.size {
            let oldest = self.known.iter().min_by_key(|(_, (_, used))| *used).map(|(sql, _)| sql.clone());
            if let Some(oldest) = oldest {
                self.known.remove(&oldest);
            }
        }
        self.clock += 1;
        self.known.insert(sql.into(), (statement, self.clock));
    }

    pub(super) fn remove(&mut self, sql: &str) {
        self.known.remove(sql);
    }
}
