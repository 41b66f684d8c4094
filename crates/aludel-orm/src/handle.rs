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
    pub(crate) field: fn(&mut P) -> &mut K::Field<C>,
    scope: PhantomData<fn() -> S>,
}

impl<S, P: Model, C: Model, K: Cardinality> Relation<S, P, C, K> {
    /// Relation `index` of the model at source `source`, kept in the field that `field` lends; for generated code.
    #[doc(hidden)]
    pub const fn new(source: u32, index: u16, field: fn(&mut P) -> &mut K::Field<C>) -> Self {
        Relation { source, index, field, scope: PhantomData }
    }
}

impl<S, P: Model, C: Model, K: Cardinality> Clone for Relation<S, P, C, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S, P: Model, C: Model, K: Cardinality> Copy for Relation<S, P, C, K> {}
