//! PostgreSQL's SQLSTATE codes, as errors for programs and people.

use std::error::Error as StdError;

use aludel_sql::{Error, ErrorKind};
use tokio_postgres::error::{DbError, SqlState};

use crate::{constraint, transaction::commit_unknown};

/// Why something did not work.
#[derive(Debug)]
pub(super) enum Failure {
    /// The server, or the way to it, failed.
    Server(tokio_postgres::Error),
    /// The answer to COMMIT was lost.
    Commit(tokio_postgres::Error),
    /// The program's own code, or a check of this driver's.
    Own(Error),
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        Failure::Server(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Own(error)
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Server(error) => from_postgres(error),
            Failure::Commit(error) => commit_unknown().with_source(error),
            Failure::Own(error) => error,
        }
    }
}

impl Failure {
    /// Whether the fault is that of a prepared statement: what it was prepared for has changed since.
    pub(super) fn is_stale(&self) -> bool {
        let Failure::Server(error) = self else { return false };
        match error.as_db_error() {
            // Of the others with this code, the function of the server that raised it tells it apart in any language.
            Some(error) if *error.code() == SqlState::FEATURE_NOT_SUPPORTED => {
                error.routine() == Some("RevalidateCachedQuery")
            }
            // The statement was dropped, or names a type that was dropped and made anew; or a column is of another type now,
            // which does not compare with that of the parameter, or cannot be given it.
            Some(error) => [
                SqlState::INVALID_SQL_STATEMENT_NAME,
                SqlState::INTERNAL_ERROR,
                SqlState::UNDEFINED_OBJECT,
                SqlState::UNDEFINED_FUNCTION,
                SqlState::DATATYPE_MISMATCH,
            ]
            .contains(error.code()),
            // A value did not fit the type its parameter had.
            None => error.source().is_some_and(|source| source.is::<Error>()),
        }
    }

    /// The same, where what was lost is the answer to COMMIT.
    pub(super) fn of_commit(self) -> Self {
        match self {
            Failure::Server(error) => Failure::Commit(error),
            other => other,
        }
    }

    /// Whether the connection is of no use any more, so that nobody knows what became of the request.
    pub(super) fn is_lost(&self) -> bool {
        match self {
            Failure::Server(error) => match error.as_db_error() {
                Some(error) => is_disconnect(error.code()),
                // All but a value that could not be sent: the network, or a protocol that is out of step.
                None => !error.source().is_some_and(|source| source.is::<Error>()),
            },
            Failure::Commit(_) => true,
            Failure::Own(_) => false,
        }
    }
}

/// Whether the server ends the session with this error.
fn is_disconnect(code: &SqlState) -> bool {
    code.code().starts_with("08") || ["57P01", "57P02", "57P03"].contains(&code.code())
}

/// What `failure` means.
#[cold]
pub(super) fn from_postgres(failure: tokio_postgres::Error) -> Error {
    let Some(database) = failure.as_db_error() else { return from_client(failure) };
    let error = from_server(database);
    // Underneath a refused row the server repeats its values, which must not end up in logs.
    let refused = database.code().code().starts_with("23");
    match failure.into_source().filter(|_| !refused) {
        Some(source) => error.with_source(source),
        None => error,
    }
}

/// The protocol's client failed by itself.
fn from_client(failure: tokio_postgres::Error) -> Error {
    if failure.source().is_some_and(|source| source.is::<Error>()) {
        let error = failure.into_source().and_then(|source| source.downcast::<Error>().ok());
        return error.map_or_else(lost, |error| *error);
    }
    if failure.is_closed() || failure.source().is_some_and(|source| source.is::<std::io::Error>()) {
        return lost().with_source(failure);
    }
    Error::new(ErrorKind::Database, chain(&failure)).with_source(failure)
}

/// The server hung up.
#[cold]
pub(super) fn lost() -> Error {
    Error::new(ErrorKind::Connect, "the connection to PostgreSQL was lost")
        .with_help("Check whether the server was restarted, then try again with a new connection.")
}

/// The text of an error, and of those underneath.
pub(super) fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        text.push_str(": ");
        text.push_str(&error.to_string());
        next = error.source();
    }
    text
}

fn from_server(error: &DbError) -> Error {
    let text = error.message();
    let new = |kind, message: &str| Error::new(kind, format!("{message} ({text})"));
    match error.code().code() {
        code if code.starts_with("23") => refused_row(error),
        "40001" | "40P01" => new(ErrorKind::Serialization, "the transaction met another one, and was undone")
            .with_help("Run the whole transaction again."),
        "55P03" => new(ErrorKind::Busy, "another transaction holds a lock that this statement needs")
            .with_help("Try again, or wait longer with `?lock_timeout=TIME` in the database URL."),
        // The text is in the server's language; what is not known to be a time-out was asked for.
        "57014" if text.contains("timeout") => {
            new(ErrorKind::Timeout, "the statement took longer than it may, and was stopped")
                .with_help("Make it faster, or allow more with `?statement_timeout=TIME` in the database URL.")
        }
        "57014" => {
            new(ErrorKind::Interrupted, "the statement was stopped half-way").with_help("Roll back and begin anew.")
        }
        "28P01" | "28000" => new(ErrorKind::Connect, "the server does not let this user in")
            .with_help("Check the user and the password in the database URL, and `pg_hba.conf` on the server."),
        "3D000" => new(ErrorKind::Connect, "the server has no such database")
            .with_help("Create it with `createdb`, or check its name in the database URL."),
        "53300" => new(ErrorKind::Connect, "the server has no connection left")
            .with_help("Allow fewer with `?pool=N` in the database URL, or more with `max_connections` on the server."),
        _ if is_disconnect(error.code()) => new(ErrorKind::Connect, "the server ended the connection")
            .with_help("Check whether the server was restarted, then try again with a new connection."),
        "42P01" => quoted(text).map_or_else(|| plain(error), constraint::no_table),
        // `"name"`, or `alias.name` without quotes.
        "42703" => {
            let bare = || text.split_ascii_whitespace().nth(1).map(|name| name.rsplit('.').next().unwrap_or(name));
            quoted(text).or_else(bare).map_or_else(|| plain(error), constraint::no_column)
        }
        "22P02" if error.routine() == Some("enum_in") => {
            // The text has the type's name, then the value.
            let ty = text.split_once(": \"").and_then(|(before, _)| before.rsplit(' ').next()).unwrap_or("?");
            Error::new(ErrorKind::Database, format!("a value is none that the enum type `{ty}` has"))
                .with_help("Give one of its values, or add this one to the type.")
        }
        "22001" => new(ErrorKind::Database, "a value is longer than its column allows")
            .with_help("Give a shorter one, or change the column."),
        "22003" => constraint::out_of_range(),
        "22007" | "22008" | "22P02" => {
            let message = format!("a value is none of the type it is to be ({})", before_value(text));
            Error::new(ErrorKind::Database, message).with_help("Give a value of the type, and within its range.")
        }
        "22012" => plain(error).with_help("Leave rows with zero out, or divide by `.nullif(0)`."),
        "2201B" => constraint::regexp(text.split_once(": ").map_or(text, |(_, why)| why)),
        "54001" => constraint::too_deep(text),
        "22021" if text.ends_with("0x00") => no_nul(),
        "22P05" if error.detail().is_some_and(|detail| detail.contains("\\u0000")) => no_nul(),
        "42601" if error.routine() == Some("exec_parse_message") => {
            Error::new(ErrorKind::Usage, "several statements were sent as one")
                .with_help("Send them one by one, or together with `Query::other`.")
        }
        "25006" => new(ErrorKind::ReadOnly, "the transaction can only read").with_help("Begin it for writing."),
        "42501" => new(ErrorKind::Database, "the server does not allow this user to do that")
            .with_help("Grant the user what it needs, or connect as another one."),
        "53100" => new(ErrorKind::Io, "the server has no disk space left").with_help("Free disk space on the server."),
        _ => plain(error),
    }
}

/// U+0000 is a character everywhere else.
fn no_nul() -> Error {
    Error::new(ErrorKind::Database, "PostgreSQL has no texts with the character NUL in them, nor JSON")
        .with_help("Take it out, or store bytes.")
}

fn plain(error: &DbError) -> Error {
    let plain = Error::new(ErrorKind::Database, error.message().to_owned());
    error.hint().map_or_else(
        || Error::new(ErrorKind::Database, error.message().to_owned()),
        |hint| plain.with_help(hint.to_owned()),
    )
}

/// `invalid input syntax for type integer` of `invalid input syntax for type integer: "x"`, with quotes as in any language.
fn before_value(text: &str) -> &str {
    text.split(['"', '\'', '»', '«', '„', '“']).next().unwrap_or(text).trim_end_matches([' ', ':', '\u{a0}'])
}

/// What stands in the first pair of double quotes.
fn quoted(text: &str) -> Option<&str> {
    text.split('"').nth(1)
}

fn refused_row(error: &DbError) -> Error {
    let (table, name) = (error.table(), error.constraint());
    let columns = error.detail().and_then(key_columns);
    let refused = match (error.code().code(), table) {
        ("23505", Some(table)) => match (&columns, name) {
            (Some(columns), _) => {
                let columns: Vec<_> = columns.iter().map(String::as_str).collect();
                constraint::unique(table, &columns)
            }
            (None, Some(index)) => constraint::unique_index(index),
            (None, None) => Error::new(ErrorKind::Unique, error.message().to_owned()),
        },
        ("23502", Some(table)) if let Some(column) = error.column() => constraint::not_null(table, column),
        ("23503", Some(table)) => foreign_key(error, table, columns),
        ("23514", _) if let Some(name) = name => constraint::check(name),
        ("23P01", Some(table)) if let Some(name) = name => {
            let columns = columns.iter().flatten().map(String::as_str).collect::<Vec<_>>();
            constraint::exclusion(table, &columns, name)
        }
        (code, _) => {
            let kind = match code {
                "23505" => ErrorKind::Unique,
                "23503" => ErrorKind::ForeignKey,
                "23502" => ErrorKind::NotNull,
                "23514" => ErrorKind::Check,
                "23P01" => ErrorKind::Exclusion,
                _ => ErrorKind::Database,
            };
            Error::new(kind, error.message().to_owned())
        }
    };
    let refused = match table {
        Some(table) => refused.with_table(table),
        None => refused,
    };
    match name {
        Some(name) => refused.with_constraint(name),
        None => refused,
    }
}

fn foreign_key(error: &DbError, table: &str, columns: Option<Vec<String>>) -> Error {
    // The columns are those of the row that was written. Of a row that was removed they are the other table's.
    let missing = error.detail().is_some_and(|detail| detail.contains("is not present in"));
    match columns.filter(|_| missing) {
        Some(columns) => {
            let shown: Vec<_> = columns.iter().map(|column| format!("`{column}`")).collect();
            let message = format!("a row of `{table}` refers with {} to one that does not exist", shown.join(" and "));
            Error::new(ErrorKind::ForeignKey, message).with_columns(columns)
        }
        None => {
            let message = format!("rows of `{table}` refer to one that does not exist, or was to be removed");
            Error::new(ErrorKind::ForeignKey, message)
        }
    }
}

/// The columns of `Key (realm, "Age")=(x, 3) already exists.`, in whatever language the rest is. `None` if one of them is an
/// expression.
fn key_columns(detail: &str) -> Option<Vec<String>> {
    let (list, _) = detail.split_once('(')?.1.split_once(")=(")?;
    if list.contains(['(', ')', '\'']) || list.is_empty() {
        return None;
    }
    let unquoted = |name: &str| match name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) {
        Some(name) => name.replace("\"\"", "\""),
        None => name.to_owned(),
    };
    Some(list.split(", ").map(unquoted).collect())
}
