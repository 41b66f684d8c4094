//! What is wrong with a text, and where.

use std::{borrow::Cow, fmt, ops::Range};

use crate::error::{Error, ErrorKind};

/// How many characters of a line are shown before and after the place of an error.
const SHOWN: usize = 100;

/// A text that is not portable SQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong: one sentence, no full stop, lower case.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// Where, as byte offsets into the source.
    pub span: Range<usize>,
}

impl SyntaxError {
    pub(crate) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        SyntaxError { message: message.into(), help: None, span }
    }

    pub(crate) fn with_help<'a>(mut self, help: impl Into<Cow<'a, str>>) -> Self {
        self.help = Some(help.into().into_owned());
        self
    }

    /// The error of a file: its name, line and column (counted from 1, in characters), the line itself, and a caret below
    /// the place. `source` is the text that was parsed.
    pub fn in_file(self, file: &str, source: &str) -> Error {
        let start = floor(source, self.span.start);
        let end = floor(source, self.span.end).max(start);
        let line_start = source[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = source[start..].find('\n').map_or(source.len(), |newline| start + newline);
        let line = source[..line_start].matches('\n').count() + 1;
        let before = &source[line_start..start];
        let column = before.chars().count() + 1;

        // A window of a line that is too long for a terminal.
        let skipped = before.char_indices().rev().nth(SHOWN - 1).map_or(0, |(at, _)| at);
        let before: String = before[skipped..].chars().map(visible).collect();
        let after: String = source[start..line_end].trim_end().chars().take(SHOWN).map(visible).collect();
        let indent: String = before.chars().map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
        let width = source[start..end.min(line_end)].trim_end().chars().take(SHOWN).count().max(1);
        let carets = "^".repeat(width);

        let message = format!("{file}:{line}:{column}: {}\n    {before}{after}\n    {indent}{carets}", self.message);
        let error = Error::new(ErrorKind::Syntax, message);
        match self.help {
            Some(help) => error.with_help(help),
            None => error,
        }
    }
}

/// The nearest character boundary at or before `at`.
fn floor(source: &str, at: usize) -> usize {
    let mut at = at.min(source.len());
    while !source.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Control characters would act on the terminal they are shown on.
fn visible(c: char) -> char {
    if c.is_control() && c != '\t' { char::REPLACEMENT_CHARACTER } else { c }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(help) = &self.help {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}

impl std::error::Error for SyntaxError {}
