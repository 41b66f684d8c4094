//! Fields of a model whose types were forgotten, and what makes a model of values.

use std::{any::Any, convert::Infallible, marker::PhantomData};

use aludel_driver::Row;
use aludel_sql::{Error, ErrorKind, Result, Value, ValueRef};

use super::{Field, Precision};
use crate::model::Model;

/// A field whose type was forgotten; for generated code.
pub trait AnyField: Any {
    /// [`Field::to_value`]
    fn value(&self) -> Value;

    /// [`Field::is_value`]
    fn holds(&self, value: &Value) -> bool;

    /// Takes on a value, of these digits where the column says them.
    ///
    /// # Errors
    /// The value is not one of the type.
    fn assign(&mut self, value: ValueRef<'_>, digits: Option<Precision>) -> Result<()>;
}

impl<T: Field> AnyField for T {
    fn value(&self) -> Value {
        self.to_value()
    }

    fn holds(&self, value: &Value) -> bool {
        self.is_value(value)
    }

    fn assign(&mut self, value: ValueRef<'_>, digits: Option<Precision>) -> Result<()> {
        *self = read(value, digits)?;
        Ok(())
    }
}

/// The value of a column, of these digits where the column says them.
pub(crate) fn read<T: Field>(value: ValueRef<'_>, digits: Option<Precision>) -> Result<T> {
    match digits {
        Some(digits) => digits.from_value(value),
        None => T::from_value(value),
    }
}

/// The values that a model is made of, one after the other; for generated code.
pub trait Values {
    /// Why there is none.
    type Error;

    /// That of the next column.
    ///
    /// # Errors
    /// It does not fit the type.
    fn next<T: Field>(&mut self) -> Result<T, Self::Error>;
}

/// What fields hold until the database has given them values.
pub(crate) struct Placeholders;

impl Values for Placeholders {
    type Error = Infallible;

    fn next<T: Field>(&mut self) -> Result<T, Infallible> {
        Ok(T::placeholder())
    }
}

/// The columns of a row from number `first` on, which are those of model `M`.
pub(crate) struct RowValues<'a, M> {
    row: &'a dyn Row,
    first: usize,
    column: usize,
    model: PhantomData<M>,
}

impl<'a, M> RowValues<'a, M> {
    pub(crate) fn new(row: &'a dyn Row, first: usize) -> Self {
        RowValues { row, first, column: 0, model: PhantomData }
    }
}

impl<M: Model> Values for RowValues<'_, M> {
    type Error = Error;

    #[inline]
    fn next<T: Field>(&mut self) -> Result<T> {
        let column = self.column;
        self.column += 1;
        let value = self.row.get(self.first + column).and_then(|value| read(value, M::digits(column)));
        value.map_err(|error| misfit::<M>(error, column))
    }
}

/// Says which column it was whose value does not fit.
#[cold]
pub(crate) fn misfit<M: Model>(error: Error, column: usize) -> Error {
    let model = M::definition();
    match model.fields.get(column) {
        Some(field) if error.kind() == ErrorKind::Decode => {
            error.context(format_args!("column `{}.{}`", model.table, field.column))
        }
        _ => error,
    }
}
