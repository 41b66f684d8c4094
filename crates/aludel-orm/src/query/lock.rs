//! Rows kept from others.

use aludel_sql::statement::{Lock, LockStrength, LockWait};

use super::{Entity, Maybe, Query, Scope};
use crate::tuples::pushed_in_turn;

/// The sources of a query of scope `S` whose rows are locked: the handles of a model, or a tuple of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no model of this query whose rows could be locked",
    label = "expected a model of this query, or a tuple of them",
    note = "`.for_update().of(|(post, author)| post)`"
)]
pub trait LockOf<S> {
    #[doc(hidden)]
    fn push_sources(self, into: &mut Vec<u32>);
}

#[diagnostic::do_not_recommend]
impl<E: Entity> LockOf<E::Scope> for E {
    fn push_sources(self, into: &mut Vec<u32>) {
        into.push(self.source());
    }
}

#[diagnostic::do_not_recommend]
impl<E: Entity> LockOf<E::Scope> for Maybe<E> {
    fn push_sources(self, into: &mut Vec<u32>) {
        into.push(self.0.source());
    }
}

pushed_in_turn!(LockOf, push_sources, u32);

impl<Src: Scope, Out> Query<Src, Out> {
    /// Locks the rows of some of the models alone: `.for_update().of(|(post, author)| post)`. After [`Query::for_update`] or its
    /// like. PostgreSQL can lock no rows that an outer join may be without, and wants it beside one; MariaDB locks all or none.
    pub fn of<L: LockOf<Src>>(mut self, sources: impl FnOnce(Src::Handles) -> L) -> Self {
        let mut of = Vec::new();
        sources(self.handles()).push_sources(&mut of);
        self.lock().of = of;
        self
    }
}

impl<Src, Out> Query<Src, Out> {
    /// Keeps others from changing or locking the rows until the session's transaction, which it begins, ends. On SQLite
    /// that transaction keeps all others from writing anyway.
    pub fn for_update(self) -> Self {
        self.strength(LockStrength::Update)
    }

    /// Keeps others from changing the rows until the session's transaction, which it begins, ends.
    pub fn for_share(self) -> Self {
        self.strength(LockStrength::Share)
    }

    /// [`Query::for_update`], where others may still refer to the rows by foreign keys. PostgreSQL only.
    pub fn for_no_key_update(self) -> Self {
        self.strength(LockStrength::NoKeyUpdate)
    }

    /// [`Query::for_share`], where others may still change all but the keys. PostgreSQL only.
    pub fn for_key_share(self) -> Self {
        self.strength(LockStrength::KeyShare)
    }

    /// Leaves out the rows that others have locked: what workers take jobs from a table with. After
    /// [`Query::for_update`] or its like.
    pub fn skip_locked(self) -> Self {
        self.wait(LockWait::SkipLocked)
    }

    /// Fails at once where others have locked a row. After [`Query::for_update`] or its like.
    pub fn no_wait(self) -> Self {
        self.wait(LockWait::NoWait)
    }

    fn strength(mut self, strength: LockStrength) -> Self {
        self.lock().strength = strength;
        self
    }

    fn wait(mut self, wait: LockWait) -> Self {
        self.lock().wait = wait;
        self
    }

    fn lock(&mut self) -> &mut Lock {
        let lock = Lock { strength: LockStrength::Update, of: Vec::new(), wait: LockWait::Wait };
        self.select.lock.get_or_insert(lock)
    }
}
