//! Models, queries and the session: what a program says to its database.
//!
//! | module | what it holds |
//! |---|---|
//! | [`field`] | [`Field`], the Rust types a column can have |
//! | [`model`] | [`Model`], its description, [`New`] rows, the registry |
//! | [`handle`] | [`Column`] and [`Relation`], what `|u| u.username` is |
//! | [`expr`] | typed expressions, and what converts to one |
//! | [`relation`] | [`BelongsTo`] and [`HasMany`], the relation fields of a model |
//! | [`query`] | [`Query`], a question as a value |
//! | [`session`] | [`Session`], the unit of work |
//! | [`db`] | [`Db`], the database |

#![allow(clippy::type_complexity, reason = "the type of an expression says in full what it is")]

mod batch;
pub mod db;
pub mod error;
pub mod expr;
pub mod field;
pub mod handle;
mod key;
pub mod model;
pub mod query;
pub mod relation;
pub mod session;
mod tuples;

#[cfg(feature = "axum")]
mod axum;

pub use db::Db;
pub use error::{ErrorExt, OrNotFound};
pub use expr::{Expr, ExprOps, IntoExpr, IntoPredicate, Order};
pub use field::{DbEnum, Field, IntoField};
pub use handle::{Column, Relation};
pub use model::{Model, ModelDef, Models, New};
pub use query::Query;
pub use relation::{BelongsTo, HasMany};
pub use session::{Session, Tracked};
