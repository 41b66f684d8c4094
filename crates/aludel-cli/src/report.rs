//! What the commands write: data, notes, errors.

use std::{
    error::Error as _,
    io::{self, Write},
    path::{Path, PathBuf},
};

use aludel_sql::{Error, ErrorKind, Result};

/// Writes what was asked for, and a line end, to standard output.
///
/// A reader that has seen enough, as `head` has, is no error.
pub(crate) fn data(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::new(ErrorKind::Io, format!("standard output cannot be written to: {error}")).with_source(error))
        }
        _ => Ok(()),
    }
}

/// Writes what a person may want to know to standard error.
pub(crate) fn note(text: impl AsRef<str>) {
    // There is nobody left to tell that it failed.
    let _ = writeln!(io::stderr(), "{}", text.as_ref());
}

/// Writes what happened, why, and what to do about it to standard error.
pub(crate) fn error(error: &Error) {
    let mut text = format!("error: {}", error.message());
    // A cause that was said already ends them: what is below it is the code behind the words.
    let mut cause = error.source();
    while let Some(because) = cause.filter(|cause| !text.contains(&cause.to_string())) {
        text.push_str(&format!("\n  because: {because}"));
        cause = because.source();
    }
    if let Some(sql) = error.sql().filter(|sql| !text.contains(sql)) {
        text.push_str(&format!("\n  in: {sql}"));
    }
    if let Some(help) = error.help() {
        text.push_str(&format!("\nhelp: {help}"));
    }
    note(text);
}

/// A path as a person at this place would name it: relative when it is below the current directory.
pub(crate) fn shown(path: &Path) -> PathBuf {
    match std::env::current_dir().ok().as_deref().and_then(|current| path.strip_prefix(current).ok()) {
        Some(below) if !below.as_os_str().is_empty() => below.to_owned(),
        _ => path.to_owned(),
    }
}
