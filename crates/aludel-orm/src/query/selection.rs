//! What a query gives: columns, expressions, entities, and tuples of these.

use aludel_driver::Row;
use aludel_sql::{
    Expr as Node, Result, Type,
    expr::{Is, Name},
};

use super::Maybe;
use crate::{
    expr::{Aggregate, Expr, ExprOps, Inner, Typed, sql_type},
    handle::Column,
    model::Model,
};

/// What can be selected in a query of scope `S`: a column, an expression, an entity, or a tuple of up to sixteen of these,
/// which may be tuples themselves.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be selected in this query",
    label = "expected columns, expressions or entities of this query",
    note = "a tuple has at most 16 parts, which can be tuples; a value is `value(…)`, and a relation is loaded by `.with(|u| u.posts)`"
)]
pub trait Selection<S> {
    /// What it is in the result.
    type Out: Send + 'static;

    #[doc(hidden)]
    fn push_columns(self, into: &mut Vec<Node>);

    /// Reads it from the columns of a row that begin with number `at`, and moves that behind them.
    #[doc(hidden)]
    fn decode(row: &dyn Row, at: &mut usize) -> Result<Self::Out>;
}

/// The handles of a model; for generated code.
pub trait Entity {
    /// The scope of the query they are of.
    type Scope;

    /// The model.
    type Model: Model;

    #[doc(hidden)]
    fn source(&self) -> u32;
}

#[diagnostic::do_not_recommend]
impl<E: Entity> Selection<E::Scope> for E {
    type Out = E::Model;

    fn push_columns(self, into: &mut Vec<Node>) {
        push_entity::<E::Model>(self.source(), into);
    }

    #[inline]
    fn decode(row: &dyn Row, at: &mut usize) -> Result<E::Model> {
        let first = *at;
        *at += E::Model::definition().fields.len();
        E::Model::decode(row, first)
    }
}

#[diagnostic::do_not_recommend]
impl<E: Entity> Selection<E::Scope> for Maybe<E> {
    type Out = Option<E::Model>;

    fn push_columns(self, into: &mut Vec<Node>) {
        push_entity::<E::Model>(self.0.source(), into);
    }

    #[inline]
    fn decode(row: &dyn Row, at: &mut usize) -> Result<Option<E::Model>> {
        let (first, model) = (*at, E::Model::definition());
        *at += model.fields.len();
        // A key is never NULL in a row that is there.
        let there = model.key.first().is_none_or(|key| !matches!(row.get(first + key), Ok(aludel_sql::ValueRef::Null)));
        if there { E::Model::decode(row, first).map(Some) } else { Ok(None) }
    }
}

fn push_entity<M: Model>(source: u32, into: &mut Vec<Node>) {
    into.extend(M::definition().fields.iter().map(|field| Node::column(source, field.column)));
}

/// Reads the value at a place of a row; for generated code.
#[doc(hidden)]
pub fn read<T: Typed>(row: &dyn Row, at: &mut usize) -> Result<T> {
    let column = *at;
    *at += 1;
    row.get(column)
        .and_then(T::from_value)
        .map_err(|error| error.context(format_args!("column {} of the result", column + 1)))
}

impl<S, T: Typed> Selection<S> for Column<S, T> {
    type Out = T;

    fn push_columns(self, into: &mut Vec<Node>) {
        into.push(self.node());
    }

    fn decode(row: &dyn Row, at: &mut usize) -> Result<T> {
        read(row, at)
    }
}

impl<S, T: Typed> Selection<S> for Expr<S, T> {
    type Out = T;

    fn push_columns(self, into: &mut Vec<Node>) {
        let operand = self.into_inner();
        // Only a condition can be NULL without saying so: it is false then.
        into.push(if operand.nullable && !T::NULLABLE {
            Node::Is { expr: Box::new(operand.node), what: Is::True, negated: false }
        } else {
            operand.node
        });
    }

    fn decode(row: &dyn Row, at: &mut usize) -> Result<T> {
        read(row, at)
    }
}

impl<S, T: Typed> Selection<S> for Aggregate<S, T> {
    type Out = T;

    fn push_columns(self, into: &mut Vec<Node>) {
        into.push(self.operand().node);
    }

    fn decode(row: &dyn Row, at: &mut usize) -> Result<T> {
        read(row, at)
    }
}

/// The type of a column that holds such values; for generated code.
#[doc(hidden)]
pub fn type_of<T: Typed>() -> Type {
    sql_type::<Inner<T>>()
}

/// What a row with names is made into: a model, a struct that derives `FromRow`, or a tuple of values. The rows of SQL of the
/// program's own are such, and those of a sub-query that is a source.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be made of a row with names",
    label = "expected a model, a tuple of columns, or a struct with `#[derive(FromRow)]`",
    note = "one column is selected as a tuple of one: `.select(|u| (u.id,))`"
)]
pub trait FromRow: Sized + Send + 'static {
    /// The handles of the columns, as a query of scope `S` sees them.
    type Fields<S>: Copy;

    /// The handles of the columns of the source of this id.
    #[doc(hidden)]
    fn row_fields<S>(source: u32) -> Self::Fields<S>;

    /// Whether columns are found by their names, or else by their places.
    #[doc(hidden)]
    const BY_NAME: bool = true;

    /// What the columns are called.
    #[doc(hidden)]
    fn labels() -> Vec<Name>;

    /// The types of the columns; none, where all are a table's own.
    #[doc(hidden)]
    fn types() -> Vec<Type> {
        Vec::new()
    }

    /// Reads the columns of a row that begin with number `first`.
    #[doc(hidden)]
    fn decode_row(row: &dyn Row, first: usize) -> Result<Self>;
}

/// A struct that derives `FromRow`, whose fields have these types: a tuple.
#[diagnostic::on_unimplemented(
    message = "columns of the types `{Values}` do not make a `{Self}`",
    label = "expected a struct with `#[derive(FromRow)]`, whose fields have the types of the columns, in their order"
)]
pub trait RowStruct<Values>: FromRow {}

impl<M: Model> FromRow for M {
    type Fields<S> = M::Fields<S>;

    fn row_fields<S>(source: u32) -> M::Fields<S> {
        M::fields(source)
    }

    fn labels() -> Vec<Name> {
        M::definition().fields.iter().map(|field| Name::Borrowed(field.column)).collect()
    }

    fn decode_row(row: &dyn Row, first: usize) -> Result<Self> {
        M::decode(row, first)
    }
}

macro_rules! tuples {
    ($(($($name:ident $number:literal $label:literal),*);)*) => {$(
        #[allow(non_snake_case)]
        impl<S, $($name: Selection<S>),*> Selection<S> for ($($name,)*) {
            type Out = ($($name::Out,)*);

            fn push_columns(self, into: &mut Vec<Node>) {
                let ($($name,)*) = self;
                $($name.push_columns(into);)*
            }

            fn decode(row: &dyn Row, at: &mut usize) -> Result<Self::Out> {
                Ok(($($name::decode(row, at)?,)*))
            }
        }

        impl<$($name: Typed),*> FromRow for ($($name,)*) {
            type Fields<Of> = ($(Column<Of, $name>,)*);
            const BY_NAME: bool = false;

            fn row_fields<Of>(source: u32) -> Self::Fields<Of> {
                ($(Column::new(source, $number, $label),)*)
            }

            fn labels() -> Vec<Name> {
                vec![$($label.into()),*]
            }

            fn types() -> Vec<Type> {
                vec![$(type_of::<$name>()),*]
            }

            fn decode_row(row: &dyn Row, first: usize) -> Result<Self> {
                let mut at = first;
                Ok(($(read::<$name>(row, &mut at)?,)*))
            }
        }
    )*};
}

tuples! {
    (A 0 "c1");
    (A 0 "c1", B 1 "c2");
    (A 0 "c1", B 1 "c2", C 2 "c3");
    (A 0 "c1", B 1 "c2", C 2 "c3", D 3 "c4");
    (A 0 "c1", B 1 "c2", C 2 "c3", D 3 "c4", E 4 "c5");
    (A 0 "c1", B 1 "c2", C 2 "c3", D 3 "c4", E 4 "c5", F 5 "c6");
    (A 0 "c1", B 1 "c2", C 2 "c3", D 3 "c4", E 4 "c5", F 5 "c6", G 6 "c7");
    (A 0 "c1", B 1 "c2", C 2 "c3", D 3 "c4", E 4 "c5", F 5 "c6", G 6 "c7", H 7 "c8");
    (A 0 "c1", B 1 "c2", C 2 "c3", D 3 "c4", E 4 "c5", F 5 "c6", G 6 "c7", H 7 "c8", I 8 "c9");
    (A 0 "c1", B 1 "c2", C 2 "c3", D 3 "c4", E 4 "c5", F 5 "c6", G 6 "c7", H 7 "c8", I 8 "c9", J 9 "c10");
    (A 0 "c1", B 1 "c2", C 2 "c3", D 3 "c4", E 4 "c5", F 5 "c6", G 6 "c7", H 7 "c8", I 8 "c9", J 9 "c10", K 10 "c11");
    (A 0 "c1", B 1 "c2", C 2 "c3", D 3 "c4", E 4 "c5", F 5 "c6", G 6 "c7", H 7 "c8", I 8 "c9", J 9 "c10", K 10 "c11",
     L 11 "c12");
    (A 0 "c1", B 1 "c2", C 2 "c3", D 3 "c4", E 4 "c5", F 5 "c6", G 6 "c7", H 7 "c8", I 8 "c9", J 9 "c10", K 10 "c11",
     L 11 "c12", M 12 "c13");
    (A 0 "c1", B 1 "c2", C 2 "c3", D 3 "c4", E 4 "c5", F 5 "c6", G 6 "c7", H 7 "c8", I 8 "c9", J 9 "c10", K 10 "c11",
     L 11 "c12", M 12 "c13", N 13 "c14");
    (A 0 "c1", B 1 "c2", C 2 "c3", D 3 "c4", E 4 "c5", F 5 "c6", G 6 "c7", H 7 "c8", I 8 "c9", J 9 "c10", K 10 "c11",
     L 11 "c12", M 12 "c13", N 13 "c14", O 14 "c15");
    (A 0 "c1", B 1 "c2", C 2 "c3", D 3 "c4", E 4 "c5", F 5 "c6", G 6 "c7", H 7 "c8", I 8 "c9", J 9 "c10", K 10 "c11",
     L 11 "c12", M 12 "c13", N 13 "c14", O 14 "c15", P 15 "c16");
}
