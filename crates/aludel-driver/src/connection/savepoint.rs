//! Savepoints: places in a transaction to go back to.

use std::sync::atomic::{AtomicU64, Ordering};

use aludel_sql::Result;

use super::Connection;
use crate::{
    driver::{Query, State},
    transaction,
};

/// A place in the transaction of one connection, to go back to. Made by [`Connection::savepoint`], and ended by
/// [`Connection::release`] or [`Connection::rollback_to`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a savepoint is there to be released or rolled back to"]
pub struct Savepoint(u64);

impl Connection {
    /// Makes a savepoint, inside those there are. Its name is made up.
    ///
    /// # Errors
    /// Kind `Session` outside a transaction, or in one that can only be rolled back; else what the database says.
    pub async fn savepoint(&mut self) -> Result<Savepoint> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        if self.state() == State::Idle {
            return Err(transaction::none_for_savepoint());
        }
        let name = name(self.savepoints.len());
        self.execute(Query::read(format!("SAVEPOINT {name}"), Vec::new())).await?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        self.savepoints.push(number);
        Ok(Savepoint(number))
    }

    /// Ends a savepoint, and those inside it, and keeps what was done since.
    ///
    /// # Errors
    /// Kind `Session` if it is gone, or only a rollback is possible; else what the database says.
    pub async fn release(&mut self, savepoint: Savepoint) -> Result<()> {
        let depth = self.depth(&savepoint)?;
        self.execute(Query::read(format!("RELEASE SAVEPOINT {}", name(depth)), Vec::new())).await?;
        self.savepoints.truncate(depth);
        Ok(())
    }

    /// Undoes what was done since a savepoint, and ends it, and those inside it. A transaction in which a statement failed can
    /// be used on afterwards.
    ///
    /// # Errors
    /// Kind `Session` if it is gone, or the database has undone the whole transaction; else what the database says.
    pub async fn rollback_to(&mut self, savepoint: Savepoint) -> Result<()> {
        let depth = self.depth(&savepoint)?;
        let name = name(depth);
        self.execute(Query::read(format!("ROLLBACK TO SAVEPOINT {name}"), Vec::new())).await?;
        // Else the next one of this name would be inside it.
        self.savepoints.truncate(depth);
        self.execute(Query::read(format!("RELEASE SAVEPOINT {name}"), Vec::new())).await?;
        Ok(())
    }

    /// How many savepoints are around this one.
    fn depth(&self, savepoint: &Savepoint) -> Result<usize> {
        self.savepoints.iter().position(|open| *open == savepoint.0).ok_or_else(transaction::no_savepoint)
    }
}

/// The same at the same depth, so that there are few different statements.
fn name(depth: usize) -> String {
    format!("sp_{}", depth + 1)
}
