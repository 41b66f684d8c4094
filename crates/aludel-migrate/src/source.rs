//! Where revisions come from: a directory, or the program itself.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use aludel_sql::{Error, ErrorKind, Result};

use crate::revision::Revision;

/// The name of the file that lists the heads.
pub const LOCK_FILE: &str = "heads.lock";

/// Where revisions come from.
#[derive(Clone, Debug)]
pub enum Source {
    /// Every `*.sql` of a directory, and its `heads.lock`.
    Directory(PathBuf),
    /// Files that were compiled into the program.
    Embedded {
        /// Name and text of each file.
        files: &'static [(&'static str, &'static str)],
        /// The text of `heads.lock`.
        lock: &'static str,
    },
}

impl Source {
    /// Reads every revision, in the order of the file names.
    ///
    /// # Errors
    /// The directory or a file cannot be read, or a file is not a revision.
    pub fn revisions(&self) -> Result<Vec<Revision>> {
        match self {
            Source::Embedded { files, .. } => files.iter().map(|(name, text)| Revision::parse(name, text)).collect(),
            Source::Directory(directory) => paths(directory)?
                .iter()
                .map(|path| {
                    let name = path.display().to_string();
                    let text = fs::read_to_string(path).map_err(|error| match error.kind() {
                        io::ErrorKind::InvalidData => {
                            Error::new(ErrorKind::Migration, format!("{name}: the file is not UTF-8"))
                                .with_help("Save it as UTF-8")
                        }
                        _ => io_error(path, "read", error),
                    })?;
                    Revision::parse(&name, &text)
                })
                .collect(),
        }
    }

    /// The text of `heads.lock`: empty when there is none.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn lock(&self) -> Result<String> {
        match self {
            Source::Embedded { lock, .. } => Ok((*lock).to_owned()),
            Source::Directory(directory) => {
                let path = directory.join(LOCK_FILE);
                match fs::read_to_string(&path) {
                    Ok(text) => Ok(text),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
                    Err(error) => Err(io_error(&path, "read", error)),
                }
            }
        }
    }
}

/// The `*.sql` of a directory, by name.
fn paths(directory: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(directory).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            Error::new(ErrorKind::Migration, format!("there is no migrations directory `{}`", directory.display()))
                .with_help("Run `db init` first, or name the directory")
                .with_source(error)
        }
        _ => io_error(directory, "read", error),
    })?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| io_error(directory, "read", error))?.path();
        let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if !hidden && path.extension().is_some_and(|extension| extension == "sql") && !path.is_dir() {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// An error of the file system about a path.
pub(crate) fn io_error(path: &Path, verb: &str, error: io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("`{}` cannot be {}: {error}", path.display(), past(verb))).with_source(error)
}

fn past(verb: &str) -> &str {
    match verb {
        "write" => "written",
        "create" => "created",
        other => other,
    }
}
