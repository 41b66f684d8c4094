//! Migrations that are part of a program.

use std::path::Path;

use crate::source::Source;

/// The application's migrations, as `migrations!` makes them part of the program.
#[derive(Clone, Copy, Debug)]
pub struct Migrations {
    /// The directory they were read from when the program was compiled.
    pub directory: &'static str,
    /// The files: names and texts.
    pub files: &'static [(&'static str, &'static str)],
    /// The text of `heads.lock`.
    pub lock: &'static str,
}

impl Migrations {
    /// Where to read revisions from: the directory, on the machine that has it, so that a new revision needs no compiling;
    /// else what was compiled in.
    pub fn source(&self) -> Source {
        if Path::new(self.directory).is_dir() {
            Source::Directory(self.directory.into())
        } else {
            Source::Embedded { files: self.files, lock: self.lock }
        }
    }
}
