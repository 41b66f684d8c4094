//! The MySQL driver, through the public API, on a real server: the one that `ALUDEL_TEST_URL` names if it is MySQL or MariaDB,
//! else that of `ALUDEL_TEST_MARIADB_URL`.

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
