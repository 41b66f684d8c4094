//! Entities of models known by their description alone: what a shell works with.
//!
//! A record is tracked, flushed and rolled back like any entity; its values are [`Value`]s instead of fields of a struct.
//! A session holds a model either as records or as structs.

use std::{any::Any, panic::Location};

use aludel_driver::Row;
use aludel_sql::{Error, ErrorKind, Result, Value, statement::Select};

use super::{
    Session,
    arena::{Arena, Rows},
    handle::Handle,
};
use crate::{
    model::{ModelDef, RelationKind},
    query,
};

/// The handle of a record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Record {
    handle: Handle,
}

/// The values of records, by slot and column.
pub(super) struct Records {
    model: &'static ModelDef,
    rows: Vec<Vec<Value>>,
}

impl Rows for Records {
    fn get(&self, slot: usize, column: usize) -> Value {
        self.rows[slot][column].clone()
    }

    fn holds(&self, slot: usize, column: usize, value: &Value) -> bool {
        self.rows[slot][column] == *value
    }

    fn set(&mut self, slot: usize, column: usize, value: &Value) -> Result<()> {
        let field = &self.model.fields[column];
        let misfit = |error: Error| error.context(format_args!("`{}.{}`", self.model.name, field.name));
        self.rows[slot][column] = field.normalize(value.as_ref()).map_err(misfit)?;
        Ok(())
    }

    fn replaced_relation(&self, _: usize) -> Option<&'static str> {
        None
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

impl Session {
    /// Takes in a new record with these values, by column number; defaults are run for the others.
    ///
    /// # Errors
    /// A value does not fit its column; nothing was added.
    pub fn add_record(&mut self, model: &'static ModelDef, values: &[(usize, Value)]) -> Result<Record> {
        let arena = self.record_arena(model)?;
        let mut row: Vec<Value> = vec![Value::Null; model.fields.len()];
        let mut given = vec![false; model.fields.len()];
        let defaults = model.fields.iter().enumerate().filter_map(|(column, field)| Some((column, (field.default?)())));
        for (column, value) in defaults.chain(values.iter().cloned()) {
            let field = &model.fields[column];
            row[column] = field
                .normalize(value.as_ref())
                .map_err(|error| error.context(format_args!("`{}.{}`", model.name, field.name)))?;
            given[column] = true;
        }
        self.arenas[arena].rows_mut::<Records>().rows.push(row);
        let slot = self.arenas[arena].push_new(given);
        Ok(Record { handle: Handle::new(self.id, arena, slot) })
    }

    /// The model of a record.
    pub fn record_model(&self, record: Record) -> &'static ModelDef {
        self.arenas[record.handle.arena()].model()
    }

    /// The value of a record's column.
    ///
    /// # Errors
    /// The record is gone.
    pub fn record_value(&self, record: Record, column: usize) -> Result<Value> {
        let slot = self.check_record(record)?;
        Ok(self.arenas[record.handle.arena()].get(slot, column))
    }

    /// Changes a column of a record.
    ///
    /// # Errors
    /// The record is gone, or the value does not fit.
    pub fn set_record_value(&mut self, record: Record, column: usize, value: &Value) -> Result<()> {
        let slot = self.check_record(record)?;
        let arena = &mut self.arenas[record.handle.arena()];
        arena.touch(slot);
        arena.set(slot, column, value)
    }

    /// Makes a record, through a to-one relation of its model, belong to another, or to none.
    ///
    /// # Errors
    /// One of the records is gone, the relation is to-many, or the other record is of the wrong model.
    pub fn link_record(&mut self, record: Record, relation: usize, to: Option<Record>) -> Result<()> {
        self.check_record(record)?;
        let def = self.relation(record.handle, relation);
        let target = (def.target)();
        if let Some(to) = to {
            self.check_record(to)?;
            if self.record_model(to).type_id != target.type_id {
                let message = format!("`{}` is a `{}`, not a `{}`", def.name, target.name, self.record_model(to).name);
                return Err(Error::new(ErrorKind::Usage, message));
            }
        }
        if def.kind == RelationKind::HasMany {
            let message = format!("`{}` is a collection: set the other end instead", def.name);
            return Err(Error::new(ErrorKind::Usage, message));
        }
        self.link(record.handle, relation, to.map(|to| to.handle));
        Ok(())
    }

    /// Marks a record for deletion by the next flush.
    ///
    /// # Errors
    /// The record is gone.
    pub fn delete_record(&mut self, record: Record) -> Result<()> {
        self.check_record(record)?;
        self.delete_handle(record.handle);
        Ok(())
    }

    /// The records a SELECT of all columns of a model finds.
    ///
    /// # Errors
    /// Those of a query and of a flush.
    pub async fn records(&mut self, model: &'static ModelDef, select: &Select) -> Result<Vec<Record>> {
        self.flush_before(select).await?;
        let cached = query::text::select(self.db.engine().target(), select)?;
        let decode = move |row: &dyn Row| {
            let fields = model.fields.iter().enumerate();
            fields
                .map(|(column, field)| row.get(column).and_then(|value| field.normalize(value)))
                .collect::<Result<Vec<Value>>>()
        };
        let query = aludel_driver::Query::read(cached.sql, cached.params).called_at(Location::caller());
        let rows = self.connection().await?.fetch(query, decode).await;
        self.release();
        let index = self.record_arena(model)?;
        let handles = self.arenas[index].take_in(
            rows?,
            |arena| &mut arena.rows_mut::<Records>().rows,
            |row, column| row[column].clone(),
            |slot| Handle::new(self.id, index, slot),
        );
        Ok(handles.into_iter().map(|handle| Record { handle }).collect())
    }

    /// A SELECT of all columns of a model.
    pub fn select_records(model: &'static ModelDef) -> Select {
        query::select_all(model)
    }

    /// How many rows a SELECT finds, limit and offset left aside.
    ///
    /// # Errors
    /// Those of a query and of a flush.
    pub async fn count_records(&mut self, select: &Select) -> Result<u64> {
        query::Executor::Session(self).count(&query::counting(select.clone()), Location::caller()).await
    }

    /// The records a relation leads to, read from the database where they are not here.
    ///
    /// # Errors
    /// The record is gone; and those of a query and of a flush.
    pub async fn related_records(&mut self, record: Record, relation: usize) -> Result<Vec<Record>> {
        self.check_record(record)?;
        let def = self.relation(record.handle, relation);
        let target = (def.target)();
        self.flush_table(target).await?;
        let side = query::Side::new(self.record_model(record), relation);
        for key in self.keys_to_load(&[record.handle], relation, side.here()) {
            let select = side.select(target, &[key], self.db.engine().dialect());
            self.records(target, &select).await?;
        }
        self.mark_loaded(&[record.handle], relation);
        let found = self.related_handles(record.handle, relation).unwrap_or_default();
        Ok(found.into_iter().map(|handle| Record { handle }).collect())
    }

    fn check_record(&self, record: Record) -> Result<usize> {
        let gone = |message: String| Err(Error::new(ErrorKind::Session, message));
        match self.arenas.get(record.handle.arena()) {
            Some(arena) if record.handle.session() == self.id => match arena.gone(record.handle.slot()) {
                None => Ok(record.handle.slot()),
                Some(why) => gone(format!("this `{}` {why}", arena.model().name)),
            },
            _ => gone("this record belongs to another session".into()),
        }
    }

    fn record_arena(&mut self, model: &'static ModelDef) -> Result<usize> {
        match self.find_arena(model) {
            Some(found) if self.arenas[found].holds(model.type_id) => {
                let message = format!("this session holds `{}` as structs", model.name);
                Err(Error::new(ErrorKind::Usage, message).with_help("Use another session for records."))
            }
            Some(found) => Ok(found),
            None => Ok(self.push_arena(Arena::new(model, Box::new(Records { model, rows: Vec::new() })))),
        }
    }
}
