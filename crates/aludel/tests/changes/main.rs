//! Two versions of models, and the migration between them: of each thing that a table can have.

#[path = "../support/mod.rs"]
mod support;

#[path = "../../../aludel-migrate/tests/support/sorted.rs"]
mod sorted;

mod change;
mod columns;
mod constraints;
mod counters;
mod indexes;
