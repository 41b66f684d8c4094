//! Carries out a revision where DDL commits by itself: piece by piece, each noted in the history, so that a run can go on
//! where another one ended.
//!
//! A statement of DDL is a piece; so are neighbouring changes of rows, which are one transaction together with their note.
//! Before DDL the history says that it is about to be run: whether it was, the database is asked afterwards.

use std::time::Instant;

use aludel_driver::{Connection, Query, State, TransactionMode};
use aludel_sql::{Error, ErrorKind, Operation, Result, render::Statement, schema::Schema};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::{
    Applied, Direction, Migrator,
    execute::{entry, is_finished, located, stranger, target},
    lock::pause,
    part::{Part, Step},
    probe::Effect,
};
use crate::{
    catalog::{self, Catalog},
    fold,
    history::{self, Entry},
    lock::hex,
    plan::{self, Action, Check},
    revision::Revision,
};

/// What is done at once or not at all.
struct Piece {
    /// The number of the operation it begins with.
    first: usize,
    checks: Vec<Check>,
    work: Work,
}

enum Work {
    /// One statement that commits by itself.
    Ddl { sql: String, effect: Effect, restates: bool },
    /// Changes of rows, each with the number of its operation.
    Rows(Vec<(usize, Change)>),
}

enum Change {
    Sql(String),
    Call(String),
}

impl Piece {
    fn text(&self) -> Vec<String> {
        match &self.work {
            Work::Ddl { sql, .. } => vec![sql.clone()],
            Work::Rows(changes) => changes
                .iter()
                .map(|(_, change)| match change {
                    Change::Sql(sql) => sql.clone(),
                    Change::Call(name) => format!("CALL {name}()"),
                })
                .collect(),
        }
    }

    fn hash(&self) -> String {
        hex(&Sha256::digest(self.text().join(";\n")))
    }
}

/// A revision under way.
struct Run<'a> {
    revision: &'a Revision,
    direction: Direction,
    catalog: &'static Catalog,
    /// The operations, and where they stand.
    steps: Vec<Step>,
    pieces: Vec<Piece>,
    /// The schema before it.
    schema: Schema,
    /// The row of the history it began with.
    row: Option<Entry>,
    started_at: Timestamp,
}

impl Migrator {
    /// Carries out one revision, going on where it was left; `None` when another program has done it.
    pub(super) async fn carry_out_stepwise(
        &self,
        connection: &mut Connection,
        revision: &Revision,
        direction: Direction,
    ) -> Result<Option<Applied>> {
        let begun = Instant::now();
        history::ensure(connection).await?;
        let entries = self.read(connection).await?;
        let row = entries.iter().find(|entry| entry.id == revision.id).cloned();
        if is_finished(row.as_ref(), direction) {
            return Ok(None);
        }
        stranger(&entries, revision, direction)?;
        let applied = history::applied(&entries);
        let mut below = applied.clone();
        below.remove(&revision.id);
        let parts = self.parts(connection.dialect(), revision, direction, &below)?;
        let schema = self.graph.fold(&applied)?;
        let pieces = pieces(connection, &schema, &parts, revision)?;
        let steps = parts.into_iter().flatten().collect();
        let catalog = catalog::of(connection.dialect())?;
        let started_at = row.as_ref().filter(|row| row.is_partial()).map_or_else(Timestamp::now, |row| row.started_at);
        let run = Run { revision, direction, catalog, steps, pieces, schema, row, started_at };
        let done = run.resume(connection).await?;
        let mut number = done;
        while number < run.pieces.len() {
            if let Err(error) = self.piece_patiently(connection, &run, number).await {
                run.note_failure(connection, number, &error).await;
                return Err(run.report(connection, number, error));
            }
            number += 1;
        }
        if run.pieces.is_empty() {
            run.note(connection, 0, false).await?;
        }
        Ok(Some(Applied {
            id: revision.id.clone(),
            message: revision.message.clone(),
            parents: revision.parents.clone(),
            direction,
            sql: run.pieces[done..].iter().flat_map(Piece::text).collect(),
            elapsed: begun.elapsed(),
        }))
    }

    /// Carries out a piece, again if it met a lock.
    async fn piece_patiently(&self, connection: &mut Connection, run: &Run<'_>, number: usize) -> Result<()> {
        let mut tried = 1;
        loop {
            match self.piece(connection, run, number).await {
                Err(error) if error.kind() == ErrorKind::Busy && tried < run.catalog.tries => pause(tried).await,
                done => return done,
            }
            tried += 1;
        }
    }

    async fn piece(&self, connection: &mut Connection, run: &Run<'_>, number: usize) -> Result<()> {
        let Some(piece) = run.pieces.get(number) else { return Ok(()) };
        let mut schema = run.schema.clone();
        for step in &run.steps[..piece.first] {
            fold::apply(&mut schema, &step.operation)?;
        }
        let located = |at: usize, error: Error| located(run.revision, run.direction, &run.steps[at], error);
        plan::check(connection, &piece.checks).await.map_err(|(at, error)| located(at, error))?;
        let changes = match &piece.work {
            Work::Ddl { sql, restates, .. } => {
                let operation = &run.steps[piece.first].operation;
                let restated = match operation {
                    Operation::AlterColumn { table, column, .. } => Some((table, column, None)),
                    Operation::Comment { table, column: Some(column), text } => Some((table, column, text.as_deref())),
                    _ => None,
                };
                if let Some((table, column, comment)) = restated
                    && let Some(table) = schema.tables.get(table).filter(|_| *restates)
                {
                    let checked = run.catalog.check_restated(connection, table, column, comment).await;
                    checked.map_err(|error| located(piece.first, error))?;
                }
                run.note(connection, number, true).await?;
                let done = connection.execute(Query::other(sql.clone())).await;
                done.map_err(|error| located(piece.first, error))?;
                return run.note(connection, number + 1, false).await;
            }
            Work::Rows(changes) => changes,
        };
        connection.begin(TransactionMode::Write).await?;
        let mut reached = piece.first;
        let done = async {
            for (at, change) in changes {
                while reached < *at {
                    fold::apply(&mut schema, &run.steps[reached].operation)?;
                    reached += 1;
                }
                let done = match change {
                    Change::Sql(sql) => connection.execute(Query::other(sql.clone())).await.map(drop),
                    Change::Call(name) => self.call(connection, name, &schema, &run.revision.id).await,
                };
                done.map_err(|error| located(*at, error))?;
            }
            run.put(connection, number + 1, false).await?;
            connection.commit().await
        };
        let done = done.await;
        if done.is_err() {
            // What failed first is what a person needs to know.
            let _ = connection.rollback().await;
        }
        done
    }
}

/// The pieces of a revision, in order.
fn pieces(connection: &Connection, schema: &Schema, parts: &[Part], revision: &Revision) -> Result<Vec<Piece>> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut after = schema.clone();
    let mut before = schema.clone();
    let mut offset = 0;
    for part in parts {
        let operations: Vec<&Operation> = part.iter().map(|step| &step.operation).collect();
        let plan = plan::plan(target(connection), &mut after, &operations)
            .map_err(|(at, error)| error.context(part[at].position(revision)))?;
        let mut reached = 0;
        // Rows of another part are another transaction.
        let mut joins = false;
        for step in plan {
            while reached < step.operation {
                fold::apply(&mut before, operations[reached])?;
                reached += 1;
            }
            let (operation, first) = (operations[step.operation], offset + step.operation);
            let mut checks = step.checks;
            checks.iter_mut().for_each(|check| check.operation += offset);
            let changes = match step.action {
                Action::Call(name) => vec![Change::Call(name)],
                Action::Sql(statements) if operation.is_data() => {
                    statements.into_iter().map(|statement| Change::Sql(statement.sql)).collect()
                }
                Action::Sql(statements) => {
                    let count = statements.len();
                    for (number, Statement { sql, is_data }) in statements.into_iter().enumerate() {
                        // A conversion changes rows in between.
                        let work = match is_data {
                            true => Work::Rows(vec![(first, Change::Sql(sql))]),
                            false => {
                                let effect = Effect::of(operation, &before, number, count);
                                Work::Ddl { sql, effect, restates: number == 0 }
                            }
                        };
                        pieces.push(Piece { first, checks: std::mem::take(&mut checks), work });
                    }
                    joins = false;
                    continue;
                }
                Action::Rebuild(rebuild) => {
                    let message = format!("table `{}` cannot be rebuilt without a transaction", rebuild.before.name);
                    return Err(Error::new(ErrorKind::Unsupported, message));
                }
            };
            let changes = changes.into_iter().map(|change| (first, change));
            match pieces.last_mut() {
                Some(Piece { work: Work::Rows(rows), .. }) if joins => rows.extend(changes),
                _ => pieces.push(Piece { first, checks, work: Work::Rows(changes.collect()) }),
            }
            joins = true;
        }
        while reached < operations.len() {
            fold::apply(&mut before, operations[reached])?;
            reached += 1;
        }
        offset += part.len();
    }
    Ok(pieces)
}

impl Run<'_> {
    /// How many pieces are done.
    async fn resume(&self, connection: &mut Connection) -> Result<usize> {
        let Some(row) = self.row.as_ref().filter(|row| row.is_partial()) else { return Ok(0) };
        let done = usize::try_from(row.step).unwrap_or(usize::MAX);
        if done > self.pieces.len() || self.text(done) != row.sql.clone().unwrap_or_default() {
            return Err(self.changed(done));
        }
        let Some(hash) = &row.step_hash else { return Ok(done) };
        let Some(Piece { work: Work::Ddl { effect, .. }, first, .. }) =
            self.pieces.get(done).filter(|piece| piece.hash() == *hash)
        else {
            return Err(self.changed(done));
        };
        let happened = effect.happened(self.catalog, connection).await;
        if happened.map_err(|error| located(self.revision, self.direction, &self.steps[*first], error))? {
            self.note(connection, done + 1, false).await?;
            return Ok(done + 1);
        }
        Ok(done)
    }

    fn changed(&self, done: usize) -> Error {
        let Run { revision, direction, .. } = self;
        Error::new(
            ErrorKind::Migration,
            format!(
                "{}: the {} of revision `{}` was left half-way, and what was run of it, {done} steps, is no longer what \
                 the file says",
                revision.file,
                direction.name(),
                revision.id
            ),
        )
        .with_help("Undo the changes above the statement that failed, and change only that one and those below it")
    }

    /// The SQL of the first pieces, as the history keeps it.
    fn text(&self, done: usize) -> String {
        let statements = self.pieces[..done.min(self.pieces.len())].iter().flat_map(Piece::text);
        statements.map(|sql| format!("{sql};")).collect::<Vec<_>>().join("\n")
    }

    /// The row of the history when so many pieces are done, and the next one is or is not about to be run.
    fn entry(&self, done: usize, begins: bool) -> Entry {
        let last = done == self.pieces.len();
        Entry {
            state: if last { "done" } else { "running" }.into(),
            direction: self.direction.name().into(),
            step: i64::try_from(done).unwrap_or(i64::MAX),
            steps: i64::try_from(self.pieces.len()).unwrap_or(i64::MAX),
            step_hash: self.pieces.get(done).filter(|_| begins).map(Piece::hash),
            finished_at: last.then(Timestamp::now),
            sql: Some(self.text(done)),
            ..entry(self.revision, self.started_at)
        }
    }

    /// Writes the history, inside a transaction.
    async fn put(&self, connection: &mut Connection, done: usize, begins: bool) -> Result<()> {
        if self.direction == Direction::Downgrade && done == self.pieces.len() {
            return history::remove(connection, &self.revision.id).await;
        }
        history::put(connection, &self.entry(done, begins)).await
    }

    /// Writes the history, in a transaction of its own.
    async fn note(&self, connection: &mut Connection, done: usize, begins: bool) -> Result<()> {
        connection.begin(TransactionMode::Write).await?;
        match self.put(connection, done, begins).await {
            Ok(()) => connection.commit().await,
            Err(error) => {
                let _ = connection.rollback().await;
                Err(error)
            }
        }
    }

    /// Notes why a piece was not done. Best effort: the failure itself is what is reported, and where it is not known
    /// whether the piece was done, the note that it was about to be run must stay.
    async fn note_failure(&self, connection: &mut Connection, done: usize, error: &Error) {
        if connection.state() != State::Idle || connection.begin(TransactionMode::Write).await.is_err() {
            return;
        }
        let noted = match &self.row {
            // As if it had never been begun.
            None if done == 0 => history::remove(connection, &self.revision.id).await,
            Some(row) if done == 0 && !row.is_partial() => history::put(connection, row).await,
            _ => {
                let state = "failed".to_owned();
                let entry = Entry { state, error: Some(error.message().to_owned()), ..self.entry(done, false) };
                history::put(connection, &entry).await
            }
        };
        let _ = match noted {
            Ok(()) => connection.commit().await,
            Err(_) => connection.rollback().await,
        };
    }

    /// The error, with what was done before it and stays.
    fn report(&self, connection: &Connection, number: usize, error: Error) -> Error {
        let Some(piece) = self.pieces.get(number).filter(|_| number > 0) else { return error };
        let (done, all, direction) = (piece.first, self.steps.len(), self.direction.name());
        let database = connection.dialect().name();
        let stay = match done {
            0 => "part of the first one is done and stays".to_owned(),
            1 => "the first is done and stays, the others are not".to_owned(),
            _ => format!("the first {done} are done and stay, the others are not"),
        };
        let message = format!("{}; {database} cannot undo DDL: of the {all} statements {stay}", error.message());
        let resume = format!("run `db {direction}` again: it goes on from there");
        let help = match error.help() {
            Some(help) => format!("{help}; then {resume}"),
            None => format!("Correct the statement or the rows, then {resume}"),
        };
        error.with_message(message).with_help(help)
    }
}
