//! The PostgreSQL driver, through the public API, on a real server.

#[path = "../shared/mod.rs"]
mod shared;

mod errors;
mod pool;
mod server;
mod statements;
mod support;
mod tls;
mod transactions;
mod trips;
mod types;
