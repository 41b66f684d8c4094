//! Several servers of one database: the first is used that can be.

use aludel_sql::{Error, ErrorKind};

/// Why a server cannot be used.
pub(crate) enum Refusal {
    /// Another one may be.
    Here(Error),
    /// None of the others would be: it was reached, and said no.
    Everywhere(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Refusal::Here(error)
    }
}

/// No server was left to try. There is one error for each.
#[cold]
pub(crate) fn none_left(mut errors: Vec<Error>) -> Error {
    match (errors.pop(), errors.len()) {
        (Some(only), 0) => only,
        (last, others) => {
            let all: Vec<String> = errors.iter().chain(&last).map(|error| error.message().to_owned()).collect();
            let message = format!("none of the {} servers can be used: {}", others + 1, all.join("; "));
            let error = Error::new(ErrorKind::Connect, message);
            match last.as_ref().and_then(Error::help) {
                Some(help) => error.with_help(help.to_owned()),
                None => error,
            }
        }
    }
}
