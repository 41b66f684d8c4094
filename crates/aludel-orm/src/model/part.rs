//! What a model says of its table as a whole, and in expressions.

use aludel_sql::{
    Error, ErrorKind, Expr as Node, Result, ansi,
    dialect::ANSI,
    render,
    schema::{Action, Conflict, Deferrable, Nulls},
};

use super::{Model, ModelDef};
use crate::{
    expr::{Expr, IntoExpr, IntoPredicate},
    field::Field,
    handle::Column,
};

/// An expression over the columns of one row, as a model says it.
#[derive(Clone, Debug)]
pub enum Said {
    /// By a closure over the model's columns.
    Typed(Node),
    /// As portable SQL, with the columns' names in the database.
    Text(&'static str),
}

impl Said {
    /// The expression as migrations have it: a closure's is what its portable SQL says. `what` is what it is for.
    ///
    /// # Errors
    /// It is no portable SQL, or has a column that the model lacks.
    pub(super) fn expr(&self, model: &ModelDef, what: &str) -> Result<Node> {
        let place = format!("{what} of `{}`", model.name);
        let text = match self {
            Said::Typed(expr) => {
                let text = render::expr(&ANSI, expr);
                text.map_err(|error| error.context(&place).with_model(model.name).with_table(model.table))?
            }
            Said::Text(text) => (*text).to_owned(),
        };
        let parsed = ansi::parse_expr(&text);
        let expr =
            parsed.map_err(|error| error.in_file(&place, &text).with_model(model.name).with_table(model.table))?;
        let mut unknown = None;
        expr.walk(&mut |part| {
            if let Some(name) = part.as_column()
                && model.fields.iter().all(|field| field.column != name)
            {
                unknown = Some(name.to_owned());
            }
        });
        match unknown {
            None => Ok(expr),
            Some(name) => {
                let columns: Vec<String> = model.fields.iter().map(|field| format!("`{}`", field.column)).collect();
                Err(Error::new(ErrorKind::Config, format!("{place} has a column `{name}`, which the model has not"))
                    .with_model(model.name)
                    .with_table(model.table)
                    .with_help(format!("Its columns are {}.", columns.join(", "))))
            }
        }
    }
}

/// What a computed column is computed from.
#[derive(Clone, Debug)]
pub struct ComputedDef {
    /// The expression.
    pub expr: Said,
    /// Whether the value is stored with the row, or computed when it is read.
    pub stored: bool,
}

/// What becomes of rows that refer to one that is deleted or whose key changes, and when that is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Actions {
    /// When the row is deleted.
    pub on_delete: Action,
    /// When its key changes.
    pub on_update: Action,
    /// Whether the check may wait for the end of the transaction.
    pub deferrable: Deferrable,
}

/// Something of the table as a whole. Columns are numbers of fields; what has no name gets one by the convention.
#[derive(Clone, Debug)]
pub enum PartDef {
    /// What the values of a row must be.
    Check {
        /// What the check is called in the model.
        name: &'static str,
        /// The condition.
        expr: Said,
    },
    /// No two rows have the same values in these columns.
    Unique {
        /// Its name.
        name: Option<&'static str>,
        /// The columns.
        columns: Vec<usize>,
        /// Whether two NULLs are the same, too.
        nulls_not_distinct: bool,
    },
    /// An index.
    Index(IndexDef),
    /// The columns hold the key of a row elsewhere.
    ForeignKey(ReferenceDef),
    /// No two rows are in conflict with each other.
    Exclusion(ExclusionDef),
}

/// An index of several columns, of an expression, or of some of the rows.
#[derive(Clone, Debug)]
pub struct IndexDef {
    /// Its name.
    pub name: Option<&'static str>,
    /// What it is ordered by.
    pub parts: Vec<IndexPartDef>,
    /// Whether no two rows may have the same values.
    pub unique: bool,
    /// Whether two NULLs are the same, too.
    pub nulls_not_distinct: bool,
    /// The method, where it is not a B-tree.
    pub method: Option<&'static str>,
    /// Columns kept beside what it is ordered by.
    pub include: Vec<usize>,
    /// How it is stored: parameters and their values.
    pub with: Vec<(&'static str, &'static str)>,
    /// Which rows are in it.
    pub filter: Option<Said>,
}

/// One of the things an index is ordered by.
#[derive(Clone, Debug)]
pub struct IndexPartDef {
    /// A column or an expression.
    pub key: IndexKeyDef,
    /// How many characters, or bytes, of the column are indexed, where not all are.
    pub prefix: Option<u32>,
    /// The operator class.
    pub ops: Option<&'static str>,
    /// Whether from high to low.
    pub descending: bool,
    /// Where NULLs come.
    pub nulls: Option<Nulls>,
}

/// A column or an expression of an index.
#[derive(Clone, Debug)]
pub enum IndexKeyDef {
    /// The number of a field.
    Column(usize),
    /// An expression.
    Expr(Said),
}

/// What no two rows may be together.
#[derive(Clone, Debug)]
pub struct ExclusionDef {
    /// Its name.
    pub name: Option<&'static str>,
    /// The method of the index that finds such rows, where it is not a B-tree.
    pub method: Option<&'static str>,
    /// What is compared, and how.
    pub parts: Vec<(IndexPartDef, Conflict)>,
    /// Which rows can be in conflict.
    pub filter: Option<Said>,
    /// Whether the check may wait for the end of the transaction.
    pub deferrable: Deferrable,
}

/// A reference of several columns to those of another model.
#[derive(Clone, Debug)]
pub struct ReferenceDef {
    /// Its name.
    pub name: Option<&'static str>,
    /// The columns that refer.
    pub columns: Vec<usize>,
    /// The model referred to.
    pub target: fn() -> &'static ModelDef,
    /// The columns referred to, by their names in the database.
    pub referred: Vec<&'static str>,
    /// What happens to the rows that refer.
    pub actions: Actions,
    /// Which columns change when the row referred to is deleted, where not all do.
    pub set_columns: Vec<usize>,
    /// Whether all columns are NULL if one is.
    pub match_full: bool,
}

impl ModelDef {
    /// The references of several columns together.
    pub fn references(&self) -> impl Iterator<Item = &ReferenceDef> {
        self.parts.iter().filter_map(|part| match part {
            PartDef::ForeignKey(reference) => Some(reference),
            _ => None,
        })
    }
}

/// A condition that a closure says; for generated code.
#[doc(hidden)]
pub fn condition<M: Model, P: IntoPredicate<M>>(say: impl FnOnce(M::Fields<M>) -> P) -> Said {
    Said::Typed(say(M::fields(0)).into_predicate().into_node())
}

/// The value of a column of type `T` that a closure says; for generated code.
#[doc(hidden)]
pub fn computed<M: Model, T: Field, E: IntoExpr<M, T::Base>>(say: impl FnOnce(M::Fields<M>) -> E) -> Said {
    Said::Typed(say(M::fields(0)).into_operand().node)
}

/// What an index is ordered by, that a closure says; for generated code.
#[doc(hidden)]
pub fn index_key<M: Model, E: IndexKey<M>>(say: impl FnOnce(M::Fields<M>) -> E) -> Said {
    Said::Typed(say(M::fields(0)).into_key())
}

/// What an index can be ordered by: a column or an expression.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is nothing an index can be ordered by",
    label = "expected an expression over the columns"
)]
pub trait IndexKey<S> {
    fn into_key(self) -> Node;
}

impl<S, T> IndexKey<S> for Column<S, T> {
    fn into_key(self) -> Node {
        self.node()
    }
}

impl<S, T> IndexKey<S> for Expr<S, T> {
    fn into_key(self) -> Node {
        self.into_node()
    }
}
