//! Rows of the program's own, as a source.

use std::marker::PhantomData;

use aludel_sql::{
    Expr as Node, Type,
    statement::{Cte, Relation as Table},
};

use super::{Derived, FromRow, IntoSource, Query, derived::over};
use crate::expr::{Inner, Operand, Typed, sql_type};

/// Rows that the program has, to read from like those of a table: each a tuple of values. There may be none.
///
/// ```ignore
/// let scores = values([(1i64, 70i64), (2, 85)]);
/// User::query().join_query(scores, |(u, (id, _))| id.eq(u.id)).update(|(u, (_, score))| u.score.set(score)).exec(&db).await?;
/// ```
pub fn values<R: ValuesRow>(rows: impl IntoIterator<Item = R>) -> Values<R::Row> {
    Values { rows: rows.into_iter().map(ValuesRow::into_values).collect(), types: R::types(), row: PhantomData }
}

/// Rows that the program has: what [`Query::join_query`] and its like join.
#[must_use = "rows do nothing until a query reads them"]
pub struct Values<R> {
    rows: Vec<Vec<Node>>,
    types: Vec<Type>,
    row: PhantomData<fn() -> R>,
}

impl<R: FromRow> Values<R> {
    /// Begins a query over the rows.
    pub fn query(self) -> Query<Derived<R>, R> {
        let (relation, with) = self.into_source();
        over(0, relation, with)
    }
}

impl<R: FromRow> IntoSource for Values<R> {
    type Row = R;

    fn into_source(self) -> (Table, Vec<Cte>) {
        (Table::Values { columns: R::labels(), types: self.types, rows: self.rows }, Vec::new())
    }
}

impl<R> Clone for Values<R> {
    fn clone(&self) -> Self {
        Values { rows: self.rows.clone(), types: self.types.clone(), row: PhantomData }
    }
}

/// A row of [`values`]: a tuple of up to sixteen values.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a row of values",
    label = "expected a tuple of values that columns can hold",
    note = "rows of one column are tuples of one: `values([(1,), (2,)])`"
)]
pub trait ValuesRow {
    /// What it is when it is read.
    type Row: FromRow;

    #[doc(hidden)]
    fn types() -> Vec<Type>;

    #[doc(hidden)]
    fn into_values(self) -> Vec<Node>;
}

/// A value in a row of [`values`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a value of a row",
    label = "expected a value that a column can hold"
)]
pub trait RowPart {
    /// The type of the column it is in.
    type Column: Typed;

    #[doc(hidden)]
    fn into_value(self) -> Node;
}

impl<T: Typed> RowPart for T {
    type Column = T;

    fn into_value(self) -> Node {
        Operand::value(&self).node
    }
}

impl RowPart for &str {
    type Column = String;

    fn into_value(self) -> Node {
        Operand::value(&self.to_owned()).node
    }
}

/// The type of a column that holds any value of a Rust type.
fn widest<T: Typed>() -> Type {
    match sql_type::<Inner<T>>() {
        Type::VarChar(_) => Type::Text,
        Type::VarBinary(_) => Type::Blob,
        ty => ty,
    }
}

macro_rules! tuples {
    ($(($($name:ident)*);)*) => {$(
        #[allow(non_snake_case)]
        impl<$($name: RowPart),*> ValuesRow for ($($name,)*) {
            type Row = ($($name::Column,)*);

            fn types() -> Vec<Type> {
                vec![$(widest::<$name::Column>()),*]
            }

            fn into_values(self) -> Vec<Node> {
                let ($($name,)*) = self;
                vec![$($name.into_value()),*]
            }
        }
    )*};
}

tuples! {
    (A);
    (A B);
    (A B C);
    (A B C D);
    (A B C D E);
    (A B C D E F);
    (A B C D E F G);
    (A B C D E F G H);
    (A B C D E F G H I);
    (A B C D E F G H I J);
    (A B C D E F G H I J K);
    (A B C D E F G H I J K L);
    (A B C D E F G H I J K L M);
    (A B C D E F G H I J K L M N);
    (A B C D E F G H I J K L M N O);
    (A B C D E F G H I J K L M N O P);
}
