//! Models: what the derive makes of a struct.

mod definition;
mod new;
mod part;
mod reference;
mod registry;
mod required;
mod table;

pub use definition::{FieldDef, ForeignKeyDef, KeyOf, ModelDef, RelationDef, RelationKind};
pub use new::{Assign, Edge, Filler, IntoNew, New};
pub use part::{Actions, ComputedDef, ExclusionDef, IndexDef, IndexKeyDef, IndexPartDef, PartDef, ReferenceDef, Said};
pub use reference::{Reference, References};
pub use registry::{ModelEntry, Models};
pub use required::{Required, Requirements, inverse_of, is_complete, require};

#[doc(hidden)]
pub use part::{IndexKey, computed, condition, index_key};

use std::fmt;

use aludel_driver::Row;
use aludel_sql::{Result, Value};

use crate::{
    field::{self, AnyField, Field, IntoField, Placeholders, Precision, RowValues, Values},
    query::{Entity, In, Insert, Selection, Sources},
    relation::Held,
};

/// A struct whose values are rows of a table. Derive it: `#[derive(Model)]`.
///
/// A column is known by its number: its place among the columns in the struct.
pub trait Model: Sized + Send + Sync + 'static {
    /// The columns and relations, as a query of scope `S` sees them.
    type Fields<S>: Copy + Entity<Scope = S, Model = Self>;

    /// The primary key: a type, or a tuple of them.
    type Key: Key;

    /// What the columns are called in the database.
    const COLUMNS: &'static [&'static str];

    /// What `new!` must be given, and what belongs together.
    const REQUIRED: Requirements;

    /// The relations and what they are called at the other end.
    const INVERSES: &'static [(&'static str, &'static str)];

    /// What there is to know about the model while the program runs.
    fn definition() -> &'static ModelDef;

    /// The handles of the model as the source of this id in a query.
    fn fields<S>(source: u32) -> Self::Fields<S>;

    /// The value made of those of its columns, in their order.
    #[doc(hidden)]
    fn build<V: Values>(values: &mut V) -> Self;

    /// The field of a column.
    #[doc(hidden)]
    fn field(&self, column: usize) -> Option<&dyn AnyField>;

    /// The field of a column, to be changed.
    #[doc(hidden)]
    fn field_mut(&mut self, column: usize) -> Option<&mut dyn AnyField>;

    /// How many digits a column has, if the model says it.
    #[doc(hidden)]
    fn digits(_column: usize) -> Option<Precision> {
        None
    }

    /// Gives a column its default, if it has one.
    #[doc(hidden)]
    fn fill(&mut self, _column: usize) {}

    /// What the field of a relation holds.
    #[doc(hidden)]
    fn relation(&self, _relation: usize) -> Option<&Held> {
        None
    }

    /// What the field of a relation holds, to be changed.
    #[doc(hidden)]
    fn relation_mut(&mut self, _relation: usize) -> Option<&mut Held> {
        None
    }

    /// Hands the relation fields over to a session.
    #[doc(hidden)]
    fn enter_session(&mut self) {
        let mut relation = 0;
        while let Some(held) = self.relation_mut(relation) {
            held.enter_session();
            relation += 1;
        }
    }

    /// The relation field that was replaced although a session owns it.
    #[doc(hidden)]
    fn replaced_relation(&self) -> Option<&'static str> {
        let mut held = (0..).map_while(|relation| self.relation(relation));
        let replaced = held.position(|held| !held.is_in_session())?;
        Some(Self::definition().relations[replaced].name)
    }

    /// A value in which every column holds its placeholder.
    fn blank() -> Self {
        Self::build(&mut Placeholders)
    }

    /// The value made of the columns of `row` from number `first` on.
    ///
    /// # Errors
    /// A value in the row does not fit its field.
    fn decode(row: &dyn Row, first: usize) -> Result<Self> {
        RowValues::new(row, first).build()
    }

    /// The value of a column, as it is bound.
    fn get(&self, column: usize) -> Value {
        let value = self.field(column).map_or(Value::Null, AnyField::value);
        match Self::digits(column) {
            Some(digits) => digits.bound(value),
            None => value,
        }
    }

    /// Whether [`Model::get`] would give this very value.
    fn holds(&self, column: usize, value: &Value) -> bool {
        match Self::digits(column) {
            Some(_) => self.get(column) == *value,
            None => self.field(column).is_some_and(|field| field.holds(value)),
        }
    }

    /// Changes a column.
    ///
    /// # Errors
    /// The value does not fit the field.
    fn set(&mut self, column: usize, value: &Value) -> Result<()> {
        let Some(field) = self.field_mut(column) else { return Ok(()) };
        field.assign(value.as_ref(), Self::digits(column)).map_err(|error| field::misfit::<Self>(error, column))
    }

    /// Begins a query over the model's rows.
    fn query() -> crate::Query<Self> {
        crate::Query::new()
    }

    /// Inserts the rows a query finds, at once: `Person::insert_from(query, |p| (p.name, p.age))`, where the query gives
    /// tuples of exactly these types. Defaults of the program's own are not applied: the query gives all that has no default
    /// in the database.
    fn insert_from<L: Sources, T: Selection<Self>>(
        query: crate::Query<L, T::Out>,
        into: impl FnOnce(Self::Fields<Self>) -> T,
    ) -> Insert<Self> {
        Insert::from_query(query, into(Self::fields(0)))
    }

    /// Begins a sub-query over the model's rows that sees the handles of the query of scope `S` around it:
    /// `exists(Post::within().filter(|p| p.user_id.eq(u.id)))`.
    fn within<S: 'static>() -> crate::Query<In<Self, S>, Self> {
        crate::Query::within()
    }
}

/// The type of a primary key.
pub trait Key: Send {
    /// The values of the key's columns, in order.
    fn into_values(self) -> Vec<Value>;
}

impl<T: Field> Key for T {
    fn into_values(self) -> Vec<Value> {
        vec![self.to_value()]
    }
}

macro_rules! composite_keys {
    ($(($($t:ident),*);)*) => {$(
        #[allow(non_snake_case)]
        impl<$($t: Field),*> Key for ($($t,)*) {
            fn into_values(self) -> Vec<Value> {
                let ($($t,)*) = self;
                vec![$($t.to_value()),*]
            }
        }
    )*};
}

composite_keys! {
    (A, B);
    (A, B, C);
    (A, B, C, D);
}

/// What is given to a column, with the conversions `new!` allows; for generated code.
#[doc(hidden)]
pub fn into_field<T: Field, V: IntoField<T>>(value: V) -> T {
    value.into_field()
}

/// The default of a column, as it is bound; for generated code.
#[doc(hidden)]
pub fn default_of<M: Model, const COLUMN: usize>() -> Value {
    let mut blank = M::blank();
    blank.fill(COLUMN);
    blank.get(COLUMN)
}

/// Writes the display form of a value; for generated code.
///
/// # Errors
/// What `f` says.
#[doc(hidden)]
pub fn show<M: Model>(model: &M, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    M::definition().show(f, &|column| model.get(column))
}
