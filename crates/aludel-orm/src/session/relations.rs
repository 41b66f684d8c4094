//! Walking relations, and changing them.
//!
//! The foreign-key field is the only truth once the row it refers to has a key; an *edge* stands in for it only towards a
//! row that has none yet. So a changed field and a changed relation show at once from either side.

use std::marker::PhantomData;

use aludel_sql::{Error, ErrorKind, Result, Value};

use super::{
    Session,
    arena::{Key, SlotState},
    handle::{Handle, Tracked},
};
use crate::{
    handle::Relation,
    model::{Model, New, RelationDef, RelationKind},
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

    /// The handles a relation leads to, or `None` if they are not all here.
    #[track_caller]
    pub(super) fn related_handles(&self, owner: Handle, relation: usize) -> Option<Vec<Handle>> {
        let slot = self.check(owner);
        let arena = &self.arenas[owner.arena()];
        let def = self.relation(owner, relation);
        let (key, referred) = arena.model().relation_columns(def);
        let target = (def.target)();
        match def.kind {
            RelationKind::BelongsTo => {
                if let Some((_, to)) = arena.edges(slot).iter().find(|(column, _)| *column == key) {
                    return Some(vec![*to]);
                }
                let value = arena.get(slot, key);
                let key_given = arena.state(slot) != SlotState::New || arena.is_given(slot, key);
                if value.is_null() || !key_given {
                    return Some(Vec::new());
                }
                self.find_by(target, referred, &value).map(|handle| vec![handle])
            }
            RelationKind::HasMany => {
                if !arena.is_loaded(relation, slot) {
                    return None;
                }
                let Some(children) = self.find_arena(target) else { return Some(Vec::new()) };
                let mut found: Vec<usize> = if arena.has_key(slot) {
                    self.arenas[children].children(key, &arena.get(slot, referred))
                } else {
                    Vec::new()
                };
                let waiting = self.arenas[children].touched().iter().copied().filter(|&child| {
                    self.arenas[children].is_alive(child) && self.arenas[children].edges(child).contains(&(key, owner))
                });
                found.extend(waiting);
                found.sort_unstable();
                Some(found.into_iter().map(|child| Handle::new(self.id, children, child)).collect())
            }
        }
    }

    /// The entity of a model whose column holds a value, if it is here.
    pub(super) fn find_by(&self, model: &crate::ModelDef, column: usize, value: &Value) -> Option<Handle> {
        let index = self.find_arena(model)?;
        let arena = &self.arenas[index];
        let slot = if model.key == [column] {
            arena.find(&Key::One(value.clone())).or_else(|| {
                arena.touched().iter().copied().find(|&slot| arena.has_key(slot) && arena.get(slot, column) == *value)
            })
        } else {
            (0..arena.len()).find(|&slot| arena.is_alive(slot) && arena.get(slot, column) == *value)
        };
        slot.filter(|&slot| arena.gone(slot).is_none()).map(|slot| Handle::new(self.id, index, slot))
    }

    /// Makes `child`, through its own to-one `relation`, belong to `parent`, or to nobody.
    #[track_caller]
    pub(crate) fn link(&mut self, child: Handle, relation: usize, parent: Option<Handle>) {
        let def = self.relation(child, relation);
        let (key, referred) = self.arenas[child.arena()].model().relation_columns(def);
        self.set_key(child, key, parent.map(|parent| (parent, referred)));
    }

    /// Makes `child` belong to `parent`, through the parent's to-many `relation`.
    #[track_caller]
    pub(crate) fn attach(&mut self, parent: Handle, relation: usize, child: Handle) {
        let def = self.relation(parent, relation);
        let (key, referred) = self.arenas[parent.arena()].model().relation_columns(def);
        self.set_key(child, key, Some((parent, referred)));
    }

    #[track_caller]
    fn set_key(&mut self, child: Handle, key: usize, parent: Option<(Handle, usize)>) {
        let slot = self.check(child);
        let known = parent.map(|(parent, referred)| {
            let parent_slot = self.check(parent);
            let arena = &self.arenas[parent.arena()];
            (parent, arena.has_key(parent_slot).then(|| arena.get(parent_slot, referred)))
        });
        let arena = &mut self.arenas[child.arena()];
        arena.touch(slot);
        arena.work_mut(slot).edges.retain(|(column, _)| *column != key);
        let value = match known {
            Some((parent, None)) => {
                // The field goes back to what the database has, so that a later change of it can be told from this edge.
                arena.work_mut(slot).edges.push((key, parent));
                arena.baseline(slot).map(|baseline| baseline[key].clone())
            }
            Some((_, Some(value))) => Some(value),
            None => Some(Value::Null),
        };
        if let Some(value) = value {
            arena.give(slot, key, &value);
        }
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
        self.session.attach(self.owner, self.relation, child.handle());
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
        let model = self.session.arenas[self.owner.arena()].model();
        let relation = &model.relations[self.relation];
        let (key, _) = model.relation_columns(relation);
        let field = &C::definition().fields[key];
        if !field.nullable {
            let name = C::definition().name;
            let message = format!(
                "a `{name}` cannot leave `{}.{}`: `{name}.{}` may not be NULL",
                model.name, relation.name, field.name
            );
            return Err(Error::new(ErrorKind::Session, message).with_model(name).with_help(format!(
                "Delete the `{name}`, give it to another `{}`, or make the field an `Option`.",
                model.name
            )));
        }
        let slot = self.session.check(entity.handle());
        if self.session.related_handles(self.owner, self.relation).is_some_and(|all| all.contains(&entity.handle()))
            || !self.session.arenas[entity.handle().arena()].edges(slot).is_empty()
        {
            self.session.set_key(entity.handle(), key, None);
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
