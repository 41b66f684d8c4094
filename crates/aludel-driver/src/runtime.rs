//! The tokio runtime that drivers wait on.

use std::{panic::catch_unwind, time::Duration};

use aludel_sql::{Error, ErrorKind, Result};
use tokio::{runtime::Handle, time};

/// The runtime of the calling task.
pub(crate) fn runtime() -> Result<Handle> {
    Handle::try_current().map_err(|_| {
        Error::new(ErrorKind::Usage, "the database was used outside a tokio runtime")
            .with_help("Call this from a function under `#[tokio::main]`, or inside `Runtime::block_on`.")
    })
}

/// Checks that the runtime can wait for a time: tokio panics where its timer is off.
pub(crate) fn check_timer() -> Result<()> {
    catch_unwind(|| drop(time::sleep(Duration::ZERO))).map_err(|_| {
        Error::new(ErrorKind::Usage, "the tokio runtime has no timer")
            .with_help("Build the runtime with `.enable_all()` or `.enable_time()`.")
    })
}

/// The error of a connection that a dropped future, or the end of the runtime, took away.
pub(crate) fn gone() -> Error {
    Error::new(ErrorKind::Interrupted, "the connection is gone, as a statement on it was stopped half-way")
        .with_help("Roll back and begin anew: nothing of the transaction was kept.")
}
