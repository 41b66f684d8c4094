//! Runs the transactions of one revision.

use std::time::Instant;

use aludel_driver::{Connection, Query, TransactionMode, driver::State};
use aludel_sql::{Error, ErrorKind, Operation, Result, ansi, render::Target, schema::Schema};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::{
    Applied, Direction, Migrator, half_way,
    lock::pause,
    part::{Part, Step},
};
use crate::{
    catalog, fold,
    graph::Ids,
    history::{self, Entry},
    hook::HookContext,
    lock::hex,
    plan::{self, Action, Dangling},
    revision::{Downgrade, Revision},
};

pub(super) const TOOL: &str = concat!("aludel ", env!("CARGO_PKG_VERSION"));

/// One transaction that is about to be run.
struct Job<'a> {
    revision: &'a Revision,
    direction: Direction,
    part: &'a Part,
    /// How many parts are done, and how many there are.
    step: usize,
    steps: usize,
    /// The schema before it.
    schema: Schema,
    plan: Vec<plan::Step>,
    /// The history it was planned for.
    entries: &'a [Entry],
}

/// A set of revisions and the schema they arrive at, kept from one revision to the next.
pub(super) type Folded = Option<(Ids, Schema)>;

enum Outcome {
    /// It is committed; the SQL that was run.
    Done(Vec<String>),
    /// The history is no longer that which it was planned for.
    Overtaken,
}

impl Migrator {
    /// Carries out one revision, going on where it was left; `None` when another program has done it.
    pub(super) async fn carry_out(
        &self,
        connection: &mut Connection,
        revision: &Revision,
        direction: Direction,
        folded: &mut Folded,
    ) -> Result<Option<Applied>> {
        let begun = Instant::now();
        let mut sql = Vec::new();
        let mut own = false;
        let mut tried = 1;
        let tries = catalog::of(connection.dialect())?.tries;
        loop {
            let entries = self.read(connection).await?;
            let row = entries.iter().find(|entry| entry.id == revision.id);
            if is_finished(row, direction) {
                return Ok(own.then(|| Applied {
                    id: revision.id.clone(),
                    message: revision.message.clone(),
                    parents: revision.parents.clone(),
                    direction,
                    sql,
                    elapsed: begun.elapsed(),
                }));
            }
            stranger(&entries, revision, direction)?;
            let applied = history::applied(&entries);
            let mut below = applied.clone();
            below.remove(&revision.id);
            let parts = self.parts(connection.dialect(), revision, direction, &below)?;
            let step =
                row.filter(|entry| entry.is_partial()).map_or(0, |entry| usize::try_from(entry.step).unwrap_or(0));
            let mut schema = match folded.take() {
                Some((ids, schema)) if ids == applied => schema,
                _ => self.graph.fold(&applied)?,
            };
            for step in parts.iter().take(step).flatten() {
                fold::apply(&mut schema, &step.operation).map_err(|error| error.context(step.position(revision)))?;
            }
            let part = parts.get(step).ok_or_else(|| {
                Error::new(
                    ErrorKind::Migration,
                    format!("revision `{}` has fewer parts than the history says", revision.id),
                )
            })?;
            let operations: Vec<&Operation> = part.iter().map(|step| &step.operation).collect();
            let mut after = schema.clone();
            let plan = plan::plan(target(connection), &mut after, &operations)
                .map_err(|(at, error)| error.context(part[at].position(revision)))?;
            let job = Job { revision, direction, part, step, steps: parts.len(), schema, plan, entries: &entries };
            match self.unenforced(connection, &job).await {
                Ok(Outcome::Done(run)) => {
                    sql.extend(run);
                    own = true;
                    if job.step + 1 == job.steps {
                        if direction == Direction::Upgrade {
                            below.insert(revision.id.clone());
                        }
                        *folded = Some((below, after));
                    }
                }
                Ok(Outcome::Overtaken) => {}
                // It met a lock, and was rolled back whole.
                Err(error) if error.kind() == ErrorKind::Busy && tried < tries => {
                    pause(tried).await;
                    tried += 1;
                }
                Err(error) => {
                    self.record_failure(connection, &job, &error).await;
                    return Err(error);
                }
            }
        }
    }

    /// Runs a job with foreign keys not enforced, if it needs that, and as they were afterwards.
    async fn unenforced(&self, connection: &mut Connection, job: &Job<'_>) -> Result<Outcome> {
        let restore = plan::rebuilds(&job.plan) && plan::foreign_keys(connection).await?;
        if restore {
            connection.execute(Query::other(plan::set_foreign_keys(false))).await?;
        }
        let result = self.transaction(connection, job).await;
        if restore && connection.state() == State::Idle {
            connection.execute(Query::other(plan::set_foreign_keys(true))).await?;
        }
        result
    }

    async fn transaction(&self, connection: &mut Connection, job: &Job<'_>) -> Result<Outcome> {
        connection.begin(TransactionMode::Write).await?;
        let result = self.inside(connection, job).await;
        match result {
            Ok(Outcome::Done(sql)) => connection.commit().await.map(|()| Outcome::Done(sql)),
            other => {
                // What failed first is what a person needs to know.
                let rolled_back = connection.rollback().await;
                let other = other?;
                rolled_back.map(|()| other)
            }
        }
    }

    async fn inside(&self, connection: &mut Connection, job: &Job<'_>) -> Result<Outcome> {
        for sql in catalog::of(connection.dialect())?.transaction {
            connection.execute(Query::other(*sql)).await?;
        }
        if history::read(connection).await? != job.entries {
            return Ok(Outcome::Overtaken);
        }
        let Job { revision, direction, .. } = job;
        let started_at = Timestamp::now();
        let before = if plan::rebuilds(&job.plan) { Some(plan::dangling(connection).await?) } else { None };
        let mut schema = job.schema.clone();
        let mut reached = 0;
        let mut run = Vec::new();
        for step in &job.plan {
            while reached < step.operation {
                fold::apply(&mut schema, &job.part[reached].operation)?;
                reached += 1;
            }
            let located = |at: usize, error: Error| located(revision, *direction, &job.part[at], error);
            plan::check(connection, &step.checks).await.map_err(|(at, error)| located(at, error))?;
            let done = self.step(connection, step, &schema, &revision.id, &mut run).await;
            done.map_err(|error| located(step.operation, error))?;
        }
        if let Some(before) = before {
            check_dangling(&before, &plan::dangling(connection).await?).map_err(|error| {
                error.context(format!(
                    "the {} of revision `{}` failed, {}",
                    direction.name(),
                    revision.id,
                    revision.file
                ))
            })?;
        }
        history::ensure(connection).await?;
        let last = job.step + 1 == job.steps;
        match (direction, last) {
            (Direction::Downgrade, true) => history::remove(connection, &revision.id).await?,
            _ => history::put(connection, &job.entry(started_at, &run)).await?,
        }
        Ok(Outcome::Done(run))
    }

    async fn step(
        &self,
        connection: &mut Connection,
        step: &plan::Step,
        schema: &Schema,
        revision: &str,
        run: &mut Vec<String>,
    ) -> Result<()> {
        if let Action::Call(name) = &step.action {
            self.call(connection, name, schema, revision).await?;
            run.push(format!("CALL {name}()"));
            return Ok(());
        }
        run.extend(plan::run(connection, step).await?);
        Ok(())
    }

    /// Calls a function of the application, inside a transaction.
    pub(super) async fn call(
        &self,
        connection: &mut Connection,
        name: &str,
        schema: &Schema,
        revision: &str,
    ) -> Result<()> {
        let function = self.hooks.get(name)?;
        function(&mut HookContext { connection: &mut *connection, schema, revision }).await?;
        if connection.state() != State::Transaction {
            return Err(Error::new(
                ErrorKind::Usage,
                format!("function `{name}` ended the transaction of its revision"),
            )
            .with_help("Leave COMMIT and ROLLBACK to the migration: return an error to undo it"));
        }
        Ok(())
    }

    /// Notes why a revision stopped between two parts. Best effort: the failure itself is what is reported.
    async fn record_failure(&self, connection: &mut Connection, job: &Job<'_>, error: &Error) {
        let Some(row) = job.entries.iter().find(|entry| entry.id == job.revision.id && entry.is_partial()) else {
            return;
        };
        let entry = Entry { state: "failed".into(), error: Some(error.message().to_owned()), ..row.clone() };
        if connection.state() != State::Idle || connection.begin(TransactionMode::Write).await.is_err() {
            return;
        }
        let unchanged = history::read(connection).await.is_ok_and(|entries| entries == job.entries);
        if unchanged && history::put(connection, &entry).await.is_ok() {
            let _ = connection.commit().await;
        } else {
            let _ = connection.rollback().await;
        }
    }
}

impl Job<'_> {
    /// The row of the history once the job is done.
    fn entry(&self, started_at: Timestamp, run: &[String]) -> Entry {
        let text = run.iter().map(|sql| format!("{sql};")).collect::<Vec<_>>().join("\n");
        let before = self.entries.iter().find(|entry| entry.id == self.revision.id);
        let last = self.step + 1 == self.steps;
        let entry = Entry {
            state: if last { "done" } else { "running" }.into(),
            direction: self.direction.name().into(),
            step: i64::try_from(self.step + 1).unwrap_or(i64::MAX),
            steps: i64::try_from(self.steps).unwrap_or(i64::MAX),
            step_hash: Some(hex(&Sha256::digest(&text))),
            finished_at: last.then(Timestamp::now),
            ..entry(self.revision, started_at)
        };
        let earlier = before.filter(|entry| entry.direction == self.direction.name());
        let sql = match earlier.and_then(|entry| entry.sql.clone()) {
            Some(earlier) => format!("{earlier}\n{text}"),
            None => text,
        };
        Entry { sql: Some(sql), started_at: earlier.map_or(started_at, |entry| entry.started_at), ..entry }
    }
}

/// What a revision is written for: its schemas are called as it says.
pub(super) fn target(connection: &Connection) -> Target<'_> {
    Target { schemas: None, ..connection.target() }
}

/// Whether nothing is left to do of a revision with this row.
pub(super) fn is_finished(row: Option<&Entry>, direction: Direction) -> bool {
    match direction {
        Direction::Upgrade => row.is_some_and(|entry| !entry.is_partial()),
        Direction::Downgrade => row.is_none(),
    }
}

/// Refuses to begin while something else is half-way.
pub(super) fn stranger(entries: &[Entry], revision: &Revision, direction: Direction) -> Result<()> {
    let strange =
        |entry: &&Entry| entry.is_partial() && (entry.id != revision.id || entry.direction != direction.name());
    entries.iter().find(strange).map_or(Ok(()), |entry| Err(half_way(entry)))
}

/// The error of a statement, with where it stands.
pub(super) fn located(revision: &Revision, direction: Direction, step: &Step, error: Error) -> Error {
    let (id, direction) = (&revision.id, direction.name());
    let (position, text) = (step.position(revision), step.text(revision));
    error.context(format!("the {direction} of revision `{id}` failed, {position}: `{text}`"))
}

/// The row of a revision that is applied, without what was run.
pub(super) fn entry(revision: &Revision, at: Timestamp) -> Entry {
    Entry {
        id: revision.id.clone(),
        parents: revision.parents.clone(),
        checksum: revision.checksum.clone(),
        how: "upgrade".into(),
        state: "done".into(),
        direction: "upgrade".into(),
        step: 1,
        steps: 1,
        step_hash: None,
        started_at: at,
        finished_at: Some(at),
        tool: TOOL.into(),
        sql: None,
        down_sql: down_sql(revision),
        error: None,
    }
}

/// The written downgrade in portable SQL, unless it calls a function: an older program could carry it out.
fn down_sql(revision: &Revision) -> Option<String> {
    let Downgrade::Written(section) = &revision.downgrade else { return None };
    if section.operations().any(|operation| matches!(operation, Operation::Call { .. })) {
        return None;
    }
    let statements: Option<Vec<String>> = section.operations().map(|operation| ansi::print(operation).ok()).collect();
    statements.map(|statements| statements.join("\n"))
}

/// Refuses rows that refer to nothing and did not before.
fn check_dangling(before: &Dangling, after: &Dangling) -> Result<()> {
    for ((table, parent), count) in after {
        let new = count - before.get(&(table.clone(), parent.clone())).copied().unwrap_or_default();
        if new > 0 {
            let rows = if new == 1 { "row" } else { "rows" };
            return Err(Error::new(
                ErrorKind::Migration,
                format!(
                    "it would leave {new} {rows} of `{table}` that refer to a row of `{parent}` that does not exist"
                ),
            )
            .with_table(table)
            .with_help(
                "Foreign keys, and what they do ON DELETE, are not enforced in a transaction that rebuilds a table: \
                 put DELETE and UPDATE before a line `-- @commit`, or write them for both tables",
            ));
        }
    }
    Ok(())
}
