//! Two versions of models, and the migration between them: of each thing that a table can have.

#[path = "../support/mod.rs"]
mod support;

mod change;
mod columns;
mod constraints;
mod counters;
mod indexes;
