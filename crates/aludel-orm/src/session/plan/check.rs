//! Changes that cannot be written, found before any SQL.

use aludel_sql::{Error, ErrorKind, Result};

use super::list;
use crate::session::{Session, arena::SlotState, handle::Handle, relations::Source};

impl Session {
    pub(super) fn check_changes(&self, index: usize) -> Result<()> {
        let arena = &self.arenas[index];
        let model = arena.model();
        if !arena.touched().is_empty() {
            model.check_arrays(self.db.engine().dialect())?;
        }
        let refuse = |message: String, help: &'static str| {
            Err(Error::new(ErrorKind::Session, message).with_model(model.name).with_table(model.table).with_help(help))
        };
        let mut changes = Vec::new();
        for &slot in arena.touched() {
            if arena.gone(slot).is_some() {
                continue;
            }
            if let Some(relation) = arena.replaced_relation(slot) {
                return refuse(
                    format!(
                        "the field `{}.{relation}` of a tracked entity was replaced, which writes nothing",
                        model.name
                    ),
                    "Change relations through the session: `session.rel_mut(handle, |x| x.…)`.",
                );
            }
            changes.clear();
            changes.extend(arena.changes(slot));
            if arena.state(slot) == SlotState::Persistent && changes.iter().any(|column| model.key.contains(column)) {
                let (before, after) = (arena.stored_key(slot), arena.key_values(slot));
                return refuse(
                    format!("the key of a `{}` was changed from {} to {}", model.name, list(&before), list(&after)),
                    "Keys stay: delete the row and add a new one, or run an UPDATE.",
                );
            }
            let computed = |&column: &usize| {
                model.fields[column].computed.is_some()
                    && (changes.contains(&column)
                        || arena.state(slot) == SlotState::New && arena.is_given(slot, column))
            };
            if let Some(column) = (0..model.fields.len()).find(computed) {
                return refuse(
                    format!(
                        "`{}.{}` was given a value, and the database computes it",
                        model.name, model.fields[column].name
                    ),
                    "Change what it is computed from.",
                );
            }
            for column in 0..model.fields.len() {
                if arena.state(slot) != SlotState::New && !changes.contains(&column) {
                    continue;
                }
                model.check_value(column, &arena.get(slot, column))?;
            }
            if let Some(column) = arena.work(slot).and_then(|work| work.contradiction) {
                return refuse(
                    format!("a new `{}` is given two values for `{}`", model.name, model.fields[column].name),
                    "Give it rows that have the same one, or give it once.",
                );
            }
            for &(number, parent) in arena.edges(slot) {
                let reference = &arena.references()[number];
                for (column, referred) in reference.pairs() {
                    let field = model.fields[column].name;
                    let differs = |value: Source| value != self.source(parent, referred);
                    if changes.contains(&column) && differs(Source::Value(arena.get(slot, column))) {
                        return refuse(
                            format!("`{}.{field}` was changed, and so was the relation it is the key of", model.name),
                            "Change one of the two.",
                        );
                    }
                    // What another edge gives it.
                    if reference.shared && differs(self.source(Handle::new(self.id, index, slot), column)) {
                        return refuse(
                            format!("two relations of a `{}` give `{field}` different values", model.name),
                            "Make both lead to rows that have the same one.",
                        );
                    }
                }
            }
        }
        Ok(())
    }
}
