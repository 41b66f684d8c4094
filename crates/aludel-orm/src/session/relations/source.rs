//! What the columns of rows will hold once everything is written.

use std::collections::HashSet;

use aludel_sql::Value;

use crate::{
    key::Key,
    model::Reference,
    session::{Session, arena::SlotState, handle::Handle},
};

/// Where the value of a column comes from.
#[derive(Debug, PartialEq)]
pub(in crate::session) enum Source {
    /// It is there.
    Value(Value),
    /// It will be the one that the database gives a column of a new row.
    Generated(Handle, usize),
}

impl Session {
    /// The key by which a foreign key refers to a row, unless that has yet to get it.
    pub(super) fn known_key(&self, row: Handle, reference: &Reference) -> Option<Key> {
        let (arena, slot) = (&self.arenas[row.arena()], row.slot());
        let given = |&column: &usize| arena.is_given(slot, column);
        let known = arena.has_key(slot)
            && (reference.to_primary_key
                || arena.state(slot) != SlotState::New
                || reference.referred.iter().all(given));
        known.then(|| Key::of(&reference.referred, |column| arena.get(slot, column)))
    }

    /// The value of a column, unless that has yet to get it.
    pub(super) fn known_value(&self, row: Handle, column: usize) -> Option<Value> {
        let (arena, slot) = (&self.arenas[row.arena()], row.slot());
        let known = arena.state(slot) != SlotState::New || arena.is_given(slot, column);
        known.then(|| arena.get(slot, column))
    }

    /// Where the value comes from that a column will hold, along the rows that hand it on.
    pub(in crate::session) fn source(&self, row: Handle, column: usize) -> Source {
        let (mut row, mut column) = (row, column);
        let mut seen = HashSet::new();
        loop {
            let arena = &self.arenas[row.arena()];
            let next = arena.edges(row.slot()).iter().find_map(|&(number, parent)| {
                let mut pairs = arena.references()[number].pairs();
                pairs.find(|(own, _)| *own == column).map(|(_, referred)| (parent, referred))
            });
            match next {
                Some(next) if seen.insert(next) => (row, column) = next,
                // Rows in a circle never get it.
                Some(_) => return Source::Generated(row, column),
                None => break,
            }
        }
        self.known_value(row, column).map_or(Source::Generated(row, column), Source::Value)
    }

    /// A column of a new row that has another value already than a row it is to refer to gives it.
    pub(super) fn contradiction(&self, child: Handle, reference: &Reference, parent: Handle) -> Option<usize> {
        // A column of its own is given by `new!` or by its relation, which the compiler sees to.
        if reference.columns.len() == 1 && !reference.shared {
            return None;
        }
        let model = self.arenas[child.arena()].model();
        let differs = |(column, referred): &(usize, usize)| {
            let own = self.source(child, *column);
            // What a default gave is not the program's word.
            model.fields[*column].default.is_none()
                && own != Source::Generated(child, *column)
                && own != self.source(parent, *referred)
        };
        reference.pairs().find(differs).map(|(column, _)| column)
    }
}
