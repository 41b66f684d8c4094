//! Connections, pools and transactions: what talks to a database.
//!
//! [`Engine`] is made from a [`Url`] and lends out [`Connection`]s. One folder a driver; each fulfils the contract that
//! [`driver`] states.

// What drivers share has no user in a build without any.
#![cfg_attr(not(any(feature = "postgres", feature = "sqlite")), allow(dead_code))]

pub mod connection;
mod constraint;
pub mod driver;
pub mod engine;
#[cfg(any(feature = "mysql", feature = "sqlite"))]
mod flow;
mod holders;
pub mod hook;
#[cfg(any(feature = "mysql", feature = "postgres"))]
mod hosts;
pub mod inspect;
pub mod instrument;
pub mod isolation;
pub mod log;
mod pool;
pub mod row;
mod runtime;
mod transaction;
pub mod url;

#[cfg(feature = "mysql")]
pub mod mysql;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(feature = "sqlite")]
pub mod sqlite;

pub use aludel_sql::{Error, ErrorKind, Result};
pub use connection::{Connection, Cursor, Savepoint};
pub use driver::{Access, Batch, BoxFuture, Query, State, TransactionMode};
pub use engine::{Engine, EngineOptions};
pub use hook::{Hook, Statement};
pub use isolation::Isolation;
pub use log::{Entry, Recorded, Recording, recorded};
pub use pool::PoolStatus;
pub use row::{Row, RowSink};
pub use url::{Backend, Url};
