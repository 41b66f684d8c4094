//! The relation fields of a model: what was loaded with it, and no more.

use std::{fmt, sync::Arc};

use crate::{model::Model, session::Tracked};

/// Whether and with what a relation field is filled.
#[derive(Clone)]
enum State<T> {
    Unloaded,
    /// The entity lives in a session, which owns its relations.
    InSession,
    Loaded(T),
}

impl<T> State<T> {
    #[track_caller]
    fn get(&self) -> &T {
        match self {
            State::Loaded(value) => value,
            State::Unloaded => {
                panic!("this relation was not loaded: add `.with(|x| x.…)` to the query that read the value")
            }
            State::InSession => panic!(
                "this value is tracked by a session, which owns its relations: read them with `session.related(handle, |x| x.…)`"
            ),
        }
    }

    fn fmt(&self, f: &mut fmt::Formatter<'_>, loaded: impl FnOnce(&T) -> &dyn fmt::Debug) -> fmt::Result {
        match self {
            State::Unloaded => f.write_str("Unloaded"),
            State::InSession => f.write_str("InSession"),
            State::Loaded(value) => loaded(value).fmt(f),
        }
    }
}

macro_rules! relation_field {
    ($name:ident, $stored:ty, $read:ty) => {
        impl<T> $name<T> {
            /// What was loaded.
            ///
            /// # Panics
            /// Nothing was: the query lacks `.with(…)`, or the value is tracked by a session.
            #[track_caller]
            pub fn get(&self) -> &$read {
                self.state.get()
            }

            /// What was loaded, or `None` if nothing was.
            pub fn loaded(&self) -> Option<&$read> {
                match &self.state {
                    State::Loaded(value) => Some(value),
                    _ => None,
                }
            }

            pub(crate) fn fill(&mut self, value: $stored) {
                self.state = State::Loaded(value);
            }

            /// Says that a session owns the relation from here on; for generated code.
            #[doc(hidden)]
            pub fn enter_session(&mut self) {
                self.state = State::InSession;
            }

            /// Whether a session owns the relation and nobody replaced the field; for generated code.
            #[doc(hidden)]
            pub fn is_in_session(&self) -> bool {
                matches!(self.state, State::InSession)
            }
        }

        impl<T> Default for $name<T> {
            fn default() -> Self {
                $name { state: State::Unloaded }
            }
        }
    };
}

/// The one `T` a row refers to: `BelongsTo<User>`, or `BelongsTo<Option<User>>` when the key may be NULL.
///
/// Filled by `.with(|p| p.author)`; shared between all rows that refer to the same one.
#[derive(Clone)]
pub struct BelongsTo<T> {
    state: State<Arc<T>>,
}

/// The rows of `T` that refer to a row. Filled by `.with(|u| u.posts)`.
#[derive(Clone)]
pub struct HasMany<T> {
    state: State<Vec<T>>,
}

relation_field!(BelongsTo, Arc<T>, T);
relation_field!(HasMany, Vec<T>, [T]);

impl<T: fmt::Debug> fmt::Debug for BelongsTo<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.state.fmt(f, |value| value)
    }
}

impl<T: fmt::Debug> fmt::Debug for HasMany<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.state.fmt(f, |value| value)
    }
}

/// How many rows a relation leads to, and from which side.
pub trait Cardinality: sealed::Sealed + 'static {
    /// The field that holds what was loaded.
    type Field<C: Model>;

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
    type Field<C: Model> = BelongsTo<C>;
    type Tracked<C: Model> = Tracked<C>;

    fn tracked<C: Model>(found: Vec<Tracked<C>>) -> Option<Tracked<C>> {
        found.first().copied()
    }
}

impl Cardinality for Maybe {
    type Field<C: Model> = BelongsTo<Option<C>>;
    type Tracked<C: Model> = Option<Tracked<C>>;

    fn tracked<C: Model>(found: Vec<Tracked<C>>) -> Option<Option<Tracked<C>>> {
        Some(found.first().copied())
    }
}

impl Cardinality for Many {
    type Field<C: Model> = HasMany<C>;
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
