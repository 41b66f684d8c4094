//! The MySQL driver, through the public API, on a real MariaDB server.

#[path = "../shared/mod.rs"]
mod shared;

mod errors;
mod options;
mod pool;
mod server;
mod statements;
mod support;
mod tls;
mod transactions;
mod types;
