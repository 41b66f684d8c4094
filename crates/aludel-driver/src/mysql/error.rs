//! The servers' error codes, as errors for programs and people.

use std::error::Error as StdError;

use aludel_sql::{Error, ErrorKind};
use mysql_async::{DriverError, ServerError};

use crate::constraint;

/// The statement is none that can be prepared.
pub(super) const NOT_PREPARABLE: u16 = 1295;
/// The user or the password is wrong.
pub(super) const ACCESS_DENIED: u16 = 1045;
/// The server is being stopped.
pub(super) const SHUTTING_DOWN: u16 = 1053;

/// The server ends the connection with one of these.
const DISCONNECTS: [u16; 6] = [SHUTTING_DOWN, 1077, 1152, 1184, 1927, 4031];

/// Their texts repeat values, or hold little else: those must not end up in logs.
const REPEAT_VALUES: [u16; 10] = [1062, 1264, 1292, 1300, 1366, 1367, 1411, 1525, 1586, 1690];

/// Why something did not work.
#[derive(Debug)]
pub(super) enum Failure {
    /// The server, or the way to it, failed.
    Server(mysql_async::Error),
    /// The program's own code, or a check of this driver's.
    Own(Error),
}

impl From<mysql_async::Error> for Failure {
    fn from(error: mysql_async::Error) -> Self {
        match error {
            // Found before anything was sent.
            mysql_async::Error::Driver(DriverError::MixedParams) => Failure::Own(
                Error::new(ErrorKind::Usage, "the statement has both `?` and names behind a colon for its parameters")
                    .with_help("Write `?` alone, and put a text with a colon in quotes."),
            ),
            error => Failure::Server(error),
        }
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
            Failure::Server(error) => from_mysql(error),
            Failure::Own(error) => error,
        }
    }
}

impl Failure {
    /// Whether the connection cannot be used any more, so that nobody knows what became of the request.
    pub(super) fn is_lost(&self) -> bool {
        match self {
            Failure::Server(mysql_async::Error::Server(error)) => DISCONNECTS.contains(&error.code),
            Failure::Server(_) => true,
            Failure::Own(_) => false,
        }
    }
}

/// What `failure` means.
#[cold]
fn from_mysql(failure: mysql_async::Error) -> Error {
    match failure {
        mysql_async::Error::Server(error) => {
            let meant = from_server(&error);
            if REPEAT_VALUES.contains(&error.code) { meant } else { meant.with_source(error) }
        }
        failure => lost().with_source(failure),
    }
}

/// The server hung up.
#[cold]
pub(super) fn lost() -> Error {
    Error::new(ErrorKind::Connect, "the connection to the server was lost")
        .with_help("Check whether the server was restarted, then try again with a new connection.")
}

/// More than the server takes at one time.
pub(super) fn too_long() -> Error {
    Error::new(ErrorKind::Database, "a value or the statement is longer than the server allows")
        .with_help("Split it up, or raise `max_allowed_packet` on the server.")
}

/// The text of an error, and of those underneath.
pub(super) fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        let more = error.to_string();
        // The protocol's client repeats the error underneath in its own.
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        next = error.source();
    }
    text
}

/// What an error of the server means.
pub(super) fn from_server(error: &ServerError) -> Error {
    let text = error.message.as_str();
    let new = |kind, message: &str| Error::new(kind, format!("{message} ({text})"));
    match error.code {
        1062 | 1586 => unique(text),
        1216 | 1217 | 1451 | 1452 => foreign_key(text, error.code == 1452),
        1048 | 1364 => not_null(text),
        3819 | 4025 => check(text),
        1213 | 1020 => new(ErrorKind::Serialization, "the transaction met another one, and was undone")
            .with_help("Run the whole transaction again."),
        1205 | 3572 => new(ErrorKind::Busy, "another transaction holds a lock that this statement needs")
            .with_help("Try again, or wait longer with `?lock_timeout=TIME` in the database URL."),
        1969 | 3024 => new(ErrorKind::Timeout, "the statement took longer than it may, and was stopped")
            .with_help("Make it faster, or allow more with `?statement_timeout=TIME` in the database URL."),
        1317 => {
            new(ErrorKind::Interrupted, "the statement was stopped half-way").with_help("Roll back and begin anew.")
        }
        code if DISCONNECTS.contains(&code) => new(ErrorKind::Connect, "the server ended the connection")
            .with_help("Check whether the server was restarted, then try again with a new connection."),
        ACCESS_DENIED | 1130 | 1698 => new(ErrorKind::Connect, "the server does not let this user in")
            .with_help("Check the user and the password in the database URL, and `mysql.user` on the server."),
        1049 => new(ErrorKind::Connect, "the server has no such database")
            .with_help("Create it with CREATE DATABASE, or check its name in the database URL."),
        1040 | 1203 | 1226 => new(ErrorKind::Connect, "the server has no connection left")
            .with_help("Allow fewer with `?pool=N` in the database URL, or more with `max_connections` on the server."),
        1129 => new(ErrorKind::Connect, "the server blocks this host after too many errors")
            .with_help("Run FLUSH HOSTS on the server."),
        1146 => match quoted(text).map(last_part) {
            Some(table) => constraint::no_table(table),
            None => plain(text),
        },
        1054 => match quoted(text).map(last_part) {
            Some(column) => constraint::no_column(column),
            None => plain(text),
        },
        1690 => constraint::out_of_range(),
        1139 | 3685..=3700 => constraint::regexp(regexp(text)),
        1436 => constraint::too_deep(text),
        1264 | 1265 | 1292 | 1366 | 1367 | 1406 => misfit(error.code, text),
        1064 => {
            let near = text.split_once(" near ").map_or(text, |(_, near)| near);
            Error::new(ErrorKind::Database, format!("syntax error near {near}"))
        }
        1290 | 1792 | 1836 => new(ErrorKind::ReadOnly, "the server, or the transaction, can only read")
            .with_help("Begin the transaction for writing, and connect to a server that is written to."),
        1044 | 1142 | 1143 | 1227 | 1370 => {
            new(ErrorKind::Database, "the server does not allow this user to do that")
                .with_help("Grant the user what it needs, or connect as another one.")
        }
        1021 | 1114 => {
            new(ErrorKind::Io, "the server has no disk space left").with_help("Free disk space on the server.")
        }
        1153 => too_long(),
        1461 => new(ErrorKind::Database, "the server keeps no more prepared statements").with_help(
            "Keep fewer with `?statement_cache=N` in the database URL, or raise `max_prepared_stmt_count` on the server.",
        ),
        _ => plain(text),
    }
}

/// The server's own words, as a sentence of this project's.
fn plain(text: &str) -> Error {
    let text = text.trim_end_matches('.');
    // Not of a word in capitals, as in `BIGINT value is out of range`.
    let end = text.find(|c: char| !c.is_ascii_uppercase()).filter(|end| *end == 1).unwrap_or(0);
    let (first, rest) = text.split_at(end);
    Error::new(ErrorKind::Database, first.to_ascii_lowercase() + rest)
}

/// `Regex error 'missing ) at offset 1'`, or `Mismatched parenthesis in regular expression.`
fn regexp(text: &str) -> &str {
    text.split_once('\'').map_or(text, |(_, why)| why).trim_end_matches(['\'', '.'])
}

/// What stands in the first pair of single quotes.
fn quoted(text: &str) -> Option<&str> {
    text.split('\'').nth(1)
}

/// `name` of `database.table.name`.
fn last_part(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// The names in backticks, in order.
fn names(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some((_, from)) = rest.split_once('`') {
        let mut name = String::new();
        rest = from;
        loop {
            let Some((part, after)) = rest.split_once('`') else { return names };
            name.push_str(part);
            rest = after;
            // A backtick in a name is doubled.
            match rest.strip_prefix('`') {
                Some(more) => {
                    name.push('`');
                    rest = more;
                }
                None => break,
            }
        }
        names.push(name);
    }
    names
}

/// `Duplicate entry 'a@x' for key 'ix_user_email'`, where MySQL puts the table and a dot before the key.
fn unique(text: &str) -> Error {
    let key = text.rsplit_once(" for key ").map(|(_, key)| key.trim_matches('\'')).filter(|key| !key.is_empty());
    let Some(key) = key else { return Error::new(ErrorKind::Unique, "a row with this key exists already") };
    let (table, key) = key.split_once('.').map_or((None, key), |(table, key)| (Some(table), key));
    let error = match key {
        "PRIMARY" => {
            let message = match table {
                Some(table) => format!("a row of `{table}` with this primary key exists already"),
                None => "a row with this primary key exists already".to_owned(),
            };
            Error::new(ErrorKind::Unique, message).with_constraint(key)
        }
        _ => constraint::unique_index(key),
    };
    match table {
        Some(table) => error.with_table(table),
        None => error,
    }
}

/// ``… fails (`db`.`post`, CONSTRAINT `fk` FOREIGN KEY (`user_id`) REFERENCES `user` (`id`))``.
fn foreign_key(text: &str, missing: bool) -> Error {
    let named = names(text);
    let [_, table, name, ..] = named.as_slice() else {
        let message = "a row refers to one that does not exist, or one that others refer to was to be removed";
        return Error::new(ErrorKind::ForeignKey, message);
    };
    let columns = text.split_once(" FOREIGN KEY (").and_then(|(_, rest)| rest.split_once(") REFERENCES "));
    let columns = columns.map(|(columns, _)| names(columns)).filter(|columns| missing && !columns.is_empty());
    let error = match columns {
        Some(columns) => {
            let shown: Vec<_> = columns.iter().map(|column| format!("`{column}`")).collect();
            let message = format!("a row of `{table}` refers with {} to one that does not exist", shown.join(" and "));
            Error::new(ErrorKind::ForeignKey, message).with_columns(columns)
        }
        None => {
            let message = format!("rows of `{table}` refer to one that does not exist, or was to be removed");
            Error::new(ErrorKind::ForeignKey, message)
        }
    };
    error.with_table(table).with_constraint(name)
}

/// `Column 'email' cannot be null`, `Field 'email' doesn't have a default value`.
fn not_null(text: &str) -> Error {
    match quoted(text) {
        Some(column) => Error::new(ErrorKind::NotNull, format!("`{column}` was given no value, and needs one"))
            .with_columns([column]),
        None => Error::new(ErrorKind::NotNull, "a required column was given no value"),
    }
}

/// ``CONSTRAINT `ck_age` failed for `db`.`user` ``, or `Check constraint 'ck_age' is violated.`
fn check(text: &str) -> Error {
    match (names(text).as_slice(), quoted(text)) {
        ([name, _, table], _) => constraint::check(name).with_table(table),
        ([name, ..], _) => constraint::check(name),
        ([], Some(name)) => constraint::check(name),
        ([], None) => Error::new(ErrorKind::Check, "a check refused the row"),
    }
}

/// ``Incorrect integer value: 'abc' for column `db`.`user`.`age` at row 1``, `Data too long for column 'name' at row 1`.
fn misfit(code: u16, text: &str) -> Error {
    let column = text.rsplit_once(" for column ").and_then(|(_, named)| match names(named).as_slice() {
        [.., table, column] => Some((Some(table.clone()), column.clone())),
        _ => quoted(named).map(|column| (None, column.to_owned())),
    });
    let what = match code {
        1406 => "is longer than the column allows",
        1264 => "is out of the column's range",
        _ => "is none the column can hold",
    };
    let help = "Give a value of the column's type and length, or change the column.";
    match column {
        Some((table, column)) => {
            let error = Error::new(ErrorKind::Database, format!("the value for `{column}` {what}"))
                .with_columns([column])
                .with_help(help);
            match table {
                Some(table) => error.with_table(table),
                None => error,
            }
        }
        None => Error::new(ErrorKind::Database, "a value is none of the type it is to be").with_help(help),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(code: u16, message: &str) -> Error {
        from_server(&ServerError { code, message: message.to_owned(), state: String::new() })
    }

    #[test]
    fn the_forms_of_mysql() {
        let error = meant(1062, "Duplicate entry 'a' for key 'b' for key 'user.uq_email'");
        assert_eq!((error.table(), error.constraint()), (Some("user"), Some("uq_email")));
        let error = meant(1062, "Duplicate entry '1' for key 'user.PRIMARY'");
        assert_eq!(error.message(), "a row of `user` with this primary key exists already");
        let error = meant(3819, "Check constraint 'ck_age' is violated.");
        assert_eq!((error.kind(), error.constraint()), (ErrorKind::Check, Some("ck_age")));
        let error = meant(1366, "Incorrect integer value: 'geheim' for column 'age' at row 1");
        assert_eq!(error.columns().map(<[String]>::concat).as_deref(), Some("age"));
        assert!(!error.to_string().contains("geheim"));
        assert_eq!(meant(3024, "Query execution was interrupted").kind(), ErrorKind::Timeout);
        assert_eq!(meant(9999, "Something IS odd.").message(), "something IS odd");
    }

    #[test]
    fn names_may_hold_anything() {
        let text = "Cannot add or update a child row: a foreign key constraint fails (`d`.`a``b`, CONSTRAINT `f,(k` FOREIGN \
                    KEY (`x``y`, `z`) REFERENCES `t` (`x`, `z`))";
        let error = meant(1452, text);
        assert_eq!((error.table(), error.constraint()), (Some("a`b"), Some("f,(k")));
        assert_eq!(error.columns().map(<[String]>::len), Some(2));
        assert_eq!(error.message(), "a row of `a`b` refers with `x`y` and `z` to one that does not exist");
        for (code, text) in
            [(1062, ""), (1452, "`"), (1048, "'"), (4025, ""), (1146, "No such table"), (1366, "for column ")]
        {
            assert!(!meant(code, text).message().is_empty(), "{code} without a name");
        }
    }
}
