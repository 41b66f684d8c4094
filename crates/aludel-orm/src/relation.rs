//! The relation fields of a model: what was loaded with it, and no more.

use std::{any::Any, fmt, marker::PhantomData, sync::Arc};

use crate::{model::Model, session::Tracked};

/// Whether and with what a relation field is filled.
///
/// What it holds is not in its type: models that refer to each other in long chains would be more than the compiler follows.
#[derive(Clone)]
enum State {
    Unloaded,
    /// The entity lives in a session, which owns its relations.
    InSession,
    Loaded(Arc<dyn Any + Send + Sync>),
}

/// What a relation field holds; for generated code.
#[doc(hidden)]
#[derive(Clone)]
pub struct Held(State);

impl Held {
    pub(crate) fn fill(&mut self, value: Arc<dyn Any + Send + Sync>) {
        self.0 = State::Loaded(value);
    }

    /// Says that a session owns the relation from here on.
    pub(crate) fn enter_session(&mut self) {
        self.0 = State::InSession;
    }

    /// Whether a session owns the relation and nobody replaced the field.
    pub(crate) fn is_in_session(&self) -> bool {
        matches!(self.0, State::InSession)
    }

    #[track_caller]
    fn get<T: Any>(&self) -> &T {
        match self.0 {
            State::Unloaded => {
                panic!("this relation was not loaded: add `.with(|x| x.…)` to the query that read the value")
            }
            State::InSession => panic!(
                "this value is tracked by a session, which owns its relations: read them with `session.related(handle, |x| x.…)`"
            ),
            State::Loaded(_) => self.loaded().expect("a relation field is filled with its own type alone"),
        }
    }

    fn loaded<T: Any>(&self) -> Option<&T> {
        match &self.0 {
            State::Loaded(held) => held.downcast_ref(),
            _ => None,
        }
    }

    fn fmt<T: Any + fmt::Debug>(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            State::Unloaded => f.write_str("Unloaded"),
            State::InSession => f.write_str("InSession"),
            State::Loaded(_) => fmt::Debug::fmt(self.get::<T>(), f),
        }
    }
}

macro_rules! relation_field {
    ($name:ident, $held:ty, $read:ty) => {
        impl<T: Any + Send + Sync> $name<T> {
            /// What was loaded.
            ///
            /// # Panics
            /// Nothing was: the query lacks `.with(…)`, or the value is tracked by a session.
            #[track_caller]
            pub fn get(&self) -> &$read {
                self.held.get::<$held>()
            }

            /// What was loaded, or `None` if nothing was.
            pub fn loaded(&self) -> Option<&$read> {
                self.held.loaded::<$held>().map(|held| held as &$read)
            }
        }

        impl<T> $name<T> {
            /// For generated code.
            #[doc(hidden)]
            pub fn held(&self) -> &Held {
                &self.held
            }

            /// For generated code.
            #[doc(hidden)]
            pub fn held_mut(&mut self) -> &mut Held {
                &mut self.held
            }
        }

        impl<T> Default for $name<T> {
            fn default() -> Self {
                $name { held: Held(State::Unloaded), holds: PhantomData }
            }
        }

        /// What was loaded is shared, and not copied.
        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                $name { held: self.held.clone(), holds: PhantomData }
            }
        }

        impl<T: Any + fmt::Debug> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.held.fmt::<$held>(f)
            }
        }
    };
}

/// The one `T` a row refers to: `BelongsTo<User>`, or `BelongsTo<Option<User>>` when the key may be NULL.
///
/// Filled by `.with(|p| p.author)`; shared between all rows that refer to the same one.
pub struct BelongsTo<T> {
    held: Held,
    holds: PhantomData<fn() -> T>,
}

/// The rows of `T` that refer to a row. Filled by `.with(|u| u.posts)`.
pub struct HasMany<T> {
    held: Held,
    holds: PhantomData<fn() -> T>,
}

relation_field!(BelongsTo, T, T);
relation_field!(HasMany, Vec<T>, [T]);

/// How many rows a relation leads to, and from which side.
pub trait Cardinality: sealed::Sealed + 'static {
    /// What a session hands out for it.
    type Tracked<C: Model>;

    #[doc(hidden)]
    fn tracked<C: Model>(found: Vec<Tracked<C>>) -> Option<Self::Tracked<C>>;
}

/// To exactly one: a required key.
#[derive(Debug)]
pub enum One {}

/// To one or none: a key that may be NULL.
#[derive(Debug)]
pub enum Maybe {}

/// To any number: the key is on the other side.
#[derive(Debug)]
pub enum Many {}

impl Cardinality for One {
    type Tracked<C: Model> = Tracked<C>;

    fn tracked<C: Model>(found: Vec<Tracked<C>>) -> Option<Tracked<C>> {
        found.first().copied()
    }
}

impl Cardinality for Maybe {
    type Tracked<C: Model> = Option<Tracked<C>>;

    fn tracked<C: Model>(found: Vec<Tracked<C>>) -> Option<Option<Tracked<C>>> {
        Some(found.first().copied())
    }
}

impl Cardinality for Many {
    type Tracked<C: Model> = Vec<Tracked<C>>;

    fn tracked<C: Model>(found: Vec<Tracked<C>>) -> Option<Vec<Tracked<C>>> {
        Some(found)
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::One {}
    impl Sealed for super::Maybe {}
    impl Sealed for super::Many {}
}

/// Asks for a relation of `C` to one `P`; for generated code.
#[doc(hidden)]
pub const fn leads_to_one<C: Model, P: Model, K: ToOne>(_: crate::Relation<C, C, P, K>) {}

/// Asks for a relation of `C` to many `P`; for generated code.
#[doc(hidden)]
pub const fn leads_to_many<C: Model, P: Model, K: ToMany>(_: crate::Relation<C, C, P, K>) {}

/// [`One`] or [`Maybe`].
#[diagnostic::on_unimplemented(message = "the other end of this collection must be a `BelongsTo`")]
pub trait ToOne: Cardinality {}
impl ToOne for One {}
impl ToOne for Maybe {}

/// [`Many`].
#[diagnostic::on_unimplemented(message = "the other end of this `BelongsTo` must be a `HasMany`")]
pub trait ToMany: Cardinality {}
impl ToMany for Many {}
