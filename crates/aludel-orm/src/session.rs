//! The unit of work: entities a program works on, and the SQL that makes the database agree with them.
//!
//! | file | what it does |
//! |---|---|
//! | `handle` | [`Tracked`], the handle of an entity |
//! | `arena` | where entities live, what state each is in, the identity map |
//! | `relations` | walking and changing relations |
//! | `read` | queries whose rows become entities |
//! | `plan`, `flush` | what must be written in which order, and writing it |
//! | `text` | the texts of statements of its own |
//! | `transaction` | begin, commit, rollback |
//! | `savepoint` | savepoints |
//! | `records` | entities of models known by their description alone |

mod arena;
mod flush;
mod handle;
mod plan;
mod raw;
mod read;
mod records;
mod relations;
mod savepoint;
mod text;
mod transaction;

pub use handle::{Handle, Tracked};
pub use records::Record;
pub use relations::RelationMut;
pub use savepoint::Savepoint;

use std::{
    any::TypeId,
    fmt,
    ops::{Index, IndexMut},
    panic::Location,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use aludel_driver::Connection;
use aludel_sql::Value;

use self::{
    arena::{Arena, Entities},
    transaction::Phase,
};
use crate::{
    db::Db,
    model::{Edge, IntoNew, Model, ModelDef, New},
};

/// A unit of work: it owns the entities a program reads for change, and finds the SQL that writes what changed.
///
/// Entities are reached through [`Tracked`] handles: `session[user].email = "…".into()`. Nothing is written before
/// [`Session::flush`] or [`Session::commit`]; a session that is dropped rolls back. One task uses a session at a time, which
/// the borrow checker sees to.
pub struct Session {
    id: u64,
    db: Db,
    /// Reached by `get_mut` alone: the mutex makes the session `Sync` at no cost.
    connection: Mutex<Option<Connection>>,
    phase: Phase,
    arenas: Vec<Arena>,
    /// The savepoints of the open transaction, the outermost first.
    savepoints: Vec<Savepoint>,
    /// The line of the program that asked for what is being done.
    caller: Option<&'static Location<'static>>,
}

impl Session {
    pub(crate) fn new(db: Db) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Session {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            db,
            connection: Mutex::new(None),
            phase: Phase::Idle,
            arenas: Vec::new(),
            savepoints: Vec::new(),
            caller: None,
        }
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Takes in a new row, to be inserted by the next flush.
    ///
    /// # Panics
    /// A relation was given the handle of another session.
    #[track_caller]
    pub fn add<M: Model>(&mut self, new: impl IntoNew<M>) -> Tracked<M> {
        let New { mut value, given, edges } = new.into_new();
        value.enter_session();
        let arena = self.arena_of::<M>();
        self.arenas[arena].entities_mut::<M>().push(value);
        let handle = Handle::new(self.id, arena, self.arenas[arena].push_new(given));
        let tracked = Tracked::new(handle);
        for (relation, edge) in edges {
            match edge {
                Edge::To(parent) => self.link_new(handle, relation as usize, parent),
                Edge::Along(add) => add(self, tracked),
            }
        }
        tracked
    }

    /// Marks an entity for deletion by the next flush. One that was never written is forgotten.
    ///
    /// # Panics
    /// The handle is of another session, or its row is gone.
    #[track_caller]
    pub fn delete<M: Model>(&mut self, entity: Tracked<M>) {
        self.delete_handle(entity.handle());
    }

    #[track_caller]
    pub(crate) fn delete_handle(&mut self, handle: Handle) {
        let slot = self.check(handle);
        self.arenas[handle.arena()].delete(slot);
    }

    /// The primary key of an entity, or `None` before the database has given it one.
    ///
    /// # Panics
    /// The handle is of another session, or its row is gone.
    #[track_caller]
    pub fn key<M: Model>(&self, entity: Tracked<M>) -> Option<Vec<Value>> {
        let slot = self.check(entity.handle());
        let arena = &self.arenas[entity.handle().arena()];
        arena.has_key(slot).then(|| arena.key_values(slot))
    }

    /// Whether anything would be written by a flush.
    pub fn is_dirty(&self) -> bool {
        self.arenas.iter().any(Arena::is_dirty)
    }

    /// Whether a transaction is open.
    pub fn in_transaction(&self) -> bool {
        self.phase != Phase::Idle
    }

    /// Forgets all entities and rolls back what was not committed. Handles given out so far are void.
    ///
    /// # Errors
    /// The database did not take the rollback; the session is empty all the same.
    pub async fn clear(&mut self) -> aludel_sql::Result<()> {
        let rolled_back = self.rollback().await;
        self.arenas.clear();
        self.id = Session::new(self.db.clone()).id;
        rolled_back
    }

    /// The number of the arena for `M`, made if it is not there.
    fn arena_of<M: Model>(&mut self) -> usize {
        let id = TypeId::of::<M>();
        if let Some(found) = self.find_arena(M::definition()) {
            assert!(
                self.arenas[found].holds(id),
                "this session holds `{}` as records: use another session for typed work",
                M::definition().name
            );
            return found;
        }
        self.push_arena(Arena::new(M::definition(), Box::new(Entities::<M>::default())))
    }

    fn push_arena(&mut self, mut arena: Arena) -> usize {
        self.savepoints.iter().for_each(|_| arena.push_level());
        self.arenas.push(arena);
        self.arenas.len() - 1
    }

    fn find_arena(&self, model: &ModelDef) -> Option<usize> {
        self.arenas.iter().position(|arena| arena.model().type_id == model.type_id)
    }

    /// The slot of a handle, which must be one of this session and alive.
    #[track_caller]
    fn check(&self, handle: Handle) -> usize {
        let arena = match self.arenas.get(handle.arena()) {
            Some(arena) if handle.session() == self.id => arena,
            _ => panic!("this handle belongs to another session, or to this one before it was cleared"),
        };
        let slot = handle.slot();
        if let Some(why) = arena.gone(slot) {
            panic!("this `{}` {why}: its handle has nothing to refer to any more", arena.model().name);
        }
        slot
    }
}

impl<M: Model> Index<Tracked<M>> for Session {
    type Output = M;

    #[track_caller]
    fn index(&self, entity: Tracked<M>) -> &M {
        let slot = self.check(entity.handle());
        &self.arenas[entity.handle().arena()].entities::<M>()[slot]
    }
}

/// The first mutable borrow of an entity since the last flush takes a copy of its values, which the flush compares.
impl<M: Model> IndexMut<Tracked<M>> for Session {
    #[track_caller]
    fn index_mut(&mut self, entity: Tracked<M>) -> &mut M {
        let slot = self.check(entity.handle());
        let arena = &mut self.arenas[entity.handle().arena()];
        arena.touch(slot);
        &mut arena.entities_mut::<M>()[slot]
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Session");
        debug.field("phase", &self.phase);
        for arena in &self.arenas {
            debug.field(arena.model().name, &arena.len());
        }
        debug.finish()
    }
}

const _: () = {
    const fn send_sync<T: Send + Sync>() {}
    send_sync::<Session>();
};
