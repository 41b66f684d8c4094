//! Writing what a plan says, one batch for all rows with the same columns.

mod arrays;
mod generated;

use std::{panic::Location, sync::Arc};

use aludel_driver::{Access, Batch, Query};
use aludel_sql::{Error, ErrorKind, Result, Value};

use self::generated::{computed, unreturned};
use super::{
    Session,
    arena::SlotState,
    handle::Handle,
    plan::{Group, Plan, Step, passes_on},
    relations::Source,
    text::Statement,
    transaction::Phase,
};
use crate::{
    batch,
    error::{Change, explain},
    model::ModelDef,
};

impl Session {
    /// Writes what changed, inside a transaction that stays open.
    ///
    /// # Errors
    /// What was changed cannot be written (nothing was sent), or the database refused it: the whole transaction is then
    /// undone, and only [`Session::rollback`] is possible.
    #[track_caller]
    pub fn flush(&mut self) -> impl Future<Output = Result<()>> + Send + '_ {
        self.caller = Some(Location::caller());
        self.write(false)
    }

    /// A commit of a single row needs no transaction around it.
    pub(super) async fn flush_for_commit(&mut self) -> Result<()> {
        self.write(true).await
    }

    pub(super) async fn write(&mut self, committing: bool) -> Result<()> {
        self.check_phase()?;
        let plan = self.plan()?;
        let rows = plan.rows();
        if rows > 0 {
            self.check_writable()?;
            let alone = committing && rows == 1 && self.phase == Phase::Idle && !self.rereads(&plan);
            if !alone {
                self.open().await?;
            }
            // A statement that goes alone commits by itself.
            self.give_on_update(&plan)?;
            let phase = if alone { Phase::Committing } else { Phase::Writing };
            let before = std::mem::replace(&mut self.phase, phase);
            if let Err(error) = self.run(&plan).await {
                let error = if alone && self.is_lost() { unknown(error) } else { error };
                self.fail().await;
                return Err(error);
            }
            self.phase = before;
        }
        for arena in &mut self.arenas {
            arena.flush_done();
        }
        Ok(())
    }

    async fn run(&mut self, plan: &Plan) -> Result<()> {
        for step in &plan.steps {
            match step {
                Step::Delete(group) => self.delete_rows(group).await?,
                Step::Insert(group) => self.insert_rows(group).await?,
                Step::Update(group) => self.update_rows(group, |_, _| true).await?,
                Step::Move(group) => self.update_rows(group, |model, column| !passes_on(model, column)).await?,
                Step::Park(holder, column) => self.park(*holder, *column).await?,
            }
        }
        Ok(())
    }

    /// Puts the keys that rows now have into the fields that wait for them.
    fn resolve_edges(&mut self, group: &Group) -> Result<()> {
        for &slot in &group.slots {
            let edges = std::mem::take(&mut self.arenas[group.arena].work_mut(slot).edges);
            for (number, parent) in edges {
                let arena = &mut self.arenas[group.arena];
                let reference = &arena.references()[number];
                let is_new = arena.state(slot) == SlotState::New;
                let waits = self.arenas[parent.arena()].state(parent.slot()) == SlotState::New;
                if waits {
                    self.arenas[group.arena].work_mut(slot).edges.push((number, parent));
                }
                for (column, referred) in reference.pairs() {
                    // A new row refers to nothing until the other is there, and has what else of the key is known.
                    let value = match waits {
                        false => self.arenas[parent.arena()].get(parent.slot(), referred),
                        true if !is_new => continue,
                        true if reference.cleared.contains(&column) => Value::Null,
                        true => match self.source(parent, referred) {
                            Source::Value(value) => value,
                            Source::Generated(..) => continue,
                        },
                    };
                    let arena = &mut self.arenas[group.arena];
                    arena.set(slot, column, &value)?;
                    if let Some(given) = arena.work_mut(slot).given.get_mut(column) {
                        *given = true;
                    }
                }
            }
        }
        Ok(())
    }

    async fn insert_rows(&mut self, group: &Group) -> Result<()> {
        self.resolve_edges(group)?;
        let model = self.arenas[group.arena].model();
        let by_columns = grouped(&group.slots, |slot| self.given_columns(group.arena, slot));
        for (columns, slots) in by_columns {
            let given = |column: &usize| columns.contains(column);
            let mut returned: Vec<usize> = (0..model.fields.len())
                .filter(|column| model.fields[*column].is_generated() && !given(column))
                .collect();
            let mut reread = Vec::new();
            if !self.db.engine().dialect().capability().returning {
                // The driver has the key alone.
                reread = unreturned(model).filter(|column| !given(column)).collect();
                returned.retain(|column| !reread.contains(column));
            }
            let generated = self.insert_all(group.arena, &columns, &returned, &slots).await;
            let generated = generated.map_err(|error| explain(error, model, self.db.models(), Change::Written))?;
            for (row, &slot) in slots.iter().enumerate() {
                for (i, &column) in returned.iter().enumerate() {
                    self.arenas[group.arena].set(slot, column, &generated[row][i])?;
                }
            }
            if !reread.is_empty() {
                self.reread(group.arena, &slots, &reread).await?;
            }
            let arena = &mut self.arenas[group.arena];
            arena.reserve_keys(&slots);
            for &slot in &slots {
                for &column in &columns {
                    arena.round(slot, column)?;
                }
                arena.inserted(slot);
            }
        }
        Ok(())
    }

    /// Inserts rows with the same columns; the values that came back for each. That there are as many rows is checked.
    async fn insert_all(
        &mut self,
        arena: usize,
        columns: &[usize],
        returned: &[usize],
        slots: &[usize],
    ) -> Result<Vec<Vec<Value>>> {
        match self.insert_arrays(arena, columns, returned, slots).await? {
            Some(generated) => Ok(generated),
            None => self.insert_portions(arena, columns, returned, slots).await,
        }
    }

    async fn insert_portions(
        &mut self,
        arena: usize,
        columns: &[usize],
        returned: &[usize],
        slots: &[usize],
    ) -> Result<Vec<Vec<Value>>> {
        let model = self.arenas[arena].model();
        let caller = self.caller;
        let capability = self.db.engine().dialect().capability();
        // Without RETURNING, the driver gives the key of one row a statement.
        let single = !(capability.returning || returned.is_empty());
        let sizes = slots.iter().map(|slot| self.values(arena, &[*slot], columns).iter().map(batch::size).sum());
        let most = if single { 1 } else { batch::rows_per_insert(capability, columns.len(), sizes) };
        let mut generated = Vec::with_capacity(slots.len());
        for (rows, slots) in portions(slots, most) {
            let returned_here = if capability.returning { returned } else { &[] };
            let batch = Batch {
                sql: self.text(model, Statement::Insert { columns, returned: returned_here, rows })?.into(),
                rows: slots.chunks(rows).map(|chunk| self.values(arena, chunk, columns)).collect(),
                caller,
            };
            generated.extend(self.send(model, batch, returned.len(), slots.len()).await?);
        }
        Ok(generated)
    }

    /// Runs a batch that inserts so many rows, each of which gives back so many values.
    async fn send(
        &mut self,
        model: &'static ModelDef,
        batch: Batch,
        returned: usize,
        rows: usize,
    ) -> Result<Vec<Vec<Value>>> {
        let connection = self.connection().await?;
        let (inserted, generated) = if returned == 0 {
            let changed = connection.execute_many(batch).await?;
            (usize::try_from(changed.iter().sum::<u64>()).unwrap_or(usize::MAX), Vec::new())
        } else {
            let decode = move |row: &dyn aludel_driver::Row| {
                let mut values = Vec::with_capacity(returned);
                for i in 0..returned {
                    values.push(row.get(i)?.to_value());
                }
                Ok(values)
            };
            let generated = connection.fetch_many(batch, decode).await?.1;
            (generated.len(), generated)
        };
        if inserted == rows {
            return Ok(generated);
        }
        let message =
            format!("{rows} rows of `{}` were to be inserted, and the database has taken {inserted}", model.table);
        Err(Error::new(ErrorKind::Database, message)
            .with_table(model.table)
            .with_help("A trigger or a rule on the table drops rows: insert into such a table with SQL of your own."))
    }

    async fn update_rows(&mut self, group: &Group, which: fn(&ModelDef, usize) -> bool) -> Result<()> {
        self.resolve_edges(group)?;
        let model = self.arenas[group.arena].model();
        let by_columns =
            grouped(&group.slots, |slot| self.arenas[group.arena].changes(slot).filter(|&column| which(model, column)));
        for (columns, slots) in by_columns {
            if columns.is_empty() {
                continue;
            }
            let arena = &self.arenas[group.arena];
            let params = |&slot: &usize| {
                let mut params = Vec::with_capacity(columns.len() + model.key.len());
                params.extend(columns.iter().map(|&column| arena.get(slot, column)));
                params.extend(model.key.iter().map(|&column| arena.stored(slot, column)));
                params
            };
            let rows = slots.iter().map(params).collect();
            let sql = self.text(model, Statement::Update(&columns))?;
            self.write_rows(group.arena, &slots, sql, rows, Change::Written).await?;
            let mut written = columns;
            let computed: Vec<usize> = computed(model).collect();
            if !computed.is_empty() {
                self.reread(group.arena, &slots, &computed).await?;
                written.extend(computed);
            }
            let arena = &mut self.arenas[group.arena];
            for &slot in &slots {
                for &column in &written {
                    arena.round(slot, column)?;
                }
                arena.updated(slot, &written);
            }
        }
        Ok(())
    }

    /// Puts NULL where a unique value stands that another row is about to take.
    async fn park(&mut self, holder: Handle, column: usize) -> Result<()> {
        let model = self.arenas[holder.arena()].model();
        let sql = self.text(model, Statement::Update(&[column]))?;
        let mut params = vec![Value::Null];
        params.extend(self.arenas[holder.arena()].stored_key(holder.slot()));
        self.write_rows(holder.arena(), &[holder.slot()], sql, vec![params], Change::Written).await
    }

    async fn delete_rows(&mut self, group: &Group) -> Result<()> {
        let model = self.arenas[group.arena].model();
        let rows = group.slots.iter().map(|&slot| self.arenas[group.arena].stored_key(slot)).collect();
        let sql = self.text(model, Statement::Delete)?;
        self.write_rows(group.arena, &group.slots, sql, rows, Change::Deleted).await?;
        for &slot in &group.slots {
            self.arenas[group.arena].deleted(slot);
        }
        Ok(())
    }

    /// Runs a statement that must touch exactly one row for each list of parameters.
    async fn write_rows(
        &mut self,
        arena: usize,
        slots: &[usize],
        sql: Arc<str>,
        mut rows: Vec<Vec<Value>>,
        change: Change,
    ) -> Result<()> {
        let (model, caller) = (self.arenas[arena].model(), self.caller);
        let connection = self.connection().await?;
        let counts = if rows.len() == 1 {
            let query = Query { sql: sql.into(), params: rows.remove(0), access: Access::Write, caller };
            connection.execute(query).await.map(|count| vec![count])
        } else {
            connection.execute_many(Batch { sql: sql.into(), rows, caller }).await
        };
        let counts = counts.map_err(|error| explain(error, model, self.db.models(), change))?;
        for (&slot, count) in slots.iter().zip(counts) {
            if count != 1 {
                let key = self.arenas[arena].stored_key(slot);
                let key: Vec<String> = key.iter().map(ToString::to_string).collect();
                let row = if self.db.engine().hides_parameters() {
                    "a row".to_owned()
                } else {
                    format!("the row {}", key.join(", "))
                };
                let changed = if change == Change::Deleted { "deleted" } else { "changed" };
                let message = format!("{row} of `{}` that was to be {changed} is not there any more", model.table);
                return Err(Error::new(ErrorKind::Stale, message)
                    .with_model(model.name)
                    .with_table(model.table)
                    .with_help("Somebody else deleted it: roll back, read again, decide again."));
            }
        }
        Ok(())
    }

    /// The columns an INSERT of a new row lists: those given a value by `new!`, by assignment, or by a relation.
    fn given_columns(&self, arena: usize, slot: usize) -> impl Iterator<Item = usize> {
        let arena = &self.arenas[arena];
        (0..arena.model().fields.len()).filter(move |column| arena.is_given(slot, *column))
    }

    /// The values of these columns, row by row.
    fn values(&self, arena: usize, slots: &[usize], columns: &[usize]) -> Vec<Value> {
        let mut values = Vec::with_capacity(slots.len() * columns.len());
        for &slot in slots {
            values.extend(columns.iter().map(|&column| self.arenas[arena].get(slot, column)));
        }
        values
    }
}

/// The connection was lost at a statement that commits by itself.
fn unknown(error: Error) -> Error {
    let message =
        "the connection was lost before the answer came to a statement that commits by itself: it may have happened";
    Error::new(ErrorKind::CommitOutcomeUnknown, message)
        .with_help("Call `rollback()`, then read back what matters.")
        .with_source(error)
}

/// Slots with equal columns together, in the order their first one comes in.
fn grouped<C: Iterator<Item = usize>>(slots: &[usize], columns: impl Fn(usize) -> C) -> Vec<(Vec<usize>, Vec<usize>)> {
    let mut groups: Vec<(Vec<usize>, Vec<usize>)> = Vec::new();
    for &slot in slots {
        match groups.iter_mut().find(|(known, _)| known.iter().copied().eq(columns(slot))) {
            Some((_, group)) => group.push(slot),
            None => groups.push((columns(slot).collect(), vec![slot])),
        }
    }
    groups
}

/// Slots in portions of at most `most` rows a statement: as many full ones as there are, then powers of two, so that few
/// different texts have to be prepared.
fn portions(slots: &[usize], most: usize) -> Vec<(usize, &[usize])> {
    let mut portions = Vec::new();
    let mut rows = most.max(1);
    let mut left = slots;
    while !left.is_empty() {
        while rows > left.len() {
            rows = rows.next_power_of_two() / 2;
        }
        let (now, later) = left.split_at(left.len() / rows * rows);
        portions.push((rows, now));
        left = later;
    }
    portions
}
