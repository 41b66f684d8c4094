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

/// Whether a statement goes back to a savepoint, which mends a transaction that is half-done.
pub(crate) fn rewinds(sql: &str) -> bool {
    let mut words = sql.split_ascii_whitespace();
    ["ROLLBACK", "TO"].iter().all(|word| words.next().is_some_and(|found| found.eq_ignore_ascii_case(word)))
}
