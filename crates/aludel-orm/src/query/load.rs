//! Loading relations along with rows: one statement a relation, whatever the number of rows.

mod side;

pub use side::Side;
pub(super) use side::distinct;

use std::{any::Any, collections::HashMap, marker::PhantomData, panic::Location, sync::Arc};

use aludel_driver::{Connection, driver::BoxFuture};
use aludel_sql::{Error, ErrorKind, Result, Value};

use super::executor;
use crate::{
    handle::Relation,
    key::Key,
    model::Model,
    relation::{Cardinality, Many, Maybe, One},
    session::{Handle, Session},
};

/// A relation of `P` to load along with rows of it.
pub struct Load<P>(Arc<dyn Loader<P>>);

/// What [`Query::with`](crate::Query::with) takes: a relation, or one with relations of its own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a relation of `{P}` to load",
    label = "expected a relation, or one with relations of its own",
    note = "`.with(|u| u.posts)`, `.with(|u| u.posts.with(|p| p.author))`"
)]
pub trait IntoLoad<P: Model> {
    #[doc(hidden)]
    fn into_load(self) -> Load<P>;
}

impl<P> Clone for Load<P> {
    fn clone(&self) -> Self {
        Load(self.0.clone())
    }
}

impl<P: Model> IntoLoad<P> for Load<P> {
    fn into_load(self) -> Load<P> {
        self
    }
}

impl<P: Model, C: Model, K: Fill> IntoLoad<P> for Relation<P, P, C, K> {
    fn into_load(self) -> Load<P> {
        Load(Arc::new(LoadRelation::<P, C, K> { index: self.index as usize, nested: Vec::new(), leads: PhantomData }))
    }
}

impl<P: Model, C: Model, K: Fill> Relation<P, P, C, K> {
    /// The relation, and a relation of the rows it leads to: `u.posts.with(|p| p.author)`.
    pub fn with<L: IntoLoad<C>>(self, relation: impl FnOnce(C::Fields<C>) -> L) -> LoadRelation<P, C, K> {
        let load = LoadRelation { index: self.index as usize, nested: Vec::new(), leads: PhantomData };
        load.with(relation)
    }
}

/// A relation to load, with those to load along with it.
pub struct LoadRelation<P: Model, C: Model, K: Cardinality> {
    index: usize,
    nested: Vec<Load<C>>,
    leads: PhantomData<fn() -> (P, K)>,
}

impl<P: Model, C: Model, K: Fill> LoadRelation<P, C, K> {
    /// One more relation of the rows this one leads to.
    #[must_use]
    pub fn with<L: IntoLoad<C>>(mut self, relation: impl FnOnce(C::Fields<C>) -> L) -> Self {
        self.nested.push(relation(C::fields(0)).into_load());
        self
    }
}

impl<P: Model, C: Model, K: Fill> IntoLoad<P> for LoadRelation<P, C, K> {
    fn into_load(self) -> Load<P> {
        Load(Arc::new(self))
    }
}

impl<P> Load<P> {
    pub(crate) fn fill<'a>(
        &'a self,
        parents: &'a mut [P],
        connection: &'a mut Connection,
        caller: &'static Location<'static>,
    ) -> BoxFuture<'a, Result<()>> {
        self.0.fill(parents, connection, caller)
    }

    pub(crate) fn track<'a>(
        &'a self,
        parents: &'a [Handle],
        session: &'a mut Session,
        caller: &'static Location<'static>,
    ) -> BoxFuture<'a, Result<()>> {
        self.0.track(parents, session, caller)
    }
}

trait Loader<P>: Send + Sync {
    /// Fills the relation field of plain values.
    fn fill<'a>(
        &'a self,
        parents: &'a mut [P],
        connection: &'a mut Connection,
        caller: &'static Location<'static>,
    ) -> BoxFuture<'a, Result<()>>;

    /// Brings the rows into a session.
    fn track<'a>(
        &'a self,
        parents: &'a [Handle],
        session: &'a mut Session,
        caller: &'static Location<'static>,
    ) -> BoxFuture<'a, Result<()>>;
}

impl<P: Model, C: Model, K: Fill> Loader<P> for LoadRelation<P, C, K> {
    fn fill<'a>(
        &'a self,
        parents: &'a mut [P],
        connection: &'a mut Connection,
        caller: &'static Location<'static>,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let side = Side::new(P::definition(), self.index);
            let keys = distinct(parents.iter().map(|parent| side.key(parent)));
            let secret = connection
                .hides_parameters()
                .then(|| keys.iter().flat_map(Key::values).cloned().collect::<Vec<Value>>());
            let mut children: Vec<C> = Vec::new();
            for select in side.selects(C::definition(), &keys, connection.dialect()) {
                children.extend(executor::rows::<C>(connection, &select, caller).await?);
            }
            for load in &self.nested {
                load.fill(&mut children, connection, caller).await?;
            }
            K::fill(parents, children, &side, self.index).map_err(|error| match secret {
                Some(values) => error.hiding(&values),
                None => error,
            })
        })
    }

    fn track<'a>(
        &'a self,
        parents: &'a [Handle],
        session: &'a mut Session,
        caller: &'static Location<'static>,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let side = Side::new(P::definition(), self.index);
            let keys = distinct(session.keys_to_load(parents, self.index, side.here()));
            let mut children = Vec::new();
            for select in side.selects(C::definition(), &keys, session.db().engine().dialect()) {
                children.extend(session.absorb::<C>(&select, caller).await?);
            }
            session.mark_loaded(parents, self.index);
            for load in &self.nested {
                load.track(&children, session, caller).await?;
            }
            Ok(())
        })
    }
}

/// How loaded rows get into the relation fields.
pub trait Fill: Cardinality {
    #[doc(hidden)]
    fn fill<P: Model, C: Model>(parents: &mut [P], children: Vec<C>, side: &Side, relation: usize) -> Result<()>;
}

/// Puts what was loaded into a relation field.
fn fill<P: Model>(parent: &mut P, relation: usize, value: Arc<dyn Any + Send + Sync>) {
    if let Some(held) = parent.relation_mut(relation) {
        held.fill(value);
    }
}

impl Fill for Many {
    fn fill<P: Model, C: Model>(parents: &mut [P], children: Vec<C>, side: &Side, relation: usize) -> Result<()> {
        let mut groups: HashMap<Key, Vec<C>> = HashMap::new();
        for child in children {
            groups.entry(side.other_key(&child)).or_default().push(child);
        }
        // A join gives a row several times.
        let groups: HashMap<Key, Arc<Vec<C>>> = groups.into_iter().map(|(key, group)| (key, Arc::new(group))).collect();
        let none = Arc::new(Vec::new());
        for parent in parents {
            let group = groups.get(&side.key(parent)).unwrap_or(&none);
            fill(parent, relation, group.clone());
        }
        Ok(())
    }
}

impl Fill for One {
    fn fill<P: Model, C: Model>(parents: &mut [P], children: Vec<C>, side: &Side, relation: usize) -> Result<()> {
        let found: HashMap<Key, Arc<C>> =
            children.into_iter().map(|child| (side.other_key(&child), Arc::new(child))).collect();
        for parent in parents {
            let key = side.key(parent);
            let Some(child) = found.get(&key) else {
                let (model, name, target) = (side.model, side.name, C::definition().name);
                return Err(Error::new(ErrorKind::NotFound, format!("a `{model}` refers to `{target}` {key} by `{name}`, and there is none"))
                    .with_model(side.model)
                    .with_help("The row was written without its foreign key being checked: mend the data, or make the relation optional."));
            };
            fill(parent, relation, child.clone());
        }
        Ok(())
    }
}

impl Fill for Maybe {
    fn fill<P: Model, C: Model>(parents: &mut [P], children: Vec<C>, side: &Side, relation: usize) -> Result<()> {
        let found: HashMap<Key, Arc<Option<C>>> =
            children.into_iter().map(|child| (side.other_key(&child), Arc::new(Some(child)))).collect();
        let none = Arc::new(None);
        for parent in parents {
            let child = found.get(&side.key(parent)).unwrap_or(&none);
            fill(parent, relation, child.clone());
        }
        Ok(())
    }
}
