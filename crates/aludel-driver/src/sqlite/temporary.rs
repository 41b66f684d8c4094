//! The private temporary database behind `sqlite://`.
//!
//! It is a file, because two connections to `:memory:` are two databases and a shared cache fails readers while someone
//! writes. In memory all the same where the system has a file system for that.

use std::{
    collections::hash_map::RandomState,
    env, fs,
    hash::{BuildHasher, Hasher},
    io,
    path::{Path, PathBuf},
    process,
};

use aludel_sql::{Error, ErrorKind, Result};

/// A folder of one's own that is deleted on drop.
#[derive(Debug)]
pub(super) struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    pub(super) fn new() -> Result<Self> {
        let in_memory = Path::new("/dev/shm");
        create_in(in_memory).or_else(|_| create_in(&env::temp_dir())).map_err(|error| {
            Error::new(ErrorKind::Io, "no folder for a temporary database could be made")
                .with_help("Check that the system's folder for temporary files can be written to and has space.")
                .with_source(error)
        })
    }

    /// The path of the database file.
    pub(super) fn file(&self) -> PathBuf {
        self.0.join("temporary.db")
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        // A folder of temporary files that cannot be deleted is the system's to clean.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn create_in(parent: &Path) -> io::Result<TemporaryFolder> {
    if !parent.is_dir() {
        return Err(io::ErrorKind::NotFound.into());
    }
    // Every hasher of the standard library has keys of its own. Making a folder that exists fails, so a guessed name
    // is no way in.
    let random = RandomState::new().build_hasher().finish();
    let path = parent.join(format!("aludel-{}-{random:016x}", process::id()));
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&path)?;
    Ok(TemporaryFolder(path))
}
