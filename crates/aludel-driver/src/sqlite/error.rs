//! SQLite's error codes, as errors for programs and people.

use std::time::Duration;

use aludel_sql::{Error, ErrorKind};
use rusqlite::ffi;

use super::functions::{NO_REGEXP, OUT_OF_RANGE};
use crate::constraint;

/// What `failure` means.
#[cold]
pub(super) fn from_sqlite(failure: rusqlite::Error) -> Error {
    let (code, text) = match failure {
        rusqlite::Error::SqliteFailure(error, ref text) => (error.extended_code, text.clone()),
        rusqlite::Error::SqlInputError { error, ref msg, .. } => (error.extended_code, Some(msg.clone())),
        rusqlite::Error::ToSqlConversionFailure(error) => {
            return match error.downcast::<Error>() {
                Ok(error) => *error,
                Err(error) => Error::new(ErrorKind::Database, error.to_string()).with_source(error),
            };
        }
        rusqlite::Error::MultipleStatement => {
            return Error::new(ErrorKind::Usage, "several statements were sent as one")
                .with_help("Send them one by one, or together with `Query::other`.");
        }
        other => return Error::new(ErrorKind::Database, other.to_string()).with_source(other),
    };
    let text = text.unwrap_or_else(|| failure.to_string());
    let error = if code & 0xff == ffi::SQLITE_CONSTRAINT { refused_row(code, &text) } else { general(code, &text) };
    error.with_source(failure)
}

fn refused_row(code: i32, text: &str) -> Error {
    let subject = text.split_once("constraint failed: ").map_or("", |(_, subject)| subject);
    match code {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            unique(subject)
        }
        ffi::SQLITE_CONSTRAINT_NOTNULL => match subject.rsplit_once('.') {
            Some((table, column)) => constraint::not_null(table, column),
            None => Error::new(ErrorKind::NotNull, text.to_owned()),
        },
        ffi::SQLITE_CONSTRAINT_CHECK => constraint::check(subject),
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Error::new(
            ErrorKind::ForeignKey,
            "a row refers to one that does not exist, or one that others refer to was to be removed",
        ),
        // Raised by a trigger, by a type in a STRICT table, by a virtual table: the text says all there is.
        _ => Error::new(ErrorKind::Database, text.to_owned()),
    }
}

/// `user.email, user.realm`, or `index 'name'` for an index over an expression.
fn unique(subject: &str) -> Error {
    if let Some(index) = subject.strip_prefix("index '").and_then(|rest| rest.strip_suffix('\'')) {
        return constraint::unique_index(index);
    }
    let pairs: Vec<_> = subject.split(", ").filter_map(|column| column.rsplit_once('.')).collect();
    let Some((table, _)) = pairs.first() else {
        return Error::new(ErrorKind::Unique, "a row with this key exists already");
    };
    let columns: Vec<_> = pairs.iter().map(|(_, column)| *column).collect();
    constraint::unique(table, &columns)
}

/// A statement took longer than `statement_timeout` allows.
pub(super) fn expired(limit: std::time::Duration) -> Error {
    Error::new(ErrorKind::Timeout, format!("the statement took longer than {} s", limit.as_secs_f64()))
        .with_help("Make it faster, or allow more with `?statement_timeout=TIME` in the database URL.")
}

fn general(code: i32, text: &str) -> Error {
    let new = |kind, message: &str| Error::new(kind, format!("{message} ({text})"));
    if code == ffi::SQLITE_BUSY_SNAPSHOT {
        return new(ErrorKind::Busy, "another connection has written since this transaction began to read")
            .with_help("Roll back and try again in a transaction begun for writing.");
    }
    match code & 0xff {
        ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => {
            new(ErrorKind::Busy, "another connection holds a lock on the database").with_help("Try again.")
        }
        ffi::SQLITE_INTERRUPT => {
            new(ErrorKind::Interrupted, "the statement was stopped half-way").with_help("Roll back and begin anew.")
        }
        ffi::SQLITE_READONLY => new(ErrorKind::ReadOnly, "the database can only be read")
            .with_help("Take `mode=ro` out of the database URL, or make the file and its folder writable."),
        ffi::SQLITE_FULL => new(ErrorKind::Io, "there is no space left for the database").with_help("Free disk space."),
        ffi::SQLITE_IOERR => new(ErrorKind::Io, "the database file could not be read or written")
            .with_help("Check the disk, its free space, and the permissions of the file and its folder."),
        ffi::SQLITE_CANTOPEN => new(ErrorKind::Connect, "a file of the database could not be opened")
            .with_help("Check that the folder of the database still exists, and its permissions."),
        ffi::SQLITE_NOTADB => new(ErrorKind::Connect, "the file is not a SQLite database")
            .with_help("Correct the path in the database URL, or move the file away."),
        ffi::SQLITE_CORRUPT => new(ErrorKind::Database, "the database file is damaged")
            .with_help("Restore it from a backup, or save what can be read with `sqlite3 app.db .recover`."),
        ffi::SQLITE_AUTH => new(ErrorKind::Database, "SQLite does not allow this statement")
            .with_help("Check what the connection is allowed to do."),
        ffi::SQLITE_NOMEM => {
            new(ErrorKind::Database, "SQLite ran out of memory").with_help("Ask for fewer rows at a time.")
        }
        ffi::SQLITE_TOOBIG => new(ErrorKind::Database, "a text, a value or the statement is longer than SQLite allows")
            .with_help("Split it up."),
        _ => refused(text),
    }
}

/// An error in the statement itself.
fn refused(text: &str) -> Error {
    if let Some(table) = text.strip_prefix("no such table: ") {
        return constraint::no_table(table.strip_prefix("main.").unwrap_or(table));
    }
    if let Some(column) = text.strip_prefix("no such column: ").or_else(|| no_column_named(text)) {
        let column = column.rsplit('.').next().unwrap_or(column);
        // `"name" - should this be a string literal in single-quotes?`: what is quoted is always a name here.
        return constraint::no_column(
            column.strip_prefix('"').and_then(|rest| rest.split('"').next()).unwrap_or(column),
        );
    }
    if let Some(why) = text.strip_prefix(NO_REGEXP) {
        return constraint::regexp(why);
    }
    if text == "integer overflow" || text.starts_with(OUT_OF_RANGE) {
        return constraint::out_of_range();
    }
    if text.starts_with("Expression tree is too large") || text == "parser stack overflow" {
        return constraint::too_deep(text);
    }
    Error::new(ErrorKind::Database, text.to_owned())
}

/// `table user has no column named nope`: what an INSERT says.
fn no_column_named(text: &str) -> Option<&str> {
    text.split_once(" has no column named ").map(|(_, column)| column)
}

/// Another process, or another engine of this one, went on holding the lock.
#[cold]
pub(super) fn busy(timeout: Duration) -> Error {
    let message = format!("another connection held a lock on the database for {} s", timeout.as_secs_f64());
    Error::new(ErrorKind::Busy, message).with_help(
        "Look for another program that has the database open with a transaction under way, or wait longer with \
         `?timeout=TIME` in the database URL.",
    )
}

/// Another task of this engine went on writing.
#[cold]
pub(super) fn no_turn(timeout: Duration) -> Error {
    let message = format!("other tasks of this program held the write transaction for {} s", timeout.as_secs_f64());
    Error::new(ErrorKind::Busy, message).with_help(
        "Keep write transactions short: do not hold one while waiting for the network, nor while writing in another \
         session. Or wait longer with `?timeout=TIME` in the database URL.",
    )
}
