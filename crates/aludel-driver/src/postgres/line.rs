//! The connection under a client of the protocol, moved on by whoever waits for an answer.
//!
//! A task of its own would have to be woken for each request, and to wake the one who waits for each answer. Between statements
//! nobody reads what the server sends; it is taken in before the next.

use std::{
    fmt,
    future::poll_fn,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use futures_util::task::AtomicWaker;
use tokio_postgres::{Connection, tls::NoTlsStream};

use super::wire::{Status, Watched, Wire};

/// One connection.
pub(super) struct Line {
    /// `None` once it is closed.
    connection: Option<Connection<Watched, NoTlsStream>>,
    wire: Arc<Wire>,
    moving: Arc<Moving>,
    answered: Arc<Answered>,
    wake_moving: Waker,
    wake_answered: Waker,
}

impl Line {
    pub(super) fn new(connection: Connection<Watched, NoTlsStream>, wire: Arc<Wire>) -> Self {
        let (moving, answered) = (Arc::<Moving>::default(), Arc::<Answered>::default());
        // The first poll is what makes it wake anyone.
        moving.due.store(true, Ordering::SeqCst);
        let (wake_moving, wake_answered) = (moving.clone().into(), answered.clone().into());
        Line { connection: Some(connection), wire, moving, answered, wake_moving, wake_answered }
    }

    pub(super) fn status(&self) -> Status {
        self.wire.status()
    }

    /// Whether the last statement that ended was a rollback, whatever it was sent as.
    pub(super) fn rolled_back(&self) -> bool {
        self.wire.rolled_back()
    }

    /// Takes in what has come while nobody waited for it: that the server has closed the connection, at most.
    pub(super) fn take_in(&mut self) {
        if self.moving.due() {
            self.advance();
        }
    }

    /// The connection is of no use any more.
    pub(super) fn close(&self) {
        self.wire.close();
    }

    /// Waits for what the client awaits of this connection, and nothing else, and moves the bytes meanwhile.
    pub(super) async fn drive<F: Future>(&mut self, mut answer: Pin<&mut F>) -> F::Output {
        self.answered.0.store(true, Ordering::Relaxed);
        poll_fn(|context| {
            self.moving.begin(context.waker());
            loop {
                if self.answered.0.swap(false, Ordering::Relaxed)
                    && let Poll::Ready(done) = answer.as_mut().poll(&mut Context::from_waker(&self.wake_answered))
                {
                    self.moving.end();
                    return Poll::Ready(done);
                }
                if self.moving.due() {
                    self.advance();
                } else if !self.answered.0.load(Ordering::Relaxed) && self.moving.rest() {
                    return Poll::Pending;
                }
            }
        })
        .await
    }

    /// Waits until it is known what state an error has left.
    pub(super) async fn settle(&mut self) {
        let wire = self.wire.clone();
        self.drive(pin!(wire.settle())).await;
    }

    /// Moves the bytes until the server has answered all that was sent, once the client is gone.
    pub(super) async fn finish(&mut self) {
        if let Some(connection) = &mut self.connection {
            // Whoever waits for an answer is told by the client.
            let _ = connection.await;
        }
        self.hang_up();
    }

    fn advance(&mut self) {
        if let Some(connection) = &mut self.connection
            && Pin::new(connection).poll(&mut Context::from_waker(&self.wake_moving)).is_ready()
        {
            self.hang_up();
        }
    }

    fn hang_up(&mut self) {
        self.connection = None;
        self.wire.close();
    }
}

/// The server is told, if it can be at once.
impl Drop for Line {
    fn drop(&mut self) {
        self.advance();
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line").field("status", &self.status()).finish_non_exhaustive()
    }
}

/// Whether the connection has something to do.
#[derive(Default)]
struct Moving {
    due: AtomicBool,
    /// [`Line::drive`] is at it, and nobody needs to be woken.
    polled: AtomicBool,
    /// Who waits for an answer.
    task: AtomicWaker,
}

impl Moving {
    fn begin(&self, task: &Waker) {
        self.task.register(task);
        self.polled.store(true, Ordering::SeqCst);
    }

    fn due(&self) -> bool {
        self.due.swap(false, Ordering::SeqCst)
    }

    /// Whether there is nothing to do; the task is woken from now on.
    fn rest(&self) -> bool {
        // One of the two sees what the other did: `wake_by_ref` asks in the opposite order.
        self.polled.store(false, Ordering::SeqCst);
        let rests = !self.due.load(Ordering::SeqCst);
        if !rests {
            self.polled.store(true, Ordering::SeqCst);
        }
        rests
    }

    fn end(&self) {
        self.polled.store(false, Ordering::SeqCst);
        self.task.take();
    }
}

impl Wake for Moving {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.due.store(true, Ordering::SeqCst);
        if !self.polled.load(Ordering::SeqCst) {
            self.task.wake();
        }
    }
}

/// Whether the connection has something for the client. Only [`Line::drive`] can have made it so.
#[derive(Default)]
struct Answered(AtomicBool);

impl Wake for Answered {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}
