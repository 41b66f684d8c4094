//! Statements on one connection.

use aludel_sql::{Error, ErrorKind, Result, Value, ValueRef};
use mysql_async::{
    BinaryProtocol, Params, QueryResult, Statement, TextProtocol,
    consts::StatusFlags,
    prelude::{Protocol, Queryable},
};

use super::{
    decode::MySqlRow,
    encode,
    error::{Failure, NOT_PREPARABLE, too_long},
    pool::Slot,
};
use crate::{
    driver::{Access, Batch, Query},
    log::is_control,
    row::{Row, RowSink},
};

/// Where rows go, if anyone wants them.
pub(super) type Sink = Option<Box<dyn RowSink>>;

impl Slot {
    /// Runs a statement. Gives how many rows it changed.
    pub(super) async fn run(&mut self, query: Query, sink: &mut Sink) -> Result<u64, Failure> {
        let other = query.access == Access::Other;
        self.touched |= other;
        // A transaction begins or ends only inside one, or with what may be several statements.
        let asks = other || self.in_transaction;
        let control = query.params.is_empty() && (other || is_control(&query.sql));
        let done = if control { self.script(&query.sql, sink).await } else { self.prepared(query, sink).await };
        self.settle(done, asks).await
    }

    /// Runs a statement of the driver's own.
    pub(super) async fn control(&mut self, sql: &'static str) -> Result<(), Failure> {
        let done = self.script(sql, &mut None).await;
        self.settle(done, true).await.map(drop)
    }

    /// Runs a statement once for each list of parameters.
    pub(super) async fn run_many(&mut self, batch: Batch, sink: &mut Sink) -> Result<Vec<u64>, Failure> {
        let done = self.runs(batch, sink).await;
        self.settle(done, self.in_transaction).await
    }

    async fn runs(&mut self, batch: Batch, sink: &mut Sink) -> Result<Vec<u64>, Failure> {
        let statement = self.prepare(&batch.sql).await?;
        let mut changed = Vec::with_capacity(batch.rows.len());
        for params in batch.rows {
            changed.push(self.execute(&statement, params, sink).await?);
        }
        self.close(statement).await?;
        Ok(changed)
    }

    async fn prepared(&mut self, query: Query, sink: &mut Sink) -> Result<u64, Failure> {
        let statement = match self.prepare(&query.sql).await {
            Err(Failure::Server(mysql_async::Error::Server(error)))
                if error.code == NOT_PREPARABLE && query.params.is_empty() =>
            {
                return self.script(&query.sql, sink).await;
            }
            prepared => prepared?,
        };
        let changed = self.execute(&statement, query.params, sink).await?;
        self.close(statement).await?;
        Ok(changed)
    }

    pub(super) async fn prepare(&mut self, sql: &str) -> Result<Statement, Failure> {
        self.check_length(sql.len())?;
        let statement = self.conn.prep(sql).await?;
        // The server counts them up, so that one that was kept has a number seen before.
        if statement.id() > self.prepared {
            self.prepared = statement.id();
            self.trips += 1;
        }
        Ok(statement)
    }

    /// The server would hang up on what is too long.
    fn check_length(&self, length: usize) -> Result<()> {
        if length < self.longest { Ok(()) } else { Err(too_long()) }
    }

    async fn execute(&mut self, statement: &Statement, params: Vec<Value>, sink: &mut Sink) -> Result<u64, Failure> {
        let result = self.send(statement, params).await?;
        feed(result, sink).await
    }

    /// Sends a prepared statement, and waits for the beginning of its answer.
    pub(super) async fn send(
        &mut self,
        statement: &Statement,
        params: Vec<Value>,
    ) -> Result<QueryResult<'_, 'static, BinaryProtocol>, Failure> {
        let wanted = usize::from(statement.num_params());
        if wanted != params.len() {
            let message = format!("the statement has {wanted} parameters and was given {} values", params.len());
            return Err(Error::new(ErrorKind::Usage, message).with_help("Give one value for each placeholder.").into());
        }
        let params = encode::params(params, self.flavour)?;
        self.check_length(encode::length(&params))?;
        let params = Params::Positional(params);
        self.trips += 1;
        Ok(self.conn.exec_iter(statement, params).await?)
    }

    pub(super) async fn close(&mut self, statement: Statement) -> Result<(), Failure> {
        if !self.keeps_statements {
            self.conn.close(statement).await?;
        }
        Ok(())
    }

    /// Runs one or more statements without parameters, in the protocol of text.
    async fn script(&mut self, sql: &str, sink: &mut Sink) -> Result<u64, Failure> {
        self.check_length(sql.len())?;
        self.trips += 1;
        let result: QueryResult<'_, '_, TextProtocol> = self.conn.query_iter(sql).await?;
        feed(result, sink).await
    }

    /// Notes whether the server has a transaction open. An error does not say, so that the server is asked, where it may
    /// have ended or begun one.
    pub(super) async fn settle<T>(&mut self, done: Result<T, Failure>, asks: bool) -> Result<T, Failure> {
        match &done {
            Ok(_) => self.note_status(),
            Err(failure) if failure.is_lost() => self.lost = true,
            Err(_) if !asks => {}
            Err(_) => {
                self.trips += 1;
                match self.conn.ping().await {
                    Ok(()) => self.note_status(),
                    Err(_) => self.lost = true,
                }
            }
        }
        done
    }

    fn note_status(&mut self) {
        let flags = self.conn.last_ok_packet().map(|answer| answer.status_flags());
        self.in_transaction = flags.is_some_and(|flags| flags.contains(StatusFlags::SERVER_STATUS_IN_TRANS));
    }
}

/// Takes in all results. If the sink refuses a row, the rest are read all the same: the connection can be used on.
///
/// Gives how many rows were changed, or handed back where the statement hands back rows.
async fn feed<P: Protocol>(mut result: QueryResult<'_, '_, P>, sink: &mut Sink) -> Result<u64, Failure> {
    let mut done = 0;
    let mut refused: Option<Error> = None;
    let mut take = |row: &dyn Row| {
        if let (None, Some(sink)) = (&refused, &mut *sink) {
            refused = sink.row(row).err();
        }
    };
    // Several results only come from several statements, or from a procedure.
    while let Some(columns) = result.columns() {
        if columns.is_empty() {
            done += result.affected_rows();
            if let Some(key) = result.last_insert_id() {
                take(&Key(key));
            }
        }
        while let Some(row) = result.next().await? {
            done += 1;
            take(&MySqlRow(&row));
        }
    }
    // The error of a later statement waits here.
    result.next().await?;
    match refused {
        None => Ok(done),
        Some(error) => Err(error.into()),
    }
}

/// The key that a statement has counted up, as a row of one column.
struct Key(u64);

impl Row for Key {
    fn len(&self) -> usize {
        1
    }

    fn get(&self, column: usize) -> Result<ValueRef<'_>> {
        if column > 0 {
            return Err(Error::new(ErrorKind::Decode, "only the key of a new row is known, and it has one column")
                .with_help("Ask for the other columns with a SELECT."));
        }
        i64::try_from(self.0).map(ValueRef::I64).map_err(|_| {
            Error::new(ErrorKind::Decode, "the key of the new row is greater than 9223372036854775807")
                .with_help("Make the key column a signed one.")
        })
    }
}
