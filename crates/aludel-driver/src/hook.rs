//! What a program does around the statements of an engine.

use std::{fmt::Debug, panic::Location};

use aludel_sql::{Result, Value};

use crate::{
    connection::Connection,
    driver::{Access, BoxFuture, Text},
    log::Entry,
};

/// What a program does around the statements of an engine. Given to it by [`crate::EngineOptions::hook`].
///
/// ```
/// use aludel_driver::{Entry, Error, ErrorKind, Result, hook::{Hook, Statement}};
///
/// #[derive(Debug)]
/// struct Guard;
///
/// impl Hook for Guard {
///     fn before(&self, statement: &mut Statement<'_>) -> Result<()> {
///         if statement.sql.starts_with("DELETE") && !statement.sql.contains(" WHERE ") {
///             return Err(Error::new(ErrorKind::Usage, "a DELETE without WHERE was to be sent"));
///         }
///         Ok(())
///     }
///
///     fn after(&self, entry: &Entry) {
///         if entry.duration.as_millis() > 100 {
///             eprintln!("slow: {}", entry.sql);
///         }
///     }
/// }
/// ```
pub trait Hook: Debug + Send + Sync {
    /// Sets up a connection before it is first lent out: `SET search_path`, `PRAGMA`. What is set stays until a loan ends in
    /// which a [`crate::Query::other`] was run, since that may have changed it: the settings are then undone, and this is
    /// called again.
    ///
    /// # Errors
    /// The connection is of no use; whoever asked for it gets this error.
    fn connected<'a>(&'a self, _connection: &'a mut Connection) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }

    /// Called before a statement is sent, which it may change. Not called for the BEGIN, COMMIT and ROLLBACK of a
    /// transaction.
    ///
    /// # Errors
    /// The statement must not be sent; whoever was to send it gets this error.
    fn before(&self, _statement: &mut Statement<'_>) -> Result<()> {
        Ok(())
    }

    /// Called after a statement, also after one that failed or whose future was dropped, with what the query log has of it.
    fn after(&self, _entry: &Entry) {}
}

/// A statement about to be sent.
#[derive(Debug)]
#[non_exhaustive]
pub struct Statement<'a> {
    /// The text, with the placeholders of the database at hand.
    pub sql: &'a mut Text,
    /// One list of parameters a run: several in a batch, and none if a batch is empty.
    pub runs: &'a mut [Vec<Value>],
    /// What it may do.
    pub access: Access,
    /// The line of the program it came from.
    pub caller: Option<&'static Location<'static>>,
}
