//! Queries: everything they can say, written once for all databases.

mod aggregates;
mod expressions;
mod functions;
mod given;
mod joined_writes;
mod joins;
mod lint;
mod models;
mod nested;
mod raw;
mod reads;
mod refused;
mod search;
mod sources;
#[path = "../support/mod.rs"]
mod support;
mod values;
mod windows;
mod writes;
mod writing_ctes;
