//! Values, types, schema, expressions and statements, and the dialects that turn them into SQL text.
//!
//! This is the ground floor of Aludel: plain data and pure functions, no I/O. Everything above speaks in these trees,
//! and a [`Dialect`] is the only place that knows how a database spells them.
//!
//! | module | what it holds |
//! |---|---|
//! | [`value`] | [`Value`], a value on its way to a database, and [`ValueRef`], one on its way back |
//! | [`types`] | [`Type`], the portable column types |
//! | [`name`] | table and constraint names made from the names in a program |
//! | [`schema`] | tables, columns, constraints, indexes: what a migration builds |
//! | [`expr`], [`statement`] | expressions, and the statements made of them |
//! | [`operation`] | one statement of a migration: a change of the schema or of its data |
//! | [`dialect`], [`render`] | how each database spells all of these |
//! | [`ansi`] | portable SQL, the language migration files are written in: its printer and its parser |
//! | [`error`] | the one [`Error`] type of all Aludel crates |

pub mod ansi;
#[cfg(feature = "axum")]
mod axum;
pub mod dialect;
pub mod error;
pub mod expr;
pub mod name;
pub mod operation;
pub mod render;
pub mod schema;
mod shape;
pub mod statement;
pub mod types;
pub mod value;

pub use dialect::{Capability, Dialect};
pub use error::{Error, ErrorKind, Result};
pub use expr::Expr;
pub use operation::Operation;
pub use types::Type;
pub use value::{Value, ValueRef};
