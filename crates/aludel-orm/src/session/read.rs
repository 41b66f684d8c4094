//! Queries whose rows become entities, and queries of a session that give plain values.

use std::panic::Location;

use aludel_driver::{Query as Sql, Row};
use aludel_sql::{Result, Value, statement::Select};

use super::{
    Session,
    arena::{Arena, SlotState},
    handle::{Handle, Tracked},
    text::Statement,
};
use crate::{
    error::explain_select,
    handle::Relation,
    key::Key,
    model::{Key as _, Model, ModelDef, RelationKind},
    query::{self, IntoLoad, Query},
    relation::Cardinality,
};

impl Session {
    /// The entities a query finds, in its order.
    ///
    /// Unwritten changes of the tables it reads are written first. A row that the session has already is the same entity:
    /// refreshed if it is unchanged, left as it is if the program changed it.
    ///
    /// # Errors
    /// Those of the query, and of [`Session::flush`].
    #[track_caller]
    pub fn all<Src: 'static, M: Model>(
        &mut self,
        query: Query<Src, M>,
    ) -> impl Future<Output = Result<Vec<Tracked<M>>>> + Send + '_ {
        let caller = Location::caller();
        async move {
            let handles = self.track(&query, caller).await?;
            Ok(handles.into_iter().map(Tracked::new).collect())
        }
    }

    /// The first entity a query finds.
    ///
    /// # Errors
    /// As [`Session::all`].
    #[track_caller]
    pub fn first<Src: 'static, M: Model>(
        &mut self,
        query: Query<Src, M>,
    ) -> impl Future<Output = Result<Option<Tracked<M>>>> + Send + '_ {
        let entities = self.all(query.at_most(1));
        async move { Ok(entities.await?.first().copied()) }
    }

    /// The entities a query finds, lent for change, each once.
    ///
    /// # Errors
    /// As [`Session::all`].
    #[track_caller]
    pub fn all_mut<Src: 'static, M: Model>(
        &mut self,
        query: Query<Src, M>,
    ) -> impl Future<Output = Result<Vec<&mut M>>> + Send + '_ {
        let caller = Location::caller();
        async move {
            let handles = self.track(&query, caller).await?;
            let arena = self.arena_of::<M>();
            let arena = &mut self.arenas[arena];
            // Where in the result each slot comes, so that one pass over the arena can lend them all.
            let mut places = vec![usize::MAX; arena.len()];
            let mut count = 0;
            for handle in handles {
                let place = &mut places[handle.slot()];
                if *place == usize::MAX {
                    *place = count;
                    count += 1;
                    arena.touch(handle.slot());
                }
            }
            let mut lent: Vec<(usize, &mut M)> = arena
                .entities_mut::<M>()
                .iter_mut()
                .zip(places)
                .filter(|(_, place)| *place != usize::MAX)
                .map(|(entity, place)| (place, entity))
                .collect();
            lent.sort_unstable_by_key(|(place, _)| *place);
            Ok(lent.into_iter().map(|(_, entity)| entity).collect())
        }
    }

    /// The entity with this key: from memory if the session has it, else from the database.
    ///
    /// # Errors
    /// The database refused the query or cannot be reached, or the row does not fit the model.
    #[track_caller]
    pub fn get<M: Model>(
        &mut self,
        key: impl Into<M::Key>,
    ) -> impl Future<Output = Result<Option<Tracked<M>>>> + Send + '_ {
        let caller = Location::caller();
        self.find(key.into().into_values(), caller)
    }

    /// The entity with this key, lent for change.
    ///
    /// # Errors
    /// As [`Session::get`].
    #[track_caller]
    pub fn get_mut<M: Model>(
        &mut self,
        key: impl Into<M::Key>,
    ) -> impl Future<Output = Result<Option<&mut M>>> + Send + '_ {
        let caller = Location::caller();
        let key = key.into().into_values();
        async move { Ok(self.find::<M>(key, caller).await?.map(|entity| &mut self[entity])) }
    }

    async fn find<M: Model>(
        &mut self,
        key: Vec<Value>,
        caller: &'static Location<'static>,
    ) -> Result<Option<Tracked<M>>> {
        let arena = self.arena_of::<M>();
        if let Some(slot) = self.arenas[arena].find(&Key::from_slice(&key)) {
            let alive = self.arenas[arena].is_alive(slot);
            return Ok(alive.then(|| Tracked::new(Handle::new(self.id, arena, slot))));
        }
        key.iter().try_for_each(Value::check)?;
        self.check_phase()?;
        self.flush_table(M::definition()).await?;
        let text = self.text(M::definition(), Statement::Get)?;
        let handles = self.absorb_sql::<M>(Sql::read(text, key), caller).await?;
        Ok(handles.first().copied().map(Tracked::new))
    }

    /// Loads what a relation of an entity leads to, and gives it: `session.load(susan, |u| u.posts).await?`.
    ///
    /// # Errors
    /// Those of a query. [`aludel_sql::ErrorKind::NotFound`] when the row referred to is not there.
    ///
    /// # Panics
    /// The handle is of another session, or its row is gone.
    #[track_caller]
    pub fn load<P: Model, C: Model, K: Cardinality + query::Fill>(
        &mut self,
        entity: Tracked<P>,
        relation: impl FnOnce(P::Fields<P>) -> Relation<P, P, C, K>,
    ) -> impl Future<Output = Result<K::Tracked<C>>> + Send + '_
    where
        K::Tracked<C>: Send,
    {
        let caller = Location::caller();
        self.check(entity.handle());
        let relation = relation(P::fields(0));
        let index = relation.index as usize;
        let load = relation.into_load();
        async move {
            let owner = entity.handle();
            self.flush_table((self.relation(owner, index).target)()).await?;
            load.track(&[owner], self, caller).await?;
            let found = self.related_handles(owner, index).unwrap_or_default();
            K::tracked(found.into_iter().map(Tracked::new).collect()).ok_or_else(|| {
                let (model, name) = (P::definition().name, P::definition().relations[index].name);
                let message = format!("the row that `{model}.{name}` refers to is not there");
                aludel_sql::Error::new(aludel_sql::ErrorKind::NotFound, message).with_model(model)
            })
        }
    }

    /// Reads an entity again and drops the changes made to it.
    ///
    /// # Errors
    /// [`aludel_sql::ErrorKind::Stale`] when its row is not there any more; and those of a query.
    ///
    /// # Panics
    /// The handle is of another session, or its row is gone.
    #[track_caller]
    pub fn refresh<M: Model>(&mut self, entity: Tracked<M>) -> impl Future<Output = Result<()>> + Send + '_ {
        let caller = Location::caller();
        let slot = self.check(entity.handle());
        async move {
            let index = entity.handle().arena();
            let key = self.arenas[index].stored_key(slot);
            let text = self.text(M::definition(), Statement::Get)?;
            let rows = self.fetch_models::<M>(Sql::read(text, key), caller).await?;
            let Some(mut value) = rows.into_iter().next() else {
                let message = format!("the row of this `{}` is not there any more", M::definition().name);
                return Err(
                    aludel_sql::Error::new(aludel_sql::ErrorKind::Stale, message).with_model(M::definition().name)
                );
            };
            value.enter_session();
            let arena = &mut self.arenas[index];
            arena.save(slot);
            arena.entities_mut::<M>()[slot] = value;
            arena.forget_changes(slot);
            Ok(())
        }
    }

    async fn track<Src, M: Model>(
        &mut self,
        query: &Query<Src, M>,
        caller: &'static Location<'static>,
    ) -> Result<Vec<Handle>> {
        query.check()?;
        self.flush_before(query.select_node()).await?;
        if query::begins(query.select_node()) {
            self.called_at(caller);
            self.open().await?;
        }
        let handles = self.absorb::<M>(query.select_node(), caller).await?;
        for load in query.loads() {
            load.track(&handles, self, caller).await?;
        }
        Ok(handles)
    }

    /// Writes pending changes of the tables a query reads; all of them, before one that changes rows.
    pub(crate) async fn flush_before(&mut self, select: &Select) -> Result<()> {
        self.check_phase()?;
        let dirty = |arena: &Arena| select.reads(arena.model().table) && arena.is_dirty();
        // Boxed, to keep the future of a read that has nothing to write first small.
        if select.writes() || self.arenas.iter().any(dirty) { Box::pin(self.flush()).await } else { Ok(()) }
    }

    pub(super) async fn flush_table(&mut self, model: &'static ModelDef) -> Result<()> {
        self.check_phase()?;
        let dirty = self.find_arena(model).is_some_and(|arena| self.arenas[arena].is_dirty());
        if dirty { Box::pin(self.flush()).await } else { Ok(()) }
    }

    /// Runs a SELECT of all of a model's columns and takes its rows in.
    pub(crate) async fn absorb<M: Model>(
        &mut self,
        select: &Select,
        caller: &'static Location<'static>,
    ) -> Result<Vec<Handle>> {
        let sql = query::driven(self.db.engine().target(), select, caller)?;
        let handles = self.absorb_sql::<M>(sql, caller).await;
        handles.map_err(|error| explain_select(error, select, self.db.models()))
    }

    async fn fetch_models<M: Model>(&mut self, sql: Sql, caller: &'static Location<'static>) -> Result<Vec<M>> {
        self.check_phase()?;
        self.called_at(caller);
        let connection = self.connection().await?;
        let rows = connection.fetch(sql.called_at(caller), |row: &dyn Row| M::decode(row, 0)).await;
        self.release();
        rows.map_err(|error| error.with_model(M::definition().name))
    }

    async fn absorb_sql<M: Model>(&mut self, sql: Sql, caller: &'static Location<'static>) -> Result<Vec<Handle>> {
        let rows = self.fetch_models::<M>(sql, caller).await?;
        Ok(self.take_in(rows))
    }

    /// Makes rows entities: those that are here already are the same ones.
    pub(super) fn take_in<M: Model>(&mut self, mut rows: Vec<M>) -> Vec<Handle> {
        rows.iter_mut().for_each(M::enter_session);
        let (session, arena) = (self.id, self.arena_of::<M>());
        self.arenas[arena].take_in(rows, Arena::entities_mut, M::get, |slot| Handle::new(session, arena, slot))
    }

    /// The values by which to find what a relation of these entities leads to: of those entities only that are rows, and
    /// for a to-one relation, only where the other end is not here yet.
    pub(crate) fn keys_to_load(
        &mut self,
        owners: &[Handle],
        relation: usize,
        columns: &[usize],
    ) -> std::vec::IntoIter<Key> {
        let mut keys = Vec::with_capacity(owners.len());
        for &owner in owners {
            let def = self.relation(owner, relation);
            if def.kind == RelationKind::BelongsTo && self.related_handles(owner, relation).is_some() {
                continue;
            }
            let arena = &self.arenas[owner.arena()];
            if arena.state(owner.slot()) != SlotState::New {
                keys.push(Key::of(columns, |column| arena.get(owner.slot(), column)));
            }
        }
        keys.into_iter()
    }

    /// Remembers that a to-many relation of these entities is here in full.
    pub(crate) fn mark_loaded(&mut self, owners: &[Handle], relation: usize) {
        for &owner in owners {
            let def = self.relation(owner, relation);
            if def.kind == RelationKind::HasMany {
                let (foreign_key, _) = self.foreign_key(owner, relation);
                if let Some(children) = self.find_arena((def.target)()) {
                    self.arenas[children].index_children(foreign_key);
                }
                self.arenas[owner.arena()].mark_loaded(relation, owner.slot());
            }
        }
    }
}
