//! Connections, pools and transactions: what talks to a database.
//!
//! [`Engine`] is made from a [`Url`] and lends out [`Connection`]s. One folder a driver; each fulfils the contract that
//! [`driver`] states.

pub mod connection;
pub mod driver;
pub mod engine;
pub mod log;
pub mod row;
pub mod url;

#[cfg(feature = "sqlite")]
pub mod sqlite;

pub use aludel_sql::{Error, ErrorKind, Result};
pub use connection::Connection;
pub use driver::{Access, Batch, Query, State, TransactionMode};
pub use engine::{Engine, EngineOptions};
pub use log::{Entry, Recording};
pub use row::{Row, RowSink};
pub use url::{Backend, Url};
