//! What the pools of all drivers share: how many connections there may be, and the wait for one.

use std::{sync::Arc, time::Duration};

use aludel_sql::{Error, ErrorKind, Result};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time,
};

use crate::runtime::gone;

/// The places of a pool. Whoever waits for one is served in order of arrival.
#[derive(Debug)]
pub(crate) struct Permits {
    size: usize,
    timeout: Duration,
    semaphore: Arc<Semaphore>,
}

impl Permits {
    pub(crate) fn new(size: usize, timeout: Duration) -> Self {
        Permits { size, timeout, semaphore: Arc::new(Semaphore::new(size)) }
    }

    pub(crate) async fn acquire(&self) -> Result<OwnedSemaphorePermit> {
        match self.semaphore.clone().try_acquire_owned() {
            Ok(permit) => Ok(permit),
            Err(_) => time::timeout(self.timeout, self.semaphore.clone().acquire_owned())
                .await
                .map_err(|_| self.exhausted())?
                .map_err(|_| gone()),
        }
    }

    fn exhausted(&self) -> Error {
        let (size, seconds) = (self.size, self.timeout.as_secs_f64());
        let message = format!("all {size} connections are lent out, and none came back within {seconds} s");
        Error::new(ErrorKind::Timeout, message).with_help(
            "Look for a task that holds a session while it waits for another one, end sessions sooner, or allow more \
             connections with `?pool=N` in the database URL.",
        )
    }
}
