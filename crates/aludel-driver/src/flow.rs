//! Rows that flow out of a task, which has the connection meanwhile: a portion each time someone asks for one.

use std::{
    future::poll_fn,
    pin::Pin,
    task::{Poll, ready},
};

use aludel_sql::Result;
use tokio::sync::{mpsc, oneshot};

use crate::{driver::BoxFuture, row::RowSink};

/// What is wanted of the task. If nobody is left to want anything, it ends.
pub(crate) enum Ask {
    /// The next portion of rows.
    Rows(Box<dyn RowSink>, oneshot::Sender<Portion>),
    /// An end that leaves the connection as good as before, however long that takes.
    Drain,
}

/// A portion of rows, taken in.
pub(crate) struct Portion {
    pub(crate) sink: Box<dyn RowSink>,
    /// It came short: there are no more.
    pub(crate) last: bool,
}

/// The receiving end of a flow. Dropping it ends the task.
pub(crate) struct Flow<E> {
    asks: mpsc::Sender<Ask>,
    end: BoxFuture<'static, Result<E>>,
    /// What the end was, once it has come.
    ended: Option<Result<E>>,
}

impl<E> Flow<E> {
    /// A flow, given what its task hears, and how to wait for its end.
    pub(crate) fn new(asks: mpsc::Sender<Ask>, end: impl Future<Output = Result<E>> + Send + 'static) -> Self {
        Flow { asks, end: Box::pin(end), ended: None }
    }

    /// What the task listens to: one ask at a time, so that no rows are read ahead.
    pub(crate) fn asks() -> (mpsc::Sender<Ask>, mpsc::Receiver<Ask>) {
        mpsc::channel(1)
    }

    /// The next portion; `None` if the task has ended, and its end says why.
    pub(crate) async fn next(&mut self, sink: Box<dyn RowSink>) -> Option<Portion> {
        let (answer, mut portion) = oneshot::channel();
        self.asks.try_send(Ask::Rows(sink, answer)).ok()?;
        let mut dropped = false;
        poll_fn(|context| {
            if !dropped && let Poll::Ready(answer) = Pin::new(&mut portion).poll(context) {
                match answer {
                    Ok(portion) => return Poll::Ready(Some(portion)),
                    Err(_) => dropped = true,
                }
            }
            // A task that has failed answers no more.
            self.ended = Some(ready!(self.end.as_mut().poll(context)));
            Poll::Ready(portion.try_recv().ok())
        })
        .await
    }

    /// Ends the task, if it has not ended, and waits for what it gives back.
    pub(crate) async fn end(self) -> Result<E> {
        if let Some(ended) = self.ended {
            return ended;
        }
        // It may be about to end by itself.
        let _ = self.asks.try_send(Ask::Drain);
        self.end.await
    }
}
