//! Columns and relations as queries see them: what `|u| u.username` is.
//!
//! A handle belongs to the *scope* `S` of one query: the model itself, or what a join or a sub-query adds to it. It holds
//! a source number and a column, so that self-joins mean what they say and a column of another query does not compile.

use std::marker::PhantomData;

use aludel_sql::expr as sql;

use crate::{expr::Operand, field::Field, model::Model, relation::Cardinality};

/// The source of what an INSERT had for a column, where a row is there already.
pub(crate) const EXCLUDED: u32 = u32::MAX;

/// A column of type `T` in a query of scope `S`.
pub struct Column<S, T> {
    pub(crate) source: u32,
    pub(crate) index: u16,
    pub(crate) name: &'static str,
    scope: PhantomData<fn() -> (S, T)>,
}

impl<S, T> Column<S, T> {
    pub(crate) const fn new(source: u32, index: u16, name: &'static str) -> Self {
        Column { source, index, name, scope: PhantomData }
    }

    /// The column's name in the database.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The id of its source; for generated code.
    #[doc(hidden)]
    pub const fn source(&self) -> u32 {
        self.source
    }

    pub(crate) fn node(self) -> sql::Expr {
        match self.source {
            EXCLUDED => sql::Expr::Excluded(self.name.into()),
            source => sql::Expr::column(source, self.name),
        }
    }
}

/// Column `index` of the model at source `source`; for generated code.
#[doc(hidden)]
pub const fn column<S, T>(source: u32, index: u16, name: &'static str) -> Column<S, T> {
    Column::new(source, index, name)
}

impl<S, T: Field> Column<S, T> {
    pub(crate) fn operand_of(self) -> Operand {
        Operand { node: self.node(), nullable: T::NULLABLE }
    }
}

impl<S, T> Clone for Column<S, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S, T> Copy for Column<S, T> {}

/// A relation from model `P` to model `C` in a query of scope `S`; `K` says to how many.
pub struct Relation<S, P: Model, C: Model, K: Cardinality> {
    pub(crate) source: u32,
    pub(crate) index: u16,
    scope: PhantomData<fn() -> (S, P, C, K)>,
}

impl<S, P: Model, C: Model, K: Cardinality> Clone for Relation<S, P, C, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S, P: Model, C: Model, K: Cardinality> Copy for Relation<S, P, C, K> {}

/// Makes the handles of a model, one after the other; for generated code.
#[doc(hidden)]
pub struct Handles {
    source: u32,
    columns: &'static [&'static str],
    column: u16,
    relation: u16,
}

impl Handles {
    /// Those of the model at source `source` whose columns are called so.
    #[inline]
    pub const fn new(source: u32, columns: &'static [&'static str]) -> Self {
        Handles { source, columns, column: 0, relation: 0 }
    }

    /// The next column.
    #[inline]
    pub const fn column<S, T>(&mut self) -> Column<S, T> {
        let index = self.column;
        self.column += 1;
        Column::new(self.source, index, self.columns[index as usize])
    }

    /// The next relation.
    #[inline]
    pub const fn relation<S, P: Model, C: Model, K: Cardinality>(&mut self) -> Relation<S, P, C, K> {
        let index = self.relation;
        self.relation += 1;
        Relation { source: self.source, index, scope: PhantomData }
    }
}
