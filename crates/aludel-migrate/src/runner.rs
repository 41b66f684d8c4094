//! Carries revisions out on a database.
//!
//! A revision is one transaction, or one for each part where `-- @commit` divides it. The history is read again inside each:
//! what another program has just applied is skipped, so any number of programs may migrate at once. A revision that fails is
//! rolled back whole, and so is one whose future is dropped.
//!
//! Where the database commits DDL by itself, a revision is done statement by statement. One that fails is left half-way, and
//! the next run goes on there.

mod execute;
mod lock;
mod offline;
mod part;
mod probe;
mod stamp;
mod stepwise;

use std::time::Duration;

use aludel_driver::{Connection, Engine, Query};
use aludel_sql::{Dialect, Error, ErrorKind, Operation, Result};

use crate::{
    catalog, fold,
    graph::{Graph, Ids, list},
    history::{self, Entry},
    hook::Hooks,
    revision::{Downgrade, Revision},
};

use lock::RunLock;
pub use stamp::Stamped;

/// Which way a revision is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Its upgrade.
    Upgrade,
    /// Its downgrade.
    Downgrade,
}

impl Direction {
    /// `upgrade` or `downgrade`.
    pub fn name(self) -> &'static str {
        match self {
            Direction::Upgrade => "upgrade",
            Direction::Downgrade => "downgrade",
        }
    }
}

/// A revision that was carried out.
#[derive(Clone, Debug)]
pub struct Applied {
    /// The revision.
    pub id: String,
    /// What it is about.
    pub message: String,
    /// What it builds on.
    pub parents: Vec<String>,
    /// Which way.
    pub direction: Direction,
    /// The SQL that was run, statement by statement, without the book-keeping.
    pub sql: Vec<String>,
    /// How long it took.
    pub elapsed: Duration,
}

/// What a run is doing.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Progress<'a> {
    /// A revision begins.
    Started {
        /// the revision
        revision: &'a Revision,
        /// which way
        direction: Direction,
    },
    /// A revision is done.
    Finished {
        /// the revision, and what was done
        applied: &'a Applied,
    },
    /// Another program has carried the revision out meanwhile.
    Skipped {
        /// the revision
        revision: &'a Revision,
    },
}

/// How a database stands to the revisions.
#[derive(Clone, Debug, Default)]
pub struct Status {
    /// The rows of the history.
    pub entries: Vec<Entry>,
    /// The revisions applied that nothing applied builds on.
    pub current: Vec<String>,
    /// The revisions that are not applied, parents first.
    pub pending: Vec<String>,
    /// The revisions applied that this program does not know: the database is newer.
    pub unknown: Vec<String>,
    /// The revisions whose files changed since they were applied.
    pub changed: Vec<String>,
    /// The revisions that were left half-way.
    pub partial: Vec<String>,
}

/// Carries revisions out.
#[derive(Debug)]
pub struct Migrator {
    graph: Graph,
    hooks: Hooks,
    lock_timeout: Duration,
    allow_cluster: bool,
}

impl Migrator {
    /// A migrator for these revisions, which may call these functions.
    pub fn new(graph: Graph, hooks: Hooks) -> Self {
        Migrator { graph, hooks, lock_timeout: Duration::from_secs(60), allow_cluster: false }
    }

    /// Waits at most so long for another program that is migrating the database. 60 seconds. On SQLite, the database's own
    /// time-out counts.
    #[must_use]
    pub fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.lock_timeout = timeout;
        self
    }

    /// Migrates a MariaDB or MySQL cluster too, where the lock keeps out only those who are connected to the same node.
    #[must_use]
    pub fn allow_cluster(mut self) -> Self {
        self.allow_cluster = true;
        self
    }

    /// The revisions.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Applies what is missing of `target` and of all it builds on: see [`Graph::resolve`] for what it may be. What was
    /// carried out, in order.
    ///
    /// # Errors
    /// Before any SQL: the target names nothing, the database is newer than this program, an applied file has changed, a
    /// function that is called is not registered, the operations do not fold. Else a statement failed, or rows stand in the
    /// way: the revision is rolled back, and those before it stay.
    pub async fn upgrade(
        &self,
        engine: &Engine,
        target: &str,
        mut progress: impl FnMut(Progress<'_>) + Send,
    ) -> Result<Vec<Applied>> {
        let mut connection = engine.acquire().await?;
        let entries = self.read(&mut connection).await?;
        let applied = history::applied(&entries);
        let mut path = self.graph.upgrade_path(&applied, &self.graph.resolve(target, &applied)?);
        resume_first(&mut path, &entries, Direction::Upgrade)?;
        let mut schema = self.graph.fold(&applied)?;
        for revision in &path {
            self.check_calls(revision.upgrade.operations())?;
            fold::section(&mut schema, revision, &revision.upgrade)?;
        }
        self.run_all(engine, &mut connection, path, Direction::Upgrade, &mut progress).await
    }

    /// Undoes what is applied and builds on `target`; everything for `base`. What was carried out, in order.
    ///
    /// # Errors
    /// As [`Migrator::upgrade`]; among others, before any SQL, when a revision to undo is irreversible or its downgrade
    /// cannot be computed.
    pub async fn downgrade(
        &self,
        engine: &Engine,
        target: &str,
        mut progress: impl FnMut(Progress<'_>) + Send,
    ) -> Result<Vec<Applied>> {
        let mut connection = engine.acquire().await?;
        let entries = self.read(&mut connection).await?;
        let mut applied = history::applied(&entries);
        let mut path = self.graph.downgrade_path(&applied, &self.graph.resolve(target, &applied)?)?;
        resume_first(&mut path, &entries, Direction::Downgrade)?;
        let mut schema = self.graph.fold(&applied)?;
        for revision in &path {
            applied.remove(&revision.id);
            let parts = self.parts(connection.dialect(), revision, Direction::Downgrade, &applied)?;
            for step in parts.iter().flatten() {
                self.check_calls([&step.operation])?;
                fold::apply(&mut schema, &step.operation).map_err(|error| error.context(step.position(revision)))?;
            }
        }
        self.run_all(engine, &mut connection, path, Direction::Downgrade, &mut progress).await
    }

    async fn run_all(
        &self,
        engine: &Engine,
        connection: &mut Connection,
        path: Vec<&Revision>,
        direction: Direction,
        progress: &mut (dyn FnMut(Progress<'_>) + Send),
    ) -> Result<Vec<Applied>> {
        if path.is_empty() {
            return Ok(Vec::new());
        }
        let mut lock = RunLock::take(self, engine).await?;
        let done = self.run_locked(connection, &mut lock, path, direction, progress).await;
        lock.release().await;
        done
    }

    async fn run_locked(
        &self,
        connection: &mut Connection,
        lock: &mut RunLock,
        path: Vec<&Revision>,
        direction: Direction,
        progress: &mut (dyn FnMut(Progress<'_>) + Send),
    ) -> Result<Vec<Applied>> {
        for sql in catalog::of(connection.dialect())?.session {
            connection.execute(Query::other(*sql)).await?;
        }
        let mut done = Vec::with_capacity(path.len());
        let mut folded = None;
        for revision in path {
            lock.check().await?;
            progress(Progress::Started { revision, direction });
            let applied = match connection.dialect().capability().transactional_ddl {
                true => self.carry_out(connection, revision, direction, &mut folded).await?,
                false => self.carry_out_stepwise(connection, revision, direction).await?,
            };
            match applied {
                Some(applied) => {
                    progress(Progress::Finished { applied: &applied });
                    done.push(applied);
                }
                None => progress(Progress::Skipped { revision }),
            }
        }
        Ok(done)
    }

    /// The revisions applied that nothing applied builds on. Creates nothing.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn current(&self, engine: &Engine) -> Result<Vec<String>> {
        history::current(&mut engine.acquire().await?).await
    }

    /// How the database stands to the revisions. Creates nothing, and is no error whatever it finds.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn status(&self, engine: &Engine) -> Result<Status> {
        let entries = history::read(&mut engine.acquire().await?).await?;
        let applied = history::applied(&entries);
        let ids = |of: &dyn Fn(&Entry) -> bool| {
            entries.iter().filter(|entry| of(entry)).map(|entry| entry.id.clone()).collect()
        };
        Ok(Status {
            current: history::heads(&entries),
            pending: self.graph.iter().filter(|r| !applied.contains(&r.id)).map(|r| r.id.clone()).collect(),
            unknown: ids(&|entry| self.graph.get(&entry.id).is_none()),
            changed: ids(&|entry| self.graph.get(&entry.id).is_some_and(|r| r.checksum != entry.checksum)),
            partial: ids(&Entry::is_partial),
            entries,
        })
    }

    /// The history, if it is one this program can go on from.
    async fn read(&self, connection: &mut Connection) -> Result<Vec<Entry>> {
        let entries = history::read(connection).await?;
        // What was run of a revision done piece by piece is compared itself, so that the rest can be corrected.
        let whole = connection.dialect().capability().transactional_ddl;
        self.check_known(&entries, |entry| whole || !entry.is_partial())?;
        Ok(entries)
    }

    fn check_known(&self, entries: &[Entry], is_final: impl Fn(&Entry) -> bool) -> Result<()> {
        let unknown: Vec<&str> =
            entries.iter().map(|entry| entry.id.as_str()).filter(|id| self.graph.get(id).is_none()).collect();
        if !unknown.is_empty() {
            return Err(Error::new(
                ErrorKind::Migration,
                format!(
                    "the database is newer than this program: it has {}, which the program does not know",
                    list(unknown)
                ),
            )
            .with_help("Run a newer program, or restore the files of those revisions"));
        }
        for entry in entries.iter().filter(|entry| is_final(entry)) {
            if let Some(revision) = self.graph.get(&entry.id)
                && revision.checksum != entry.checksum
            {
                return Err(Error::new(
                    ErrorKind::Migration,
                    format!(
                        "{}: revision `{}` was changed after it was applied to this database",
                        revision.file, entry.id
                    ),
                )
                .with_help(format!(
                    "Undo the change and write a new revision, or accept it as it is with `db repair --accept {}`",
                    entry.id
                )));
            }
        }
        Ok(())
    }

    fn check_calls<'a>(&self, operations: impl IntoIterator<Item = &'a Operation>) -> Result<()> {
        operations.into_iter().try_for_each(|operation| match operation {
            Operation::Call { name } => self.hooks.get(name).map(|_| ()),
            _ => Ok(()),
        })
    }

    /// The parts of a revision, in order. `below` is what is applied without it.
    fn parts(
        &self,
        dialect: &dyn Dialect,
        revision: &Revision,
        direction: Direction,
        below: &Ids,
    ) -> Result<Vec<part::Part>> {
        Ok(part::divide(dialect, self.written_parts(revision, direction, below)?))
    }

    fn written_parts(&self, revision: &Revision, direction: Direction, below: &Ids) -> Result<Vec<part::Part>> {
        match (direction, &revision.downgrade) {
            (Direction::Upgrade, _) => Ok(part::split(&revision.upgrade)),
            (Direction::Downgrade, Downgrade::Written(section)) => Ok(part::split(section)),
            (Direction::Downgrade, Downgrade::Computed) => {
                let operations = fold::computed_downgrade(&self.graph.fold(below)?, revision)?;
                Ok(vec![operations.into_iter().map(part::Step::computed).collect()])
            }
            (Direction::Downgrade, Downgrade::Irreversible(why)) => Err(Error::new(
                ErrorKind::Migration,
                format!("{}: revision `{}` is irreversible: {why}", revision.file, revision.id),
            )
            .with_help("Restore a backup, or go forward with a new revision")),
        }
    }
}

/// Puts the revision that was left half-way first: nothing else can be done before it is finished the way it was begun.
fn resume_first(path: &mut [&Revision], entries: &[Entry], direction: Direction) -> Result<()> {
    let Some(entry) = entries.iter().find(|entry| entry.is_partial()) else { return Ok(()) };
    let place = path.iter().position(|revision| revision.id == entry.id);
    match place.filter(|_| entry.direction == direction.name()) {
        Some(at) => {
            path[..=at].rotate_right(1);
            Ok(())
        }
        None => Err(half_way(entry)),
    }
}

fn half_way(entry: &Entry) -> Error {
    let Entry { id, direction, step, steps, .. } = entry;
    Error::new(
        ErrorKind::Migration,
        format!("the {direction} of revision `{id}` was left half-way: {step} of its {steps} parts are done"),
    )
    .with_help(format!("Finish it first with `{}`", entry.resumption()))
}
