//! What passes over the wire, as far as transactions go.
//!
//! The server says after every request whether its session is in a transaction, and whether COMMIT has really committed.
//! The protocol's client keeps neither, so the bytes it reads are looked at on their way.

use std::{
    future::poll_fn,
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU8, Ordering},
    },
    task::{Context, Poll, ready},
};

use futures_util::task::AtomicWaker;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Anything that carries the protocol: a socket, or TLS on one.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// What the server said last about the state of its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// Outside a transaction.
    Idle,
    /// Inside one.
    Transaction,
    /// Inside one that can only be rolled back.
    Failed,
    /// An error came, and what state it leaves has yet to follow.
    Unsettled,
    /// The connection is closed.
    Closed,
}

/// None of the letters the server has for a status.
const UNSETTLED: u8 = 0;

/// What is known of one connection.
#[derive(Debug)]
pub(super) struct Wire {
    status: AtomicU8,
    rolled_back: AtomicBool,
    closed: AtomicBool,
    /// Who waits for the status that follows an error.
    settled: AtomicWaker,
}

impl Wire {
    pub(super) fn new() -> Arc<Self> {
        let status = AtomicU8::new(UNSETTLED);
        Arc::new(Wire {
            status,
            rolled_back: AtomicBool::default(),
            closed: AtomicBool::default(),
            settled: AtomicWaker::new(),
        })
    }

    pub(super) fn status(&self) -> Status {
        if self.closed.load(Ordering::Acquire) {
            return Status::Closed;
        }
        match self.status.load(Ordering::Acquire) {
            b'I' => Status::Idle,
            b'T' => Status::Transaction,
            b'E' => Status::Failed,
            _ => Status::Unsettled,
        }
    }

    /// Whether the last statement that ended was a rollback, whatever it was sent as.
    pub(super) fn rolled_back(&self) -> bool {
        self.rolled_back.load(Ordering::Acquire)
    }

    /// Waits until it is known what state an error has left.
    pub(super) async fn settle(&self) {
        poll_fn(|context| {
            self.settled.register(context.waker());
            if self.status() == Status::Unsettled { Poll::Pending } else { Poll::Ready(()) }
        })
        .await;
    }

    /// The connection is of no use any more.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.settled.wake();
    }

    /// Takes in the beginning of a message.
    fn message(&self, head: &[u8]) {
        match *head {
            [b'Z', _, _, _, _, status] => {
                self.status.store(status, Ordering::Release);
                self.settled.wake();
            }
            [b'E', ..] => self.status.store(UNSETTLED, Ordering::Release),
            // No other command's tag begins so.
            [b'C', _, _, _, _, first, second] => {
                self.rolled_back.store([first, second] == *b"RO", Ordering::Release);
            }
            _ => {}
        }
    }
}

/// A stream whose incoming messages are looked at.
pub(super) struct Watched {
    stream: Box<dyn Stream>,
    wire: Arc<Wire>,
    scanner: Scanner,
}

impl Watched {
    pub(super) fn new(stream: Box<dyn Stream>, wire: Arc<Wire>) -> Self {
        Watched { stream, wire, scanner: Scanner::default() }
    }
}

/// Finds where messages begin: a byte that says which, the length with itself in 4 bytes, the body.
#[derive(Default)]
struct Scanner {
    head: [u8; 7],
    filled: usize,
    /// How many bytes there are still before the next message.
    skip: usize,
}

impl Scanner {
    fn scan(&mut self, mut bytes: &[u8], wire: &Wire) {
        loop {
            let skipped = self.skip.min(bytes.len());
            self.skip -= skipped;
            bytes = &bytes[skipped..];
            let Some(&first) = bytes.first() else { return };
            let wanted = match if self.filled == 0 { first } else { self.head[0] } {
                b'Z' => 6,
                b'C' => 7,
                _ => 5,
            };
            // Nearly all heads come whole.
            if self.filled == 0
                && let Some(head) = bytes.get(..wanted)
            {
                wire.message(head);
                self.skip = length(head).max(wanted);
                continue;
            }
            self.head[self.filled] = first;
            self.filled += 1;
            bytes = &bytes[1..];
            if self.filled == wanted {
                wire.message(&self.head[..wanted]);
                self.skip = length(&self.head).saturating_sub(wanted);
                self.filled = 0;
            }
        }
    }
}

/// How many bytes a message has. Its length counts itself, and not the byte that says which message it is.
fn length(head: &[u8]) -> usize {
    match *head {
        [_, a, b, c, d, ..] => 1 + usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(0),
        _ => 1,
    }
}

impl AsyncRead for Watched {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(context, buffer))?;
        this.scanner.scan(&buffer.filled()[before..], &this.wire);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Watched {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_found_however_they_are_cut() {
        // A row, which holds what looks like a message; what was done; the state.
        let bytes = b"D\0\0\0\x0eabcdZ\0\0\0\x05EC\0\0\0\x0dROLLBACK\0Z\0\0\0\x05T";
        for piece in 1..=bytes.len() {
            let (wire, mut scanner) = (Wire::new(), Scanner::default());
            bytes.chunks(piece).for_each(|bytes| scanner.scan(bytes, &wire));
            assert_eq!((wire.status(), wire.rolled_back()), (Status::Transaction, true), "pieces of {piece}");
        }
    }
}
