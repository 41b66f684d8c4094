//! Savepoints: places in the transaction to go back to, in the database and in the session.

use std::panic::Location;

pub use aludel_driver::Savepoint;
use aludel_sql::{Error, ErrorKind, Result};

use super::{Session, transaction::Phase};

impl Session {
    /// Runs `work` inside a savepoint: what it did is kept if it returns `Ok`, else undone, in the database and in the session.
    /// What went before is not touched, whatever fails inside. Savepoints nest.
    ///
    /// Changes made before are written first, in a transaction that begins here if none is open.
    ///
    /// # Errors
    /// The error `work` returns; those of [`Session::flush`]. The savepoint is then rolled back to.
    #[track_caller]
    pub fn savepoint<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut Session) -> Result<T>,
    ) -> impl Future<Output = Result<T>> {
        self.try_savepoint(work)
    }

    /// Like [`Session::savepoint`], with an error type of the program's own: `Ok::<_, MyError>(…)` names it.
    ///
    /// # Errors
    /// As [`Session::savepoint`].
    #[track_caller]
    pub fn try_savepoint<T, E: From<Error>>(
        &mut self,
        work: impl AsyncFnOnce(&mut Session) -> Result<T, E>,
    ) -> impl Future<Output = Result<T, E>> {
        let caller = Location::caller();
        async move {
            let savepoint = self.make(caller).await?;
            let mut inside = Inside { session: self, ended: false };
            let done = work(inside.session).await;
            let done = match done {
                Ok(value) => inside.session.keep(savepoint, caller).await.map(|()| value).map_err(E::from),
                Err(error) => {
                    // What failed first is what gets reported. If this fails too, only a rollback of it all is possible.
                    let _ = inside.session.rollback_to(savepoint).await;
                    Err(error)
                }
            };
            inside.ended = true;
            done
        }
    }

    /// Makes a savepoint by hand, to be ended by [`Session::release_savepoint`] or [`Session::rollback_to`], or with the transaction.
    /// Changes made before are written first, in a transaction that begins here if none is open.
    ///
    /// # Errors
    /// Those of [`Session::flush`].
    #[track_caller]
    pub fn begin_savepoint(&mut self) -> impl Future<Output = Result<Savepoint>> + Send + '_ {
        self.make(Location::caller())
    }

    /// Writes what changed, and ends a savepoint, and those inside it: what was done since stays part of the transaction.
    ///
    /// # Errors
    /// Those of [`Session::flush`], when it is rolled back to; kind [`ErrorKind::Session`] if it has ended before.
    #[track_caller]
    pub fn release_savepoint(&mut self, savepoint: Savepoint) -> impl Future<Output = Result<()>> + Send + '_ {
        self.keep(savepoint, Location::caller())
    }

    /// Undoes what was done since a savepoint, and ends it, and those inside it. Values and states are again what they were, and
    /// entities that were added since are gone. After a flush that failed inside, the transaction goes on.
    ///
    /// # Errors
    /// Kind [`ErrorKind::Session`] if it has ended before; else the database has undone the whole transaction, and only
    /// [`Session::rollback`] is possible.
    pub async fn rollback_to(&mut self, savepoint: Savepoint) -> Result<()> {
        let depth = self.depth(savepoint)?;
        for _ in depth..self.savepoints.len() {
            self.arenas.iter_mut().for_each(super::Arena::undo_level);
        }
        self.savepoints.truncate(depth);
        // Until the database has followed.
        self.phase = Phase::Failed;
        let done = match self.connection.get_mut() {
            Ok(Some(connection)) => connection.rollback_to(savepoint).await,
            _ => Err(gone()),
        };
        match done {
            Ok(()) => self.phase = Phase::Open,
            Err(_) => self.end_transaction().await,
        }
        done
    }

    async fn make(&mut self, caller: &'static Location<'static>) -> Result<Savepoint> {
        self.caller = Some(caller);
        self.open().await?;
        self.write(false).await?;
        let before = std::mem::replace(&mut self.phase, Phase::Writing);
        let made = match self.connection().await {
            Ok(connection) => connection.savepoint().await,
            Err(error) => Err(error),
        };
        match made {
            Ok(savepoint) => {
                self.phase = before;
                self.arenas.iter_mut().for_each(super::Arena::push_level);
                self.savepoints.push(savepoint);
                Ok(savepoint)
            }
            Err(error) => {
                self.fail().await;
                Err(error)
            }
        }
    }

    async fn keep(&mut self, savepoint: Savepoint, caller: &'static Location<'static>) -> Result<()> {
        let depth = self.depth(savepoint)?;
        self.caller = Some(caller);
        if let Err(error) = self.write_and_release(savepoint).await {
            // What failed first is what gets reported.
            let _ = self.rollback_to(savepoint).await;
            return Err(error);
        }
        for _ in depth..self.savepoints.len() {
            self.arenas.iter_mut().for_each(super::Arena::release_level);
        }
        self.savepoints.truncate(depth);
        Ok(())
    }

    async fn write_and_release(&mut self, savepoint: Savepoint) -> Result<()> {
        self.write(false).await?;
        let before = std::mem::replace(&mut self.phase, Phase::Writing);
        self.connection().await?.release(savepoint).await?;
        self.phase = before;
        Ok(())
    }

    /// How many savepoints are around this one.
    fn depth(&self, savepoint: Savepoint) -> Result<usize> {
        self.savepoints.iter().position(|open| *open == savepoint).ok_or_else(gone)
    }
}

#[cold]
fn gone() -> Error {
    Error::new(ErrorKind::Session, "the savepoint is gone: it, one around it or its transaction has ended")
        .with_help("End savepoints from the innermost outwards, each once, before the transaction ends.")
}

/// Work inside a savepoint. If its future is dropped, nobody knows what of it was done, so that only going back is possible.
struct Inside<'s> {
    session: &'s mut Session,
    ended: bool,
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        if !self.ended && self.session.phase != Phase::Idle {
            self.session.phase = Phase::Failed;
        }
    }
}
