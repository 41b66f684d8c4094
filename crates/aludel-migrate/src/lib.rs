//! Migrations: a schema that evolves through generated, reviewed, reversible pages of SQL.
//!
//! A [`Revision`] is one file of portable SQL. A [`Graph`] holds them all and knows which builds on which. The schema they
//! describe is what they [`fold`] to, with no database at hand: [`mod@diff`] compares it with the models, and [`generate`]
//! writes the difference as the next revision. A [`Migrator`] carries revisions out on a database: [`plan`] turns each
//! operation into what that database can do, and [`history`] remembers what was applied.
//!
//! Nothing here prints: every step is a function that returns data or a typed error.

mod catalog;
pub mod check;
pub mod diff;
mod embedded;
pub mod fold;
pub mod generate;
pub mod graph;
pub mod history;
pub mod hook;
pub mod lock;
pub mod plan;
pub mod revision;
pub mod runner;
pub mod source;

pub use diff::{Change, Diff, DiffOptions, Rename, diff};
pub use embedded::Migrations;
pub use graph::Graph;
pub use hook::{HookContext, Hooks};
pub use revision::{Downgrade, Item, Revision, Section};
pub use runner::{Applied, Direction, Migrator, Progress};
pub use source::Source;
