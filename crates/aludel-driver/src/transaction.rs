//! What the transactions of all drivers share: the errors of using them wrongly, and the way back to a savepoint.

use aludel_sql::{Error, ErrorKind};

/// Only a rollback is possible.
#[cold]
pub(crate) fn failed() -> Error {
    let message = "an error has left the transaction half-done or undone, so nothing more can be done in it";
    Error::new(ErrorKind::Session, message).with_help("Roll back, then begin anew.")
}

/// A second BEGIN.
#[cold]
pub(crate) fn under_way() -> Error {
    Error::new(ErrorKind::Session, "a transaction is under way on this connection already")
        .with_help("Commit it or roll it back first, or use a savepoint.")
}

/// COMMIT without BEGIN.
#[cold]
pub(crate) fn none_to_commit() -> Error {
    Error::new(ErrorKind::Session, "there is no transaction to commit")
        .with_help("Begin one, or leave the commit away: statements outside a transaction commit by themselves.")
}

/// COMMIT was sent, and what became of it is not known.
#[cold]
pub(crate) fn commit_unknown() -> Error {
    let message = "COMMIT was sent and its answer lost: the transaction may have happened";
    Error::new(ErrorKind::CommitOutcomeUnknown, message).with_help("Roll back, then read back what matters.")
}

/// A write in a transaction that was begun to read.
#[cold]
pub(crate) fn read_only() -> Error {
    Error::new(ErrorKind::ReadOnly, "the transaction can only read, as it was begun so")
        .with_help("Begin it for writing: `session.begin()`, or `db.transaction(…)` instead of `db.read(…)`.")
}

/// A savepoint without a transaction.
#[cold]
pub(crate) fn none_for_savepoint() -> Error {
    Error::new(ErrorKind::Session, "there is no transaction to make a savepoint in").with_help("Begin one first.")
}

/// A savepoint that ended before, or was made on another connection.
#[cold]
pub(crate) fn no_savepoint() -> Error {
    Error::new(ErrorKind::Session, "the savepoint is gone: it, one around it or its transaction has ended")
        .with_help("End savepoints from the innermost outwards, each once, before the transaction ends.")
}

/// Whether a statement goes back to a savepoint, which mends a transaction that is half-done.
pub(crate) fn rewinds(sql: &str) -> bool {
    let mut words = sql.split_ascii_whitespace();
    ["ROLLBACK", "TO"].iter().all(|word| words.next().is_some_and(|found| found.eq_ignore_ascii_case(word)))
}
