//! Values that nobody wrote: those a column takes on at every change of its row, and those the database computes.

use aludel_driver::{Access, Query};
use aludel_sql::{Error, ErrorKind, Expr, Result, Value, ValueRef, expr::BinaryOp};

use crate::{
    key::Key,
    model::ModelDef,
    session::{
        Session,
        arena::SlotState,
        plan::{Group, Plan, Step},
        text::names,
    },
};

/// How many rows one statement reads again.
const PORTION: usize = 256;

impl Plan {
    fn updates(&self) -> impl Iterator<Item = &Group> {
        self.steps.iter().filter_map(|step| match step {
            Step::Update(group) | Step::Move(group) => Some(group),
            Step::Delete(_) | Step::Insert(_) | Step::Park(..) => None,
        })
    }
}

impl Session {
    /// Gives the rows that are about to be changed what their columns take on by that. A value of the program's own stays.
    pub(super) fn give_on_update(&mut self, plan: &Plan) -> Result<()> {
        for group in plan.updates() {
            let arena = &mut self.arenas[group.arena];
            let columns = arena.model().fields.iter().enumerate();
            for (column, give) in columns.filter_map(|(column, field)| Some((column, field.on_update?))) {
                for &slot in &group.slots {
                    if arena.state(slot) == SlotState::Persistent && !arena.is_changed(slot, column) {
                        arena.set(slot, column, &give())?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether rows have to be read again after they were written.
    pub(super) fn rereads(&self, plan: &Plan) -> bool {
        let model = |group: &Group| self.arenas[group.arena].model();
        let returning = self.db.engine().dialect().capability().returning;
        plan.updates().any(|group| computed(model(group)).next().is_some())
            || !returning
                && plan
                    .steps
                    .iter()
                    .any(|step| matches!(step, Step::Insert(group) if unreturned(model(group)).next().is_some()))
    }

    /// Reads columns of rows again, for their keys.
    pub(super) async fn reread(&mut self, arena: usize, slots: &[usize], columns: &[usize]) -> Result<()> {
        let (model, caller) = (self.arenas[arena].model(), self.caller);
        let width = model.key.len();
        let read: Vec<usize> = model.key.iter().chain(columns).copied().collect();
        for slots in slots.chunks(PORTION) {
            let mut select = crate::query::select_all(model);
            select.columns = names(model, &read).into_iter().map(|name| Expr::column(0, name)).collect();
            select.filter = slots.iter().map(|&slot| self.is_row(arena, slot)).reduce(Expr::or);
            let cached = crate::query::text::select(self.db.engine().target(), &select)?;
            let query = Query { sql: cached.sql.into(), params: cached.params, access: Access::Read, caller };
            let count = read.len();
            let decode = move |row: &dyn aludel_driver::Row| {
                (0..count).map(|i| row.get(i).map(ValueRef::to_value)).collect::<Result<Vec<Value>>>()
            };
            let rows = self.connection().await?.fetch(query, decode).await?;
            let mut found = std::collections::HashMap::with_capacity(rows.len());
            for mut row in rows {
                let values = row.split_off(width);
                let key = model.key.iter().zip(&row);
                let key = key.map(|(&column, value)| model.fields[column].normalize(value.as_ref()));
                found.insert(Key::new(key.collect::<Result<_>>()?), values);
            }
            for &slot in slots {
                let key = Key::new(self.arenas[arena].key_values(slot));
                let Some(values) = found.get(&key) else {
                    let message = format!("a row of `{}` that was just written is not there any more", model.table);
                    return Err(Error::new(ErrorKind::Stale, message).with_model(model.name).with_table(model.table));
                };
                for (&column, value) in columns.iter().zip(values) {
                    self.arenas[arena].set(slot, column, value)?;
                }
            }
        }
        Ok(())
    }

    fn is_row(&self, arena: usize, slot: usize) -> Expr {
        let (model, arena) = (self.arenas[arena].model(), &self.arenas[arena]);
        let equal = |(&key, value): (&usize, Value)| {
            Expr::column(0, model.fields[key].column).binary(BinaryOp::Eq, Expr::Value(value))
        };
        let parts = model.key.iter().zip(arena.key_values(slot)).map(equal);
        parts.reduce(Expr::and).unwrap_or(Expr::And(Vec::new()))
    }
}

/// The columns the database computes.
pub(super) fn computed(model: &ModelDef) -> impl Iterator<Item = usize> {
    let fields = model.fields.iter().enumerate();
    fields.filter(|(_, field)| field.computed.is_some()).map(|(column, _)| column)
}

/// The columns the database gives a value that an INSERT without RETURNING does not hand back.
pub(super) fn unreturned(model: &ModelDef) -> impl Iterator<Item = usize> {
    let fields = model.fields.iter().enumerate();
    fields.filter(|(_, field)| field.is_generated() && !field.identity).map(|(column, _)| column)
}
