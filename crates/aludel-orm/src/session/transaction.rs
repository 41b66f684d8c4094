//! Begin, commit, rollback.

use std::panic::Location;

use aludel_driver::{Connection, TransactionMode, driver::State};
use aludel_sql::{Error, ErrorKind, Result};

use super::Session;

/// Where the session is between two transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// No transaction is open.
    Idle,
    /// A transaction is open, and all went well.
    Open,
    /// A flush, or the commit, is under way. Seen from outside only if its future was dropped.
    Writing,
    /// COMMIT was sent, and its answer never came.
    Committing,
    /// Something failed; only a rollback is possible.
    Failed,
}

impl Session {
    /// Begins the transaction now, rather than with the first flush, at the database's usual level of isolation. Where no
    /// other transaction may come between a read and the write that follows from it, use [`Db::transaction`](crate::Db::transaction).
    ///
    /// # Errors
    /// The database is busy or cannot be reached, or an earlier error waits for [`Session::rollback`].
    #[track_caller]
    pub fn begin(&mut self) -> impl Future<Output = Result<()>> + Send + '_ {
        self.called_at(Location::caller());
        self.open()
    }

    /// Begins the transaction now, at a level of isolation, or as a [`TransactionMode`] says:
    /// `session.begin_with(Isolation::Serializable)`, `session.begin_with(TransactionMode::Read)`.
    ///
    /// # Errors
    /// As [`Session::begin`]; kind [`ErrorKind::Session`] if a transaction is open already.
    #[track_caller]
    pub fn begin_with(&mut self, mode: impl Into<TransactionMode>) -> impl Future<Output = Result<()>> + Send {
        self.called_at(Location::caller());
        self.open_with(mode.into())
    }

    /// Notes which line of the program asks for what comes next.
    pub(crate) fn called_at(&mut self, caller: &'static Location<'static>) {
        self.caller = Some(caller);
    }

    /// Begins the transaction unless one is open.
    pub(crate) async fn open(&mut self) -> Result<()> {
        self.check_phase()?;
        if self.phase == Phase::Idle { self.open_with(TransactionMode::Write).await } else { Ok(()) }
    }

    pub(crate) async fn open_with(&mut self, mode: TransactionMode) -> Result<()> {
        self.check_phase()?;
        if self.phase != Phase::Idle {
            return Err(Error::new(ErrorKind::Session, "a transaction is open already, as it was begun")
                .with_help("Begin before the first write, or after `commit()` or `rollback()`."));
        }
        let begun = self.connection().await?.begin(mode).await;
        match begun {
            Ok(()) => self.phase = Phase::Open,
            Err(_) => self.release(),
        }
        begun
    }

    /// Errs, with nothing sent, where nothing can be written.
    pub(super) fn check_writable(&mut self) -> Result<()> {
        match self.connection.get_mut() {
            Ok(Some(connection)) if connection.is_read_only() => {
                let message = "the session has changes to write, and its transaction can only read";
                Err(Error::new(ErrorKind::ReadOnly, message).with_help(
                    "Change entities in `db.transaction(…)` or after `session.begin()`; here, roll back to drop the changes.",
                ))
            }
            _ => Ok(()),
        }
    }

    /// Writes what changed and commits.
    ///
    /// Values stay readable afterwards. If this fails, everything since the last commit is undone in the database, and
    /// [`Session::rollback`] undoes it in the session.
    ///
    /// # Errors
    /// Those of [`Session::flush`]; the database did not take the commit; [`ErrorKind::CommitOutcomeUnknown`] when nobody
    /// can say whether it did.
    #[track_caller]
    pub fn commit(&mut self) -> impl Future<Output = Result<()>> + Send + '_ {
        self.caller = Some(Location::caller());
        self.write_and_commit()
    }

    async fn write_and_commit(&mut self) -> Result<()> {
        if !self.savepoints.is_empty() {
            return Err(Error::new(
                ErrorKind::Session,
                "a savepoint is open, and only what is around it can be committed",
            )
            .with_help("Let the savepoint end first: return `Ok`, or `release_savepoint`."));
        }
        self.flush_for_commit().await?;
        if self.phase == Phase::Open {
            self.phase = Phase::Committing;
            let result = match self.connection.get_mut() {
                Ok(Some(connection)) => connection.commit().await,
                _ => Ok(()),
            };
            if let Err(error) = result {
                self.fail().await;
                return Err(error);
            }
        }
        self.phase = Phase::Idle;
        self.release();
        for arena in &mut self.arenas {
            arena.committed();
        }
        Ok(())
    }

    /// Undoes everything since the last commit, in the database and in the session: values and states are again what they
    /// were when the transaction began, and entities that were added are gone.
    ///
    /// # Errors
    /// The database did not take the rollback; the connection is then closed, which has the same effect.
    pub async fn rollback(&mut self) -> Result<()> {
        let connection = self.connection.get_mut().ok().and_then(Option::take);
        self.phase = Phase::Idle;
        self.savepoints.clear();
        for arena in &mut self.arenas {
            arena.rolled_back();
        }
        match connection {
            Some(mut connection) => connection.rollback().await,
            None => Ok(()),
        }
    }

    /// Says whether anything but a rollback is possible.
    pub(super) fn check_phase(&mut self) -> Result<()> {
        if self.phase == Phase::Open
            && !matches!(self.connection.get_mut(), Ok(Some(connection)) if connection.state() == State::Transaction)
        {
            self.phase = Phase::Failed;
        }
        let message = match self.phase {
            Phase::Idle | Phase::Open => return Ok(()),
            Phase::Writing => "an earlier flush of this session was dropped half-way",
            Phase::Failed => "an earlier statement of this session's transaction failed, or was dropped half-way",
            Phase::Committing => {
                let message =
                    "an earlier commit of this session was dropped before its answer came: it may have happened";
                return Err(Error::new(ErrorKind::CommitOutcomeUnknown, message)
                    .with_help("Call `rollback()`, then read back what matters."));
            }
        };
        Err(Error::new(ErrorKind::Session, message).with_help(match self.savepoints.is_empty() {
            true => "Call `session.rollback().await?` before anything else.",
            false => "Return an error from the savepoint's work, `rollback_to` the savepoint, or call `session.rollback().await?`.",
        }))
    }

    /// Something failed. The transaction ends in the database, unless there is a savepoint to go back to, and the session is kept
    /// for a rollback.
    pub(super) async fn fail(&mut self) {
        self.phase = Phase::Failed;
        if self.savepoints.is_empty() {
            self.end_transaction().await;
        }
    }

    /// Ends the transaction in the database and keeps the session for a rollback.
    pub(super) async fn end_transaction(&mut self) {
        if let Ok(Some(connection)) = self.connection.get_mut() {
            // What failed is what gets reported. Dropping the connection rolls back if this could not.
            let _ = connection.rollback().await;
        }
        self.release();
    }

    /// The session's connection, taken from the pool if it has none.
    pub(crate) async fn connection(&mut self) -> Result<&mut Connection> {
        let caller = self.caller.unwrap_or_else(Location::caller);
        let slot = match self.connection.get_mut() {
            Ok(slot) => slot,
            Err(poisoned) => poisoned.into_inner(),
        };
        if slot.as_ref().is_some_and(|connection| connection.state() == State::Lost) {
            *slot = None;
        }
        match slot {
            Some(connection) => Ok(connection),
            None => Ok(slot.insert(self.db.engine().acquire_at(caller).await?)),
        }
    }

    /// The session's connection, in the transaction that is open.
    pub(crate) async fn open_connection(&mut self) -> Result<&mut Connection> {
        self.check_phase()?;
        self.connection().await
    }

    /// Whether the session's connection was lost.
    pub(super) fn is_lost(&mut self) -> bool {
        let slot = self.connection.get_mut().ok().and_then(|slot| slot.as_ref());
        slot.is_some_and(|connection| connection.state() == State::Lost)
    }

    /// Gives the connection back unless a transaction is open on it.
    pub(crate) fn release(&mut self) {
        if let Ok(slot) = self.connection.get_mut()
            && slot.as_ref().is_some_and(|connection| match connection.state() {
                State::Transaction => false,
                // It can still go back to a savepoint.
                State::Failed => self.savepoints.is_empty(),
                State::Idle | State::Lost => true,
            })
        {
            *slot = None;
        }
    }
}
