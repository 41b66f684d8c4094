//! Changes that cannot be written, found before any SQL.

use aludel_sql::{Error, ErrorKind, Result, Type, Value};

use super::list;
use crate::session::{
    Session,
    arena::{Arena, SlotState},
};

impl Session {
    pub(super) fn check_changes(&self, index: usize) -> Result<()> {
        let arena = &self.arenas[index];
        let model = arena.model();
        let refuse = |message: String, help: &'static str| {
            Err(Error::new(ErrorKind::Session, message).with_model(model.name).with_table(model.table).with_help(help))
        };
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
            let changes = arena.changes(slot);
            if arena.state(slot) == SlotState::Persistent && changes.iter().any(|column| model.key.contains(column)) {
                let (before, after) = (arena.stored_key(slot), arena.key_values(slot));
                return refuse(
                    format!("the key of a `{}` was changed from {} to {}", model.name, list(&before), list(&after)),
                    "Keys stay: delete the row and add a new one, or run an UPDATE.",
                );
            }
            for column in 0..model.fields.len() {
                if arena.state(slot) != SlotState::New && !changes.contains(&column) {
                    continue;
                }
                if let Some((length, room, unit)) = too_long(&model.fields[column].ty, arena, slot, column) {
                    let field = model.fields[column].name;
                    let message = format!("`{}.{field}` holds {length} {unit}, and has room for {room}", model.name);
                    return Err(Error::new(ErrorKind::Check, message)
                        .with_model(model.name)
                        .with_table(model.table)
                        .with_columns([model.fields[column].column])
                        .with_help("Shorten it, or give the column a greater `length`."));
                }
            }
            for (column, _) in arena.edges(slot) {
                if changes.contains(column) {
                    let field = model.fields[*column].name;
                    return refuse(
                        format!("`{}.{field}` was changed, and so was the relation it is the key of", model.name),
                        "Change one of the two.",
                    );
                }
            }
        }
        Ok(())
    }
}

/// How long a value is, what it has room for, and in what, when it does not fit. Not every database would say so.
fn too_long(ty: &Type, arena: &Arena, slot: usize, column: usize) -> Option<(usize, usize, &'static str)> {
    if !matches!(ty, Type::VarChar(_) | Type::VarBinary(_)) {
        return None;
    }
    let (length, room, unit) = match (ty, arena.get(slot, column)) {
        (Type::VarChar(room), Value::Text(text)) => (text.chars().count(), *room, "characters"),
        (Type::VarBinary(room), Value::Bytes(bytes)) => (bytes.len(), *room, "bytes"),
        _ => return None,
    };
    (length > room as usize).then_some((length, room as usize, unit))
}
