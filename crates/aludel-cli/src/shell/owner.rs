//! The session, and the channel over which scripts reach it.
//!
//! Scripts are synchronous and run on a thread of their own, where they wait for answers. The session stays with the task
//! that called [`super::Shell::eval`], which awaits the database.

use std::pin::Pin;

use aludel_orm::{ModelDef, Session, session::Record};
use aludel_sql::{Error, ErrorKind, Result, Value};
use tokio::sync::{mpsc, oneshot};

use super::Outcome;

pub(super) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Work for the owner of the session.
pub(super) type Job = Box<dyn for<'a> FnOnce(&'a mut Owner) -> BoxFuture<'a, ()> + Send>;

/// What the thread of the scripts tells the owner.
pub(super) enum Event {
    Job(Job),
    Print(String),
    Done(Outcome),
}

/// The scripts' end of the channel.
#[derive(Clone)]
pub(super) struct Link(mpsc::UnboundedSender<Event>);

impl Link {
    pub(super) fn new() -> (Self, mpsc::UnboundedReceiver<Event>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Link(sender), receiver)
    }

    /// Sends an event; whether anyone listens.
    pub(super) fn send(&self, event: Event) -> bool {
        self.0.send(event).is_ok()
    }

    /// Has the owner do something and waits for the result.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        job: impl for<'a> FnOnce(&'a mut Owner) -> BoxFuture<'a, Result<T>> + Send + 'static,
    ) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move |owner| {
            Box::pin(async move {
                let _ = reply.send(job(owner).await);
            })
        });
        self.send(Event::Job(job));
        // No answer comes when the job was dropped half-way.
        answer.blocking_recv().unwrap_or_else(|_| Err(Error::new(ErrorKind::Interrupted, "interrupted")))
    }

    /// The same, for what needs no database.
    pub(super) fn ask_now<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Owner) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.ask(move |owner| Box::pin(std::future::ready(job(owner))))
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Change {
    New,
    Changed,
    Deleted,
}

/// The session, and a tally of what was done in it since the last commit.
pub(super) struct Owner {
    pub(super) session: Session,
    pending: Vec<(Record, Change)>,
}

impl Owner {
    pub(super) fn new(session: Session) -> Self {
        Owner { session, pending: Vec::new() }
    }

    fn note(&mut self, record: Record, change: Change) {
        match self.pending.iter().position(|(known, _)| *known == record) {
            None => self.pending.push((record, change)),
            Some(at) if change == Change::Deleted => match self.pending[at].1 {
                Change::New => drop(self.pending.remove(at)),
                _ => self.pending[at].1 = change,
            },
            Some(_) => {}
        }
    }

    pub(super) fn add(&mut self, model: &'static ModelDef, values: &[(usize, Value)]) -> Result<Record> {
        let record = self.session.add_record(model, values)?;
        self.note(record, Change::New);
        Ok(record)
    }

    pub(super) fn set(&mut self, record: Record, column: usize, value: &Value) -> Result<()> {
        self.session.set_record_value(record, column, value)?;
        self.note(record, Change::Changed);
        Ok(())
    }

    pub(super) fn link(&mut self, record: Record, relation: usize, to: Option<Record>) -> Result<()> {
        self.session.link_record(record, relation, to)?;
        self.note(record, Change::Changed);
        Ok(())
    }

    pub(super) fn delete(&mut self, record: Record) -> Result<()> {
        self.session.delete_record(record)?;
        self.note(record, Change::Deleted);
        Ok(())
    }

    /// The value of a column that others may refer to: written first, if the database has yet to give it.
    pub(super) async fn key(&mut self, record: Record, column: usize) -> Result<Value> {
        if self.session.record_value(record, column)?.is_null() {
            self.session.flush().await?;
        }
        self.session.record_value(record, column)
    }

    pub(super) async fn commit(&mut self) -> Result<()> {
        self.session.commit().await?;
        self.pending.clear();
        Ok(())
    }

    pub(super) async fn rollback(&mut self) -> Result<()> {
        self.pending.clear();
        self.session.rollback().await
    }

    /// What would be lost without a commit: "1 new, 2 changed".
    pub(super) fn uncommitted(&self) -> Option<String> {
        if !self.session.is_dirty() && !self.session.in_transaction() {
            return None;
        }
        let count = |change, word: &str| match self.pending.iter().filter(|(_, known)| *known == change).count() {
            0 => None,
            count => Some(format!("{count} {word}")),
        };
        let parts = [(Change::New, "new"), (Change::Changed, "changed"), (Change::Deleted, "deleted")];
        let parts: Vec<String> = parts.into_iter().filter_map(|(change, word)| count(change, word)).collect();
        Some(if parts.is_empty() { "an open transaction".into() } else { parts.join(", ") })
    }
}
