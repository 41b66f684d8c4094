//! Opening connections and setting them up.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use aludel_sql::{Error, ErrorKind, Result};
use rusqlite::{Connection, OpenFlags, config::DbConfig, ffi};

use super::{
    error, functions,
    hooks::{self, Budget},
    temporary::TemporaryFolder,
};
use crate::url::{Mode, SqliteOptions, Synchronous};

/// How many prepared statements a connection keeps.
const STATEMENTS: usize = 256;

/// The size in bytes from which the log of a database is worth a checkpoint, and which it is cut back to.
pub(super) const WAL_BOUND: u64 = 4 * 1024 * 1024;

/// The pages in the log at which a commit does a checkpoint itself: a net for when ours cannot keep up.
const AUTOMATIC_CHECKPOINT: u32 = 20_000;

/// All there is to know to open one more connection.
#[derive(Debug)]
pub(super) struct Opener {
    path: PathBuf,
    mode: Mode,
    synchronous: Synchronous,
    pub(super) timeout: Duration,
    statement_timeout: Option<Duration>,
    /// Deletes the database when the pool is dropped.
    _temporary: Option<TemporaryFolder>,
}

/// An open connection and what belongs to it.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) connection: Connection,
    pub(super) budget: Arc<Budget>,
    /// A commit waits for the disk.
    pub(super) syncs: bool,
    /// A statement ran that may have changed settings of the connection.
    pub(super) unsettled: bool,
    /// What was set belongs to all it is lent to.
    pub(super) set_up: bool,
}

impl Opener {
    pub(super) fn new(path: Option<PathBuf>, options: &SqliteOptions) -> Result<Self> {
        let &SqliteOptions { synchronous, timeout, statement_timeout, mode, .. } = options;
        let (path, temporary, usual) = match path {
            Some(path) => (path, None, Synchronous::Normal),
            None => {
                let folder = TemporaryFolder::new()?;
                (folder.file(), Some(folder), Synchronous::Off)
            }
        };
        let synchronous = synchronous.unwrap_or(usual);
        Ok(Opener { path, mode, synchronous, timeout, statement_timeout, _temporary: temporary })
    }

    /// Opens the first connection, after a look at what could be wrong that SQLite has only one word for.
    pub(super) fn first(&self) -> Result<Slot> {
        check_path(&self.path, self.mode)?;
        self.open()
    }

    /// The log beside the database file.
    pub(super) fn wal(&self) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        path.push("-wal");
        path.into()
    }

    pub(super) fn writes(&self) -> bool {
        self.mode != Mode::ReadOnly
    }

    pub(super) fn open(&self) -> Result<Slot> {
        self.set_up().map_err(|failure| self.explain(failure))
    }

    fn set_up(&self) -> rusqlite::Result<Slot> {
        let flags = match self.mode {
            Mode::ReadOnly => OpenFlags::SQLITE_OPEN_READ_ONLY,
            Mode::ReadWrite => OpenFlags::SQLITE_OPEN_READ_WRITE,
            Mode::ReadWriteCreate => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        };
        let connection = Connection::open_with_flags(&self.path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(self.timeout)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        // `"nocolumn"` is an error instead of a text, and functions in a schema cannot do harm.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
        // Else a statement with a bound LIMIT or LIKE is prepared again at every run, so that its plan can fit the value.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;

        // Also the first statement that reads the file, and so finds out whether it is a database.
        let change = if self.writes() { " = WAL" } else { "" };
        let journal: String = connection.query_row(&format!("PRAGMA journal_mode{change}"), [], |row| row.get(0))?;
        let synchronous = match self.synchronous {
            Synchronous::Off => 0,
            Synchronous::Normal => 1,
            Synchronous::Full => 2,
            Synchronous::Extra => 3,
        };
        connection.execute_batch(&format!(
            "PRAGMA synchronous = {synchronous};
             PRAGMA foreign_keys = ON;
             PRAGMA wal_autocheckpoint = {AUTOMATIC_CHECKPOINT};
             PRAGMA journal_size_limit = {WAL_BOUND}"
        ))?;
        connection.busy_timeout(Duration::ZERO)?;
        functions::install(&connection)?;
        let lazy = journal.eq_ignore_ascii_case("wal") && self.synchronous == Synchronous::Normal;
        let syncs = !lazy && self.synchronous != Synchronous::Off;
        let (connection, budget) = hooks::install(connection, self.statement_timeout);
        Ok(Slot { connection, budget, syncs, unsettled: false, set_up: false })
    }

    fn explain(&self, failure: rusqlite::Error) -> Error {
        let path = self.path.display();
        match failure.sqlite_error().map_or(0, |error| error.extended_code & 0xff) {
            ffi::SQLITE_NOTADB => Error::new(ErrorKind::Connect, format!("the file `{path}` is not a SQLite database"))
                .with_help("Correct the path in the database URL, or move the file away."),
            ffi::SQLITE_CANTOPEN => Error::new(
                ErrorKind::Connect,
                format!("the database file `{path}` could not be opened"),
            )
            .with_help(
                "Check the permissions of the file and of its folder: SQLite makes further files beside the database.",
            ),
            ffi::SQLITE_READONLY => {
                Error::new(ErrorKind::Connect, format!("the database file `{path}` cannot be written to"))
                    .with_help("Give this user the right to write the file and its folder, or open it with `?mode=ro`.")
            }
            _ => error::from_sqlite(failure).context(format_args!("the database file `{path}` could not be opened")),
        }
    }
}

fn check_path(path: &Path, mode: Mode) -> Result<()> {
    let shown = path.display();
    match fs::metadata(path) {
        Ok(file) if file.is_dir() => {
            return Err(Error::new(ErrorKind::Connect, format!("`{shown}` is a folder, not a database file"))
                .with_help("Name a file in the database URL: `sqlite:///folder/app.db`."));
        }
        Ok(_) => return Ok(()),
        Err(_) => {}
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match fs::metadata(folder) {
        Ok(found) if !found.is_dir() => Err(Error::new(
            ErrorKind::Io,
            format!("`{}`, where the database file is to be, is not a folder", folder.display()),
        )
        .with_help("Correct the path in the database URL.")),
        Err(error) => {
            let folder = folder.display();
            Err(Error::new(ErrorKind::Io, format!("the folder `{folder}` of the database file cannot be entered"))
                .with_help("Create the folder, or correct the path in the database URL.")
                .with_source(error))
        }
        Ok(_) if mode != Mode::ReadWriteCreate => {
            Err(Error::new(ErrorKind::Connect, format!("there is no database file `{shown}`"))
                .with_help("Correct the path in the database URL, or take `mode` out of it to have the file made."))
        }
        Ok(_) => Ok(()),
    }
}
