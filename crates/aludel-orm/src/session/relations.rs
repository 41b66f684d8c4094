//! Walking relations, and changing them.
//!
//! The foreign-key field is the only truth once the row it refers to has a key; an *edge* stands in for it only towards a
//! row that has none yet. So a changed field and a changed relation show at once from either side. Where a foreign key has
//! several columns, an edge stands in for all of them.

mod source;

pub(super) use source::Source;

use std::marker::PhantomData;

use aludel_sql::{Error, ErrorKind, Result, Value};

use super::{
    Session,
    arena::SlotState,
    handle::{Handle, Tracked},
};
use crate::{
    handle::Relation,
    key::Key,
    model::{Model, New, Reference, RelationDef, RelationKind},
    relation::{Cardinality, Many, Maybe, One},
};

impl Session {
    /// The entities a relation leads to, from memory: `session.related(susan, |u| u.posts)`.
    ///
    /// # Panics
    /// They are not all here: load them first, `session.load(susan, |u| u.posts).await?`.
    #[track_caller]
    pub fn related<P: Model, C: Model, K: Cardinality>(
        &self,
        entity: Tracked<P>,
        relation: impl FnOnce(P::Fields<P>) -> Relation<P, P, C, K>,
    ) -> K::Tracked<C> {
        let relation = relation(P::fields(0)).index as usize;
        let found = self.related_handles(entity.handle(), relation);
        match found.and_then(|found| K::tracked(found.into_iter().map(Tracked::new).collect())) {
            Some(related) => related,
            None => {
                let (model, name) = (P::definition().name, P::definition().relations[relation].name);
                panic!("`{model}.{name}` is not loaded: load it first, `session.load(handle, |x| x.{name}).await?`")
            }
        }
    }

    /// Lends a relation for change: `session.rel_mut(susan, |u| u.posts).add(…)`.
    ///
    /// # Panics
    /// The handle is of another session, or its row is gone.
    #[track_caller]
    pub fn rel_mut<P: Model, C: Model, K: Cardinality>(
        &mut self,
        entity: Tracked<P>,
        relation: impl FnOnce(P::Fields<P>) -> Relation<P, P, C, K>,
    ) -> RelationMut<'_, C, K> {
        self.check(entity.handle());
        let relation = relation(P::fields(0)).index as usize;
        RelationMut { session: self, owner: entity.handle(), relation, to: PhantomData }
    }

    pub(super) fn relation(&self, owner: Handle, relation: usize) -> &'static RelationDef {
        &self.arenas[owner.arena()].model().relations[relation]
    }

    /// The foreign key of a relation, with its number.
    pub(super) fn foreign_key(&self, owner: Handle, relation: usize) -> (usize, &'static Reference) {
        self.arenas[owner.arena()].model().foreign_key(self.relation(owner, relation))
    }

    /// The handles a relation leads to, or `None` if they are not all here.
    #[track_caller]
    pub(super) fn related_handles(&self, owner: Handle, relation: usize) -> Option<Vec<Handle>> {
        let slot = self.check(owner);
        let arena = &self.arenas[owner.arena()];
        let def = self.relation(owner, relation);
        let (number, reference) = arena.model().foreign_key(def);
        match def.kind {
            RelationKind::BelongsTo => {
                if let Some((_, to)) = arena.edges(slot).iter().find(|(edge, _)| *edge == number) {
                    return Some(vec![*to]);
                }
                let key = Key::of(&reference.columns, |column| arena.get(slot, column));
                let given = |&column: &usize| arena.is_given(slot, column);
                let key_given = arena.state(slot) != SlotState::New || reference.columns.iter().all(given);
                if key.is_null() || !key_given || arena.waits(slot, reference) {
                    return Some(Vec::new());
                }
                self.find_referred(reference, &key).map(|handle| vec![handle])
            }
            RelationKind::HasMany => {
                if !arena.is_loaded(relation, slot) {
                    return None;
                }
                let Some(children) = self.find_arena((def.target)()) else { return Some(Vec::new()) };
                let mut found: Vec<usize> = match self.known_key(owner, reference) {
                    Some(key) if !key.is_null() => self.arenas[children].children(number, &key),
                    _ => Vec::new(),
                };
                let waiting = self.arenas[children].touched().iter().copied().filter(|&child| {
                    self.arenas[children].is_alive(child)
                        && self.arenas[children].edges(child).contains(&(number, owner))
                });
                found.extend(waiting);
                found.sort_unstable();
                Some(found.into_iter().map(|child| Handle::new(self.id, children, child)).collect())
            }
        }
    }

    /// The entity whose key a foreign key holds, if it is here.
    pub(super) fn find_referred(&self, reference: &Reference, key: &Key) -> Option<Handle> {
        if key.is_null() {
            return None;
        }
        let index = self.find_arena(reference.target)?;
        let arena = &self.arenas[index];
        let holds = |slot: &usize| arena.holds_key(*slot, &reference.referred, key);
        let slot = if reference.to_primary_key {
            let touched = || arena.touched().iter().copied().find(|slot| arena.has_key(*slot) && holds(slot));
            arena.find(key).or_else(touched)
        } else {
            let alive = (0..arena.len()).find(|slot| arena.is_alive(*slot) && holds(slot));
            // One that is to be deleted has its values until then.
            alive.or_else(|| (0..arena.len()).find(|slot| arena.gone(*slot).is_none() && holds(slot)))
        };
        slot.filter(|&slot| arena.gone(slot).is_none()).map(|slot| Handle::new(self.id, index, slot))
    }

    /// Makes `child`, through its own to-one `relation`, belong to `parent`, or to nobody.
    #[track_caller]
    pub(crate) fn link(&mut self, child: Handle, relation: usize, parent: Option<Handle>) {
        let (number, reference) = self.foreign_key(child, relation);
        self.refer(child, number, reference, parent);
    }

    /// Makes `child` belong to `parent`, through the parent's to-many `relation`.
    #[track_caller]
    pub(crate) fn attach(&mut self, parent: Handle, relation: usize, child: Handle) {
        let (number, reference) = self.foreign_key(parent, relation);
        self.refer(child, number, reference, Some(parent));
    }

    /// As [`Session::link`], of a row that is being made.
    #[track_caller]
    pub(crate) fn link_new(&mut self, child: Handle, relation: usize, parent: Handle) {
        let (number, reference) = self.foreign_key(child, relation);
        self.refer_new(child, number, reference, parent);
    }

    /// As [`Session::attach`], of a row that is being made.
    #[track_caller]
    pub(crate) fn attach_new(&mut self, parent: Handle, relation: usize, child: Handle) {
        let (number, reference) = self.foreign_key(parent, relation);
        self.refer_new(child, number, reference, parent);
    }

    /// Of what a new row is told all at once, nothing is the last word: two values for a column are a mistake.
    #[track_caller]
    fn refer_new(&mut self, child: Handle, number: usize, reference: &'static Reference, parent: Handle) {
        let contradiction = self.contradiction(child, reference, parent);
        let before = self.arenas[child.arena()].work(child.slot()).and_then(|work| work.contradiction);
        self.refer(child, number, reference, Some(parent));
        if let Some(column) = before.or(contradiction) {
            self.arenas[child.arena()].work_mut(child.slot()).contradiction = Some(column);
        }
    }

    #[track_caller]
    fn refer(&mut self, child: Handle, number: usize, reference: &'static Reference, parent: Option<Handle>) {
        let slot = self.check(child);
        let known = parent.map(|parent| {
            self.check(parent);
            (parent, self.known_key(parent, reference))
        });
        let arena = &mut self.arenas[child.arena()];
        arena.touch(slot);
        let work = arena.work_mut(slot);
        work.edges.retain(|(edge, _)| *edge != number);
        work.contradiction = work.contradiction.filter(|column| !reference.columns.contains(column));
        match known {
            None => reference.cleared.iter().for_each(|&column| arena.give(slot, column, &Value::Null)),
            Some((_, Some(key))) => {
                let values = reference.columns.iter().zip(key.values());
                values.for_each(|(&column, value)| arena.give(slot, column, value));
            }
            Some((parent, None)) => {
                work.edges.push((number, parent));
                let is_new = arena.state(slot) == SlotState::New;
                for (column, referred) in reference.pairs() {
                    let value = if is_new { self.known_value(parent, referred) } else { None };
                    let arena = &mut self.arenas[child.arena()];
                    match value {
                        Some(value) => arena.give(slot, column, &value),
                        // As it was, so that a later change of the field can be told from this edge.
                        None => arena.take_back(slot, column),
                    }
                }
            }
        }
    }

    /// Whether a row refers to another by a foreign key of its own.
    fn refers(&self, child: Handle, number: usize, reference: &Reference, parent: Handle) -> bool {
        let (arena, slot) = (&self.arenas[child.arena()], child.slot());
        if arena.waits(slot, reference) {
            return arena.edges(slot).contains(&(number, parent));
        }
        self.known_key(parent, reference).is_some_and(|key| arena.holds_key(slot, &reference.columns, &key))
    }
}

/// A relation of a tracked entity, lent for change.
pub struct RelationMut<'s, C, K> {
    session: &'s mut Session,
    owner: Handle,
    relation: usize,
    to: PhantomData<fn() -> (C, K)>,
}

impl<C: Model> RelationMut<'_, C, Many> {
    /// Adds a new row that belongs to this one.
    #[track_caller]
    #[allow(clippy::should_implement_trait)] // the word every ORM has for it
    pub fn add<const COMPLETE: bool>(self, new: New<C, COMPLETE>) -> Tracked<C> {
        let child = self.session.add(new.assume::<true>());
        self.session.attach_new(self.owner, self.relation, child.handle());
        child
    }

    /// Makes a tracked entity belong to this one, and to no other.
    #[track_caller]
    pub fn push(self, entity: Tracked<C>) {
        self.session.attach(self.owner, self.relation, entity.handle());
    }

    /// Makes an entity belong to nobody.
    ///
    /// # Errors
    /// Its key may not be NULL.
    #[track_caller]
    pub fn remove(self, entity: Tracked<C>) -> Result<()> {
        let (number, reference) = self.session.foreign_key(self.owner, self.relation);
        if reference.cleared.is_empty() {
            let relation = self.session.relation(self.owner, self.relation).name;
            let (name, owner) = (C::definition().name, self.session.arenas[self.owner.arena()].model().name);
            let fields: Vec<&str> =
                reference.columns.iter().map(|&column| C::definition().fields[column].name).collect();
            let (key, remedy) = match fields[..] {
                [field] => (format!("`{name}.{field}` may not be NULL"), "make the field an `Option`"),
                _ => (
                    format!("none of `{name}.({})` may be NULL", fields.join(", ")),
                    "make one of the fields an `Option`",
                ),
            };
            let message = format!("a `{name}` cannot leave `{owner}.{relation}`: {key}");
            return Err(Error::new(ErrorKind::Session, message)
                .with_model(name)
                .with_help(format!("Delete the `{name}`, give it to another `{owner}`, or {remedy}.")));
        }
        self.session.check(entity.handle());
        if self.session.refers(entity.handle(), number, reference, self.owner) {
            self.session.refer(entity.handle(), number, reference, None);
        }
        Ok(())
    }
}

impl<C: Model> RelationMut<'_, C, One> {
    /// Makes the entity belong to `to`.
    #[track_caller]
    pub fn set(self, to: Tracked<C>) {
        self.session.link(self.owner, self.relation, Some(to.handle()));
    }
}

impl<C: Model> RelationMut<'_, C, Maybe> {
    /// Makes the entity belong to `to`, or to nobody.
    #[track_caller]
    pub fn set(self, to: impl Into<Option<Tracked<C>>>) {
        self.session.link(self.owner, self.relation, to.into().map(Tracked::handle));
    }
}
