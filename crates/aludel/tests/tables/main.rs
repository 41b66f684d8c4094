//! Everything a table can have, said in the model.

#[path = "../support/mod.rs"]
mod support;

mod circle;
mod everything;
mod exclusions;
mod naming;
mod places;
mod refused;
mod values;
