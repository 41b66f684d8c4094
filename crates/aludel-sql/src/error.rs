//! The one error type of all Aludel crates.

use std::{borrow::Cow, error::Error as StdError, fmt};

use crate::value::Value;

/// A result whose error is an Aludel [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of thing went wrong: the part of an [`Error`] that a program decides on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A URL, an option or a configuration file cannot be used as it is.
    Config,
    /// The database could not be reached or opened.
    Connect,
    /// Someone else holds the lock, and went on holding it for the whole time-out.
    Busy,
    /// No connection became free in time, or a statement took longer than allowed.
    Timeout,
    /// The work was stopped half-way; nothing of its transaction stays.
    Interrupted,
    /// A row with this key or unique value exists already.
    Unique,
    /// A row refers to one that does not exist, or one that is still referred to was to be removed.
    ForeignKey,
    /// A required column was given no value.
    NotNull,
    /// A check constraint refused the row.
    Check,
    /// An exclusion constraint refused the row.
    Exclusion,
    /// A row that had to be there is not.
    NotFound,
    /// One row was asked for, and there were more.
    MultipleFound,
    /// The transaction met another one running at the same time, and was undone: it may be run again from its start.
    Serialization,
    /// A row changed or vanished between being read and being written.
    Stale,
    /// The transaction, or the database, can only be read.
    ReadOnly,
    /// The database refused a statement.
    Database,
    /// The database at hand has no way to do what was asked; nothing was sent to it.
    Unsupported,
    /// A value from the database does not fit the type that was to hold it.
    Decode,
    /// The session cannot do this in the state it is in.
    Session,
    /// COMMIT was sent and its answer lost: the transaction may or may not have happened.
    CommitOutcomeUnknown,
    /// A migration file, or a set of them, is not right.
    Migration,
    /// A statement of portable SQL could not be read.
    Syntax,
    /// The file system said no.
    Io,
    /// The program used Aludel in a way it cannot work, such as outside a tokio runtime.
    Usage,
}

/// What happened, to what, why, and what to do about it.
///
/// One word wide. [`Error::kind`] is for programs, [`fmt::Display`] for people; the accessors name the table, the columns
/// and the constraint wherever the database tells them. No message ever holds a password.
///
/// ```
/// use aludel_sql::{Error, ErrorKind};
///
/// let error = Error::new(ErrorKind::Unique, "a `user` with this `email` exists already")
///     .with_table("user")
///     .with_columns(["email"]);
/// assert_eq!(error.kind(), ErrorKind::Unique);
/// assert_eq!(error.columns(), Some(&["email".to_string()][..]));
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: Cow<'static, str>,
    help: Option<Cow<'static, str>>,
    table: Option<String>,
    columns: Option<Vec<String>>,
    constraint: Option<String>,
    candidates: Vec<String>,
    model: Option<&'static str>,
    sql: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of `kind` that says `message`: one sentence, no full stop, lower case.
    #[cold]
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Error(Box::new(Inner {
            kind,
            message: message.into(),
            help: None,
            table: None,
            columns: None,
            constraint: None,
            candidates: Vec::new(),
            model: None,
            sql: None,
            source: None,
        }))
    }

    /// What kind of thing went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What happened, without the advice.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What to do about it, if there is something to say.
    pub fn help(&self) -> Option<&str> {
        self.0.help.as_deref()
    }

    /// The table it happened to, where that is known.
    pub fn table(&self) -> Option<&str> {
        self.0.table.as_deref()
    }

    /// The columns it happened to, where they are known.
    pub fn columns(&self) -> Option<&[String]> {
        self.0.columns.as_deref()
    }

    /// The constraint or unique index that refused, where it is known.
    pub fn constraint(&self) -> Option<&str> {
        self.0.constraint.as_deref()
    }

    /// The constraints that may have refused, where the database does not say which one did.
    pub fn candidates(&self) -> &[String] {
        &self.0.candidates
    }

    /// The model it happened to, where that is known.
    pub fn model(&self) -> Option<&'static str> {
        self.0.model
    }

    /// The text of the statement the database refused, with placeholders instead of values.
    pub fn sql(&self) -> Option<&str> {
        self.0.sql.as_deref()
    }

    /// Adds what to do about it: a sentence in the imperative.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<Cow<'static, str>>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// Puts `context` and a colon before the message.
    #[must_use]
    pub fn context(mut self, context: impl fmt::Display) -> Self {
        self.0.message = format!("{context}: {}", self.0.message).into();
        self
    }

    /// Replaces the message and keeps everything else.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.0.message = message.into();
        self
    }

    /// Names the table.
    #[must_use]
    pub fn with_table(mut self, table: impl Into<String>) -> Self {
        self.0.table = Some(table.into());
        self
    }

    /// Names the columns.
    #[must_use]
    pub fn with_columns<C: Into<String>>(mut self, columns: impl IntoIterator<Item = C>) -> Self {
        self.0.columns = Some(columns.into_iter().map(Into::into).collect());
        self
    }

    /// Names the constraint.
    #[must_use]
    pub fn with_constraint(mut self, constraint: impl Into<String>) -> Self {
        self.0.constraint = Some(constraint.into());
        self
    }

    /// Names the constraints one of which refused.
    #[must_use]
    pub fn with_candidates(mut self, candidates: Vec<String>) -> Self {
        self.0.candidates = candidates;
        self
    }

    /// Names the model.
    #[must_use]
    pub fn with_model(mut self, model: &'static str) -> Self {
        self.0.model = Some(model);
        self
    }

    /// Keeps the statement's text, unless one is there already.
    #[must_use]
    pub fn with_sql(mut self, sql: impl Into<String>) -> Self {
        self.0.sql.get_or_insert_with(|| sql.into());
        self
    }

    /// Puts `***` where the message or the help repeats one of these values, and drops the error underneath, which may too.
    #[must_use]
    pub fn hiding(mut self, values: &[Value]) -> Self {
        for value in values.iter().map(Value::to_string).filter(|value| !value.is_empty()) {
            for text in [Some(&mut self.0.message), self.0.help.as_mut()].into_iter().flatten() {
                if let Some(hidden) = without(text, &value) {
                    *text = hidden.into();
                }
            }
        }
        self.0.source = None;
        self
    }

    /// Keeps the error underneath, as [`StdError::source`] gives it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }
}

/// `text` with `***` for `value`, wherever that is not part of a longer word. `None` if it is nowhere.
fn without(text: &str, value: &str) -> Option<String> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let (first, last) = (value.starts_with(part), value.ends_with(part));
    let mut hidden = String::new();
    let mut kept = 0;
    for (at, found) in text.match_indices(value) {
        let end = at + found.len();
        if !(first && text[..at].ends_with(part) || last && text[end..].starts_with(part)) {
            hidden.push_str(&text[kept..at]);
            hidden.push_str("***");
            kept = end;
        }
    }
    hidden.push_str(&text[kept..]);
    (kept > 0).then_some(hidden)
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if let Some(help) = &self.0.help {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, message, help, table, columns, constraint, candidates, model, sql, source } = &*self.0;
        let mut debug = f.debug_struct("Error");
        debug.field("kind", kind).field("message", message);
        for (name, value) in
            [("help", help.as_deref()), ("table", table.as_deref()), ("constraint", constraint.as_deref())]
        {
            if let Some(value) = value {
                debug.field(name, &value);
            }
        }
        if let Some(columns) = columns {
            debug.field("columns", columns);
        }
        if !candidates.is_empty() {
            debug.field("candidates", candidates);
        }
        if let Some(model) = model {
            debug.field("model", model);
        }
        if let Some(sql) = sql {
            debug.field("sql", sql);
        }
        if let Some(source) = source {
            debug.field("source", source);
        }
        debug.finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

const _: () = {
    const fn send_sync<T: Send + Sync + 'static>() {}
    send_sync::<Error>();
    assert!(size_of::<Error>() == size_of::<usize>());
};
