//! Rows that are not in the database yet: what `new!` makes.

use std::{any::Any, fmt};

use crate::{
    field::{Field, IntoField},
    handle::{Column, Relation},
    model::Model,
    relation::{Many, Maybe, One},
    session::{Handle, Session, Tracked},
};

/// A row to be: the values it was given, which they are, and the rows it hangs on to.
///
/// Made by `new!`, stored by [`Session::add`]. What was not given stays apart from NULL: the database's own default, or a
/// generated key, takes its place.
///
/// `COMPLETE` is false for a row that was given neither a required relation nor its key, such as `new!(Post { body: "hi" })`:
/// it can only be added to a collection, `session.rel_mut(susan, |u| u.posts).add(…)`, which gives it what it lacks.
pub struct New<M, const COMPLETE: bool = true> {
    pub(crate) value: M,
    pub(crate) given: Vec<bool>,
    pub(crate) edges: Vec<(u16, Edge<M>)>,
}

/// A new row that a session can take in: one that lacks nothing.
#[diagnostic::on_unimplemented(
    message = "this new row belongs to no other yet, and has to",
    label = "a required relation and its key were both left out",
    note = "give `new!` the relation or its key, or add the row to a collection: `session.rel_mut(user, |u| u.posts).add(…)`"
)]
pub trait IntoNew<M> {
    #[doc(hidden)]
    fn into_new(self) -> New<M>;
}

impl<M> IntoNew<M> for New<M> {
    fn into_new(self) -> New<M> {
        self
    }
}

/// What a relation of a new row was given; for generated code.
#[doc(hidden)]
pub enum Edge<M> {
    /// The row it belongs to.
    To(Handle),
    /// Rows to add along with it: called with the session and the row's handle.
    Along(Along<M>),
}

/// Adds rows along with the one it is given.
type Along<M> = Box<dyn FnOnce(&mut Session, Tracked<M>) + Send>;

/// Makes a [`New`] step by step; for generated code.
#[doc(hidden)]
pub struct Filler<M> {
    new: New<M>,
}

impl<M: Model> Filler<M> {
    /// Nothing given yet.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        let given = vec![false; M::definition().fields.len()];
        Filler { new: New { value: M::blank(), given, edges: Vec::new() } }
    }

    /// Gives a column or a relation its value.
    #[must_use]
    pub fn set<H: Assign<M, V>, V>(mut self, handle: H, value: V) -> Self {
        handle.assign(&mut self.new, value);
        self
    }

    /// Runs the defaults of what was not given.
    pub fn finish<const COMPLETE: bool>(mut self) -> New<M, COMPLETE> {
        for (column, field) in M::definition().fields.iter().enumerate() {
            if !self.new.given[column] && field.default.is_some() {
                self.new.value.fill(column);
                self.new.give(column);
            }
        }
        self.new.assume()
    }
}

impl<M, const COMPLETE: bool> New<M, COMPLETE> {
    /// The same row, whose missing relation is seen to otherwise.
    pub(crate) fn assume<const OTHER: bool>(self) -> New<M, OTHER> {
        New { value: self.value, given: self.given, edges: self.edges }
    }
}

impl<M: Model> New<M> {
    /// Says that a column has its value, and rounds that to what will be stored.
    fn give(&mut self, column: usize) {
        let stored = self.value.get(column);
        // One that cannot be stored stays as it is: the flush says so.
        let _ = self.value.set(column, &stored);
        self.given[column] = true;
    }
}

/// Reads the values given so far; a column without one reads as its placeholder.
impl<M, const COMPLETE: bool> std::ops::Deref for New<M, COMPLETE> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.value
    }
}

/// The display form of the model: `<User susan>`.
impl<M: Model, const COMPLETE: bool> fmt::Display for New<M, COMPLETE> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        M::definition().show(f, &|column| self.value.get(column))
    }
}

impl<M: Model, const COMPLETE: bool> fmt::Debug for New<M, COMPLETE> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct(M::definition().name);
        for (column, field) in M::definition().fields.iter().enumerate() {
            if self.given[column] {
                debug.field(field.name, &format_args!("{}", self.value.get(column)));
            }
        }
        debug.finish_non_exhaustive()
    }
}

/// A column or relation that `new!` can give a value of type `V`.
#[diagnostic::on_unimplemented(
    message = "`new!` cannot give `{V}` to this field of `{M}`",
    label = "this value does not fit",
    note = "a column takes its own type; a relation takes a handle from the session or a nested `Model {{ … }}`"
)]
pub trait Assign<M, V> {
    #[doc(hidden)]
    fn assign(self, new: &mut New<M>, value: V);
}

impl<M: Model, T: Field, V: IntoField<T>> Assign<M, V> for Column<M, T> {
    fn assign(self, new: &mut New<M>, value: V) {
        let column = self.index as usize;
        let field = new.value.field_mut(column).map(|field| field as &mut dyn Any);
        if let Some(field) = field.and_then(<dyn Any>::downcast_mut) {
            *field = value.into_field();
        }
        new.give(column);
    }
}

impl<M: Model, C: Model> Assign<M, Tracked<C>> for Relation<M, M, C, One> {
    fn assign(self, new: &mut New<M>, value: Tracked<C>) {
        new.edges.push((self.index, Edge::To(value.handle())));
    }
}

impl<M: Model, C: Model> Assign<M, Tracked<C>> for Relation<M, M, C, Maybe> {
    fn assign(self, new: &mut New<M>, value: Tracked<C>) {
        new.edges.push((self.index, Edge::To(value.handle())));
    }
}

impl<M: Model, C: Model> Assign<M, Option<Tracked<C>>> for Relation<M, M, C, Maybe> {
    fn assign(self, new: &mut New<M>, value: Option<Tracked<C>>) {
        if let Some(value) = value {
            new.edges.push((self.index, Edge::To(value.handle())));
        }
    }
}

impl<M: Model, C: Model> Assign<M, New<C>> for Relation<M, M, C, One> {
    fn assign(self, new: &mut New<M>, value: New<C>) {
        along_one(new, self.index, value);
    }
}

impl<M: Model, C: Model> Assign<M, New<C>> for Relation<M, M, C, Maybe> {
    fn assign(self, new: &mut New<M>, value: New<C>) {
        along_one(new, self.index, value);
    }
}

fn along_one<M: Model, C: Model>(new: &mut New<M>, relation: u16, value: New<C>) {
    let add = move |session: &mut Session, child: Tracked<M>| {
        let parent = session.add(value);
        session.link_new(child.handle(), relation as usize, parent.handle());
    };
    new.edges.push((relation, Edge::Along(Box::new(add))));
}

impl<M: Model, C: Model, const N: usize> Assign<M, [New<C>; N]> for Relation<M, M, C, Many> {
    fn assign(self, new: &mut New<M>, value: [New<C>; N]) {
        self.assign(new, Vec::from(value));
    }
}

impl<M: Model, C: Model> Assign<M, Vec<New<C>>> for Relation<M, M, C, Many> {
    fn assign(self, new: &mut New<M>, value: Vec<New<C>>) {
        let relation = self.index as usize;
        let add = move |session: &mut Session, parent: Tracked<M>| {
            for child in value {
                let child = session.add(child);
                session.attach_new(parent.handle(), relation, child.handle());
            }
        };
        new.edges.push((self.index, Edge::Along(Box::new(add))));
    }
}
