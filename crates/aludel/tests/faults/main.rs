//! What a session does when the database fails it: at each statement in turn, in every way.

#[path = "../support/mod.rs"]
mod support;

mod commits;
mod dropped;
mod flush;
mod hidden;
mod transactions;
mod trips;
mod work;
