//! Statements on one connection.

use std::{collections::VecDeque, future::poll_fn, pin::pin, task::Poll};

use aludel_sql::{Error, ErrorKind, Value};
use futures_util::{
    Stream,
    future::{join, maybe_done},
};
use tokio_postgres::{Client, RowStream, Statement, types::Type};

use super::{decode::PgRow, encode::Param, error::Failure, pool::Slot, types, wire::Status};
use crate::{
    driver::{Access, Batch, Query},
    log::is_control,
    row::RowSink,
};

/// Where rows go, if anyone wants them.
pub(super) type Sink = Option<Box<dyn RowSink>>;

/// How many runs of a batch are under way at one time: enough to hide the way there and back, few enough for the memory.
const IN_FLIGHT: usize = 512;

/// A statement in the form it is sent in.
pub(super) enum Form<'a> {
    /// By the name of what was prepared.
    Prepared(Statement),
    /// By its text, with all values as text, for the server to find out their types.
    Text(&'a str),
}

impl Form<'_> {
    async fn send(&self, client: &Client, params: &[Value]) -> Result<RowStream, Failure> {
        match self {
            Form::Prepared(statement) => {
                let wanted = statement.params().len();
                if wanted != params.len() {
                    let message =
                        format!("the statement has {wanted} parameters and was given {} values", params.len());
                    return Err(Error::new(ErrorKind::Usage, message)
                        .with_help("Give one value for each placeholder.")
                        .into());
                }
                // Boxed: it has room to prepare a text, which would make all around it too large for a quick allocation.
                Ok(Box::pin(client.query_raw(statement, params.iter().map(Param))).await?)
            }
            Form::Text(sql) => {
                let params = params.iter().map(|value| (Param(value), Type::UNKNOWN));
                Ok(Box::pin(client.query_typed_raw(sql, params)).await?)
            }
        }
    }
}

/// Sends the statement that begins a transaction, if there is one to send.
async fn begin(client: &Client, begin: Option<&'static str>) -> Result<(), Failure> {
    match begin {
        // Boxed, as most statements are spared its size.
        Some(begin) => Ok(Box::pin(client.batch_execute(begin)).await?),
        None => Ok(()),
    }
}

impl Slot {
    /// Runs a statement, behind `first` if there is one. Gives how many rows it changed.
    ///
    /// `first` and a statement that changes rows never travel together: were `first` stopped, the other would commit by
    /// itself. What is prepared or only read does no harm.
    pub(super) async fn run(
        &mut self,
        first: Option<&'static str>,
        query: &Query,
        mut sink: Sink,
    ) -> Result<(u64, Sink), Failure> {
        let other = query.access == Access::Other;
        self.touched |= other;
        let control = query.params.is_empty() && is_control(&query.sql);
        if sink.is_none() && query.params.is_empty() && (other || control) {
            self.begin(first).await?;
            self.trips += 1;
            return Ok((self.line.drive(Box::pin(script(&self.client, &query.sql)).as_mut()).await?, sink));
        }
        let (mut first, outside) = (first, first.is_none() && self.line.status() == Status::Idle);
        let as_text = other || self.statements.is_off();
        loop {
            let (form, cached) = match self.statements.get(&query.sql) {
                _ if as_text => (Form::Text(&query.sql), false),
                Some(statement) => (Form::Prepared(statement), true),
                // Boxed, as most statements are spared its size.
                None => (Form::Prepared(Box::pin(self.prepare(first.take(), &query.sql)).await?), false),
            };
            if as_text || query.access != Access::Read {
                self.begin(first.take()).await?;
            }
            match self.exchange(first.take(), &form, &query.params, &mut sink).await {
                Ok(changed) => return Ok((changed, sink)),
                Err(failure) => {
                    if !self.forget_stale(cached, &query.sql, &failure) || !outside {
                        return Err(failure);
                    }
                    self.line.settle().await;
                    if let Some(sink) = &mut sink {
                        sink.restart();
                    }
                }
            }
        }
    }

    /// Sends a statement and takes in its rows, with `first` on the same way. Gives how many rows it changed.
    pub(super) async fn exchange(
        &mut self,
        first: Option<&'static str>,
        form: &Form<'_>,
        params: &[Value],
        sink: &mut Sink,
    ) -> Result<u64, Failure> {
        self.trips += 1;
        let run = pin!(async { feed(form.send(&self.client, params).await?, sink).await });
        if first.is_none() {
            return self.line.drive(run).await;
        }
        let (begun, done) = self.line.drive(pin!(join(begin(&self.client, first), run))).await;
        begun.and(done)
    }

    /// Runs a statement once for each list of parameters, all under way together, behind `first` if there is one.
    pub(super) async fn run_many(
        &mut self,
        first: Option<&'static str>,
        batch: &Batch,
        sink: &mut Sink,
    ) -> Result<Vec<u64>, Failure> {
        let cached = self.statements.get(&batch.sql);
        let was_cached = cached.is_some();
        let form = match cached {
            _ if self.statements.is_off() => Form::Text(&batch.sql),
            Some(statement) => Form::Prepared(statement),
            None => Form::Prepared(self.prepare(first, &batch.sql).await?),
        };
        if was_cached || self.statements.is_off() {
            self.begin(first).await?;
        }
        // The client may look up types before it reads a result without a prepared statement: nothing can be behind it then.
        let window = if self.statements.is_off() { 1 } else { IN_FLIGHT };
        self.trips += if window == 1 { batch.rows.len() as u64 } else { 1 };
        let done = self.line.drive(pin!(pipeline(&self.client, &form, &batch.rows, window, sink))).await;
        if let Err(failure) = &done {
            self.forget_stale(was_cached, &batch.sql, failure);
        }
        done
    }

    /// The types of a statement's parameters, if all are plain ones; whether anything was sent, with `first` before it.
    pub(super) async fn parameter_types(
        &mut self,
        first: Option<&'static str>,
        sql: &str,
    ) -> Result<(Option<Vec<aludel_sql::Type>>, bool), Failure> {
        if self.statements.is_off() {
            return Ok((None, false));
        }
        let (statement, sent) = match self.statements.get(sql) {
            Some(statement) => (statement, false),
            None => (self.prepare(first, sql).await?, true),
        };
        Ok((statement.params().iter().map(types::plain).collect(), sent))
    }

    /// Begins a transaction on a way of its own, if there is one to begin.
    async fn begin(&mut self, first: Option<&'static str>) -> Result<(), Failure> {
        self.trips += u64::from(first.is_some());
        self.line.drive(pin!(begin(&self.client, first))).await
    }

    /// Drops what was prepared if that is what failed; whether it is worth another try.
    fn forget_stale(&mut self, cached: bool, sql: &str, failure: &Failure) -> bool {
        let stale = cached && failure.is_stale();
        if stale {
            self.statements.remove(sql);
        }
        stale
    }

    /// Prepares a statement, with `first` on the same way.
    async fn prepare(&mut self, first: Option<&'static str>, sql: &str) -> Result<Statement, Failure> {
        self.trips += 1;
        let (begun, prepared) = self.line.drive(pin!(join(begin(&self.client, first), self.client.prepare(sql)))).await;
        begun?;
        let statement = prepared?;
        self.statements.insert(sql, statement.clone());
        Ok(statement)
    }

    /// Commits, and makes sure that the server has.
    pub(super) async fn commit(&mut self) -> Result<(), Failure> {
        self.trips += 1;
        match self.line.drive(pin!(self.client.batch_execute("COMMIT"))).await.map_err(Failure::from) {
            Ok(()) if self.line.rolled_back() => {
                let message = "the server has rolled the transaction back instead of committing it";
                Err(Error::new(ErrorKind::Interrupted, message)
                    .with_help("Begin anew: nothing of the transaction was kept.")
                    .into())
            }
            Err(failure) if failure.is_lost() => Err(failure.of_commit()),
            committed => committed,
        }
    }
}

/// Runs one or more statements without parameters. Gives how many rows the last one changed.
async fn script(client: &Client, sql: &str) -> Result<u64, Failure> {
    use tokio_postgres::SimpleQueryMessage::CommandComplete;
    let mut messages = pin!(client.simple_query_raw(sql).await?);
    let mut changed = 0;
    while let Some(message) = poll_fn(|context| messages.as_mut().poll_next(context)).await {
        if let CommandComplete(rows) = message? {
            changed = rows;
        }
    }
    Ok(changed)
}

/// Takes in all rows. If the sink refuses one, the rest are read all the same: the connection can be used on.
async fn feed(rows: RowStream, sink: &mut Sink) -> Result<u64, Failure> {
    let mut rows = pin!(rows);
    let mut refused = None;
    while let Some(row) = poll_fn(|context| rows.as_mut().poll_next(context)).await {
        let row = row?;
        if let (None, Some(sink)) = (&refused, &mut *sink) {
            refused = sink.row(&PgRow::new(&row)).err();
        }
    }
    match refused {
        None => Ok(rows.rows_affected().unwrap_or(0)),
        Some(error) => Err(error.into()),
    }
}

/// Sends up to `window` runs ahead of the one whose answer is awaited. After an error nothing more is sent, and all answers
/// are awaited, so that the connection is at rest.
async fn pipeline(
    client: &Client,
    form: &Form<'_>,
    rows: &[Vec<Value>],
    window: usize,
    sink: &mut Sink,
) -> Result<Vec<u64>, Failure> {
    let mut changed = Vec::with_capacity(rows.len());
    let mut failed = None;
    let mut nowhere = None;
    let mut waiting = rows.iter();
    let mut under_way = VecDeque::with_capacity(window.min(rows.len()));
    loop {
        while failed.is_none() && under_way.len() < window {
            let Some(params) = waiting.next() else { break };
            let mut run = Box::pin(maybe_done(form.send(client, params)));
            // The first poll is what sends it.
            poll_fn(|context| Poll::Ready(run.as_mut().poll(context).is_ready())).await;
            under_way.push_back(run);
        }
        let Some(mut run) = under_way.pop_front() else { break };
        run.as_mut().await;
        let Some(sent) = run.as_mut().take_output() else { continue };
        let done = match sent {
            Ok(rows) => feed(rows, if failed.is_none() { &mut *sink } else { &mut nowhere }).await,
            Err(failure) => Err(failure),
        };
        match done {
            Ok(rows) => changed.push(rows),
            Err(failure) => failed = failed.or(Some(failure)),
        }
    }
    failed.map_or(Ok(changed), Err)
}
