//! A query whose rows are handed out in portions, by a task that reads no further than it is asked to.

use std::{future::poll_fn, pin::pin, task::Poll, time::Duration};

use aludel_sql::Result;
use tokio::{
    sync::{mpsc, oneshot},
    time,
};

use super::{
    connection::MySqlConnection,
    decode::MySqlRow,
    error::Failure,
    pool::{Lease, Slot},
};
use crate::{
    driver::Query,
    flow::{Ask, Flow, Portion},
    row::RowSink,
    runtime::gone,
};

/// How many rows are read and thrown away when nobody wants them, before the connection is given up instead.
const FEW: usize = 1_000;

/// How long reading those may take.
const PATIENCE: Duration = Duration::from_secs(1);

/// The connection, and how handing out rows ended.
pub(super) type Streamed = (Lease, Result<(), Failure>);

impl Slot {
    async fn stream(&mut self, query: Query, portion: usize, asks: &mut mpsc::Receiver<Ask>) -> Result<(), Failure> {
        self.streaming = true;
        let done = self.hand_out(query, portion, asks).await;
        // Else rows are still to come, and whoever drops the connection has to stop them.
        if !matches!(done, Ok(false)) {
            self.streaming = false;
            return self.settle(done.map(drop), true).await;
        }
        Ok(())
    }

    /// Whether the server has sent all it had to.
    async fn hand_out(
        &mut self,
        query: Query,
        portion: usize,
        asks: &mut mpsc::Receiver<Ask>,
    ) -> Result<bool, Failure> {
        let statement = self.prepare(&query.sql).await?;
        let mut result = self.send(&statement, query.params).await?;
        let mut row = result.next().await?;
        let mut refused = None;
        loop {
            match asks.recv().await {
                Some(Ask::Rows(mut sink, answer)) => {
                    let mut last = false;
                    for _ in 0..portion {
                        let Some(found) = &row else {
                            last = true;
                            break;
                        };
                        refused = sink.row(&MySqlRow(found)).err();
                        if refused.is_some() {
                            break;
                        }
                        row = result.next().await?;
                    }
                    if refused.is_none() && answer.send(Portion { sink, last }).is_ok() && !last {
                        continue;
                    }
                }
                Some(Ask::Drain) => {}
                // Nobody waits: what takes long is stopped from outside.
                None => {
                    for _ in 0..FEW {
                        if row.is_none() {
                            break;
                        }
                        row = result.next().await?;
                    }
                    if row.is_some() {
                        return Ok(false);
                    }
                }
            }
            break;
        }
        while row.is_some() {
            row = result.next().await?;
        }
        drop(result);
        self.close(statement).await?;
        match refused {
            None => Ok(true),
            Some(error) => Err(error.into()),
        }
    }
}

/// Does the work, unless nobody has wanted it for a while: the rows of a slow query may be long in coming.
async fn unless_late(
    work: impl Future<Output = Result<(), Failure>>,
    unwanted: oneshot::Receiver<()>,
) -> Result<(), Failure> {
    let late = async {
        let _ = unwanted.await;
        time::sleep(PATIENCE).await;
    };
    let (mut work, mut late) = (pin!(work), pin!(late));
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Pending => late.as_mut().poll(context).map(Ok),
        done => done,
    })
    .await
}

impl MySqlConnection {
    pub(super) async fn open_stream(&mut self, query: Query, portion: usize) -> Result<()> {
        self.check()?;
        let mut lease = self.lease.take().ok_or_else(gone)?;
        self.trips = lease.trips();
        let (sender, mut asks) = Flow::<Streamed>::asks();
        let runtime = lease.slot()?.runtime.clone();
        let (wanted, unwanted) = oneshot::channel::<()>();
        let task = runtime.spawn(async move {
            let done = match lease.slot() {
                Ok(slot) => unless_late(slot.stream(query, portion, &mut asks), unwanted).await,
                Err(error) => Err(error.into()),
            };
            (lease, done)
        });
        self.stream = Some(Flow::new(sender, async move {
            let streamed = task.await.map_err(|_| gone());
            drop(wanted);
            streamed
        }));
        Ok(())
    }

    pub(super) async fn fetch_stream(&mut self, sink: Box<dyn RowSink>) -> Result<Box<dyn RowSink>> {
        // Not put back if this future is dropped: the task then ends, and gives the connection back or up.
        let mut flow = self.stream.take().ok_or_else(gone)?;
        match flow.next(sink).await {
            Some(Portion { sink, last: false }) => {
                self.stream = Some(flow);
                Ok(sink)
            }
            Some(Portion { sink, last: true }) => self.end_stream(flow).await.map(|()| sink),
            None => self.end_stream(flow).await.and(Err(gone())),
        }
    }

    pub(super) async fn close_stream(&mut self) -> Result<()> {
        match self.stream.take() {
            Some(flow) => self.end_stream(flow).await,
            None => Ok(()),
        }
    }

    async fn end_stream(&mut self, flow: Flow<Streamed>) -> Result<()> {
        let (lease, done) = flow.end().await?;
        self.half_done |= done.is_err() && !lease.in_transaction();
        if lease.is_lost() {
            lease.pool.suspect();
        }
        self.lease = Some(lease);
        Ok(done?)
    }
}
