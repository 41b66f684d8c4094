//! Handles of entities.

use std::{
    fmt,
    hash::{Hash, Hasher},
    marker::PhantomData,
};

/// Where an entity is: which session, which arena, which slot. Slots are never used twice.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Handle {
    session: u64,
    arena: u32,
    slot: u32,
}

impl Handle {
    pub(super) fn new(session: u64, arena: usize, slot: usize) -> Self {
        Handle { session, arena: arena as u32, slot: slot as u32 }
    }

    pub(super) fn session(self) -> u64 {
        self.session
    }

    pub(super) fn arena(self) -> usize {
        self.arena as usize
    }

    pub(super) fn slot(self) -> usize {
        self.slot as usize
    }
}

/// The handle of an entity in a session: a small value to copy and keep. The entity itself is `session[handle]`.
///
/// Using it with another session, or after its row was rolled back or deleted, is a bug in the program and panics.
pub struct Tracked<M> {
    handle: Handle,
    model: PhantomData<fn() -> M>,
}

impl<M> Tracked<M> {
    pub(crate) fn new(handle: Handle) -> Self {
        Tracked { handle, model: PhantomData }
    }

    pub(crate) fn handle(self) -> Handle {
        self.handle
    }
}

impl<M> Clone for Tracked<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for Tracked<M> {}

impl<M> PartialEq for Tracked<M> {
    fn eq(&self, other: &Self) -> bool {
        self.handle == other.handle
    }
}

impl<M> Eq for Tracked<M> {}

impl<M> Hash for Tracked<M> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.handle.hash(state);
    }
}

impl<M> fmt::Debug for Tracked<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let model = std::any::type_name::<M>().rsplit("::").next().unwrap_or_default();
        write!(f, "Tracked<{model}>#{}", self.handle.slot)
    }
}
