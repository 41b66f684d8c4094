//! What a query reads from, and the handles its closures are handed.
//!
//! A query has a *scope*: its one source, a tuple of sources once others are joined, or [`In`] where it stands inside
//! another. Handles carry the scope as a type, and the id of their source as a number.

use std::{
    marker::PhantomData,
    sync::atomic::{AtomicU32, Ordering},
};

use super::FromRow;
use crate::{
    expr::{Aggregate, Expr, ExprOps, Inner, Typed},
    handle::{Column, Relation},
    model::Model,
    relation::Cardinality,
};

/// The sources of a sub-query of a query of scope `S`, whose handles it sees, too.
pub struct In<L, S>(PhantomData<fn() -> (L, S)>);

/// A source that may have no row beside those of the others: one that was joined by `left_join`.
///
/// As a handle: what it has is read by [`Maybe::get`], and is an `Option`; selected itself, it is an `Option` of the model.
#[derive(Clone, Copy, Debug)]
pub struct Maybe<F>(pub(crate) F);

/// A source that is itself a query, or a CTE, with rows of type `R`.
pub struct Derived<R>(PhantomData<fn() -> R>);

/// What a query can read from: a model, a sub-query, either of which may be [`Maybe`] there.
pub trait Source: 'static {
    /// Its handles, as a query of scope `S` sees them.
    type Fields<S>: Copy;

    /// The handles of the source of this id.
    fn fields<S>(id: u32) -> Self::Fields<S>;
}

#[diagnostic::do_not_recommend]
impl<M: Model> Source for M {
    type Fields<S> = M::Fields<S>;

    fn fields<S>(id: u32) -> M::Fields<S> {
        M::fields(id)
    }
}

impl<F: Source> Source for Maybe<F> {
    type Fields<S> = Maybe<F::Fields<S>>;

    fn fields<S>(id: u32) -> Self::Fields<S> {
        Maybe(F::fields(id))
    }
}

impl<R: FromRow> Source for Derived<R> {
    type Fields<S> = R::Fields<S>;

    fn fields<S>(id: u32) -> R::Fields<S> {
        R::row_fields(id)
    }
}

/// The sources of a query: one, or a tuple of up to eight.
pub trait Sources: 'static {
    /// Their handles: of one, or a tuple.
    type Fields<S>: Copy;

    /// The same sources, each of which may be without a row.
    type Maybe: Sources;

    /// The handles of sources whose ids begin with this one.
    fn fields<S>(first: u32) -> Self::Fields<S>;
}

impl<F: Source> Sources for F {
    type Fields<S> = F::Fields<S>;
    type Maybe = Maybe<F>;

    fn fields<S>(first: u32) -> F::Fields<S> {
        F::fields(first)
    }
}

/// The scope of a query: its sources, [`In`] another scope where it is a sub-query that sees that one's handles.
pub trait Scope: 'static {
    /// What closures are handed.
    type Handles: Copy;

    /// The same scope, each source of which may be without a row.
    type Maybe: Scope;

    #[doc(hidden)]
    fn handles(first: u32) -> Self::Handles;
}

impl<L: Sources> Scope for L {
    type Handles = L::Fields<L>;
    type Maybe = L::Maybe;

    fn handles(first: u32) -> Self::Handles {
        L::fields(first)
    }
}

impl<L: Sources, S: 'static> Scope for In<L, S> {
    type Handles = L::Fields<In<L, S>>;
    type Maybe = In<L::Maybe, S>;

    fn handles(first: u32) -> Self::Handles {
        L::fields(first)
    }
}

/// Sources that another can be added to.
pub trait Extend<F: Source>: Sources {
    /// The sources with that one.
    type With: Sources;
}

/// A scope that another source can be joined in.
pub trait Join<F: Source>: Scope {
    /// The scope with that source.
    type Joined: Scope;
    /// The scope with that source, all others of which may be without a row.
    type Reversed: Scope;
}

impl<L: Extend<F>, F: Source> Join<F> for L
where
    L::Maybe: Extend<F>,
{
    type Joined = L::With;
    type Reversed = <L::Maybe as Extend<F>>::With;
}

#[diagnostic::do_not_recommend]
impl<L: Extend<F>, F: Source, S: 'static> Join<F> for In<L, S>
where
    L::Maybe: Extend<F>,
{
    type Joined = In<L::With, S>;
    type Reversed = In<<L::Maybe as Extend<F>>::With, S>;
}

impl<A: Source, F: Source> Extend<F> for A {
    type With = (A, F);
}

macro_rules! extend {
    ($(($($name:ident),*);)*) => {$(
        impl<$($name: Source,)* Next: Source> Extend<Next> for ($($name,)*) {
            type With = ($($name,)* Next);
        }
    )*};
}

extend! {
    (A, B);
    (A, B, C);
    (A, B, C, D);
    (A, B, C, D, E);
    (A, B, C, D, E, F);
    (A, B, C, D, E, F, G);
}

/// No source is one: with it the ninth is refused in our words, where without there would be no method to join it by.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a query has at most eight sources",
    label = "no further source can be joined",
    note = "join what belongs together in a sub-query of its own, and join that"
)]
pub trait Ninth {}

impl<A: Source, B: Source, C: Source, D: Source, E: Source, F: Source, G: Source, H: Source, Next: Source + Ninth>
    Extend<Next> for (A, B, C, D, E, F, G, H)
{
    type With = Self;
}

macro_rules! sources {
    ($(($($name:ident $number:literal),*);)*) => {$(
        impl<$($name: Source),*> Sources for ($($name,)*) {
            type Fields<Of> = ($($name::Fields<Of>,)*);
            type Maybe = ($(Maybe<$name>,)*);

            fn fields<Of>(first: u32) -> Self::Fields<Of> {
                ($($name::fields(first + $number),)*)
            }
        }
    )*};
}

sources! {
    (A 0, B 1);
    (A 0, B 1, C 2);
    (A 0, B 1, C 2, D 3);
    (A 0, B 1, C 2, D 3, E 4);
    (A 0, B 1, C 2, D 3, E 4, F 5);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
}

/// A scope whose first source is a model: what can be updated and deleted.
#[diagnostic::on_unimplemented(
    message = "the first source of this query is not a model, or may be without a row",
    label = "only rows of a model can be updated or deleted",
    note = "begin the query with the model, and join the others to it: `User::query().join_query(&cte, |(u, c)| …)`"
)]
pub trait Rooted: Scope {
    /// The model.
    type Root: Model;
}

#[diagnostic::do_not_recommend]
impl<M: Model> Rooted for M {
    type Root = M;
}

macro_rules! rooted {
    ($(($($name:ident),*);)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<M: Model, $($name: Source),*> Rooted for (M, $($name),*) {
            type Root = M;
        }
    )*};
}

rooted! {
    (A);
    (A, B);
    (A, B, C);
    (A, B, C, D);
    (A, B, C, D, E);
    (A, B, C, D, E, F);
    (A, B, C, D, E, F, G);
}

impl<F: Copy> Maybe<F> {
    /// What the source has, where it has a row: `p.get(|p| p.body)` is an `Option` when it is selected. A relation leads on
    /// from it: `.left_join(|(u, p)| p.get(|p| p.comments))`.
    pub fn get<L: Lift>(self, of: impl FnOnce(F) -> L) -> L::Lifted {
        of(self.0).lift()
    }
}

/// What can be read of a source that may be without a row.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is nothing of the source",
    label = "expected a column, an expression or a relation of it"
)]
pub trait Lift {
    /// What it is then: an `Option`.
    type Lifted;

    #[doc(hidden)]
    fn lift(self) -> Self::Lifted;
}

impl<S, T: Typed> Lift for Column<S, T> {
    type Lifted = Expr<S, Option<Inner<T>>>;

    fn lift(self) -> Self::Lifted {
        Expr::new(self.node(), true)
    }
}

impl<S, T: Typed> Lift for Expr<S, T> {
    type Lifted = Expr<S, Option<Inner<T>>>;

    fn lift(self) -> Self::Lifted {
        Expr::new(self.into_node(), true)
    }
}

impl<S, T: Typed> Lift for Aggregate<S, T> {
    type Lifted = Expr<S, Option<Inner<T>>>;

    fn lift(self) -> Self::Lifted {
        Expr::new(self.operand().node, true)
    }
}

impl<S, P: Model, C: Model, K: Cardinality> Lift for Relation<S, P, C, K> {
    type Lifted = Self;

    fn lift(self) -> Self {
        self
    }
}

/// How many ids a query has: as many as it can have sources.
const BLOCK: u32 = 8;

/// The id of the first source of a sub-query that sees handles of the query around it: one that no other has, so that a
/// column is never taken for one of another source.
pub(super) fn fresh() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    const FIRST: u32 = 1 << 16;
    const BLOCKS: u32 = (u32::MAX - FIRST) / BLOCK;
    FIRST + NEXT.fetch_add(1, Ordering::Relaxed) % BLOCKS * BLOCK
}
