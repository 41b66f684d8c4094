//! Work on tokio's blocking pool, which owns its connection meanwhile.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::Arc,
    time::Duration,
};

use aludel_sql::Result;
use rusqlite::InterruptHandle;
use tokio::sync::oneshot;

use super::{
    hooks::Budget,
    pool::Lease,
    run::{Failure, Work},
};
use crate::runtime::{gone, runtime};

/// Runs `work` on the blocking pool, waiting there for locks.
///
/// If the future is dropped, the work is interrupted, and the connection rolls back and goes back to its pool on its own.
pub(super) async fn run<W: Work>(lease: Lease, work: W) -> Result<Done<W>> {
    start(lease, work)?.await
}

/// The connection, the work, and its outcome.
pub(super) type Done<W> = (Lease, W, Result<<W as Work>::Output, Failure>);

/// Like [`run`], begun at once.
pub(super) fn start<W: Work>(
    mut lease: Lease,
    mut work: W,
) -> Result<impl Future<Output = Result<Done<W>>> + Send + 'static> {
    let runtime = runtime()?;
    let slot = lease.slot()?;
    let stop = Stop { interrupt: slot.connection.get_interrupt_handle(), budget: slot.budget.clone() };
    let timeout = lease.pool.opener.timeout;
    let (sender, receiver) = oneshot::channel();
    let call = Call { stop: Some(stop), receiver };
    runtime.spawn_blocking(move || {
        let done = catch_unwind(AssertUnwindSafe(|| perform(&mut lease, &mut work, timeout)));
        // If nobody waits any more, this drops the lease.
        let _ = sender.send((lease, work, done));
    });
    Ok(async move {
        let (lease, work, done) = call.answer().await?;
        // A panic of the program's own code, in decoding a row, goes on where the program waits.
        Ok((lease, work, done.unwrap_or_else(|panic| resume_unwind(panic))))
    })
}

fn perform<W: Work>(lease: &mut Lease, work: &mut W, timeout: Duration) -> Result<W::Output, Failure> {
    let slot = lease.slot()?;
    if slot.budget.stopped() {
        return Err(gone().into());
    }
    slot.budget.start(false);
    work.run_patiently(slot, timeout)
}

/// Someone who waits for a job.
struct Call<T> {
    stop: Option<Stop>,
    receiver: oneshot::Receiver<T>,
}

impl<T> Call<T> {
    async fn answer(mut self) -> Result<T> {
        let answer = (&mut self.receiver).await;
        self.stop = None;
        answer.map_err(|_| gone())
    }
}

/// How to stop a job.
struct Stop {
    interrupt: InterruptHandle,
    budget: Arc<Budget>,
}

impl<T> Drop for Call<T> {
    fn drop(&mut self) {
        // The receiver is dropped after this, so the connection cannot be someone else's yet.
        if let Some(stop) = &self.stop {
            // For work that has not begun, or is between two statements; and for the middle of a long operation.
            stop.budget.stop();
            stop.interrupt.interrupt();
        }
    }
}
