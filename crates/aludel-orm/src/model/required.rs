//! What `new!` must be given, found out while the program is compiled; for generated code.

use crate::field::Field;

/// What `new!` must be given, and what belongs together.
#[doc(hidden)]
pub struct Requirements {
    /// The columns that have to be given, whatever else is.
    pub columns: &'static [&'static str],
    /// The columns of which more is to be said.
    pub others: &'static [Required],
}

/// A column that `new!` must be given, or must not.
#[doc(hidden)]
pub struct Required {
    column: &'static str,
    /// The relations that give it, which may be given in its place.
    of: &'static [&'static str],
    /// The relations whose key it is in that need not give it, so that it may be given beside them.
    beside: &'static [&'static str],
    need: Need,
}

enum Need {
    /// It has to be given.
    Given,
    /// It may be given, but not together with a relation that gives it.
    Free,
    /// The database computes it.
    Computed,
}

impl Required {
    /// A column that has to be given.
    pub const fn column(column: &'static str) -> Self {
        Required { column, of: &[], beside: &[], need: Need::Given }
    }

    /// A primary key of type `T` that has to be given, unless the database can count it.
    pub const fn key<T: Field>(column: &'static str) -> Self {
        let need = if T::SHAPE.is_integer() { Need::Free } else { Need::Given };
        Required { column, of: &[], beside: &[], need }
    }

    /// A column that the database computes.
    pub const fn computed(column: &'static str) -> Self {
        Required { column, of: &[], beside: &[], need: Need::Computed }
    }

    /// The same, in whose place one of these relations may be given.
    #[must_use]
    pub const fn of(self, relations: &'static [&'static str]) -> Self {
        Required { of: relations, ..self }
    }

    /// The same, which may be given along with these relations as well as in their place.
    #[must_use]
    pub const fn beside(self, relations: &'static [&'static str]) -> Self {
        Required { beside: relations, ..self }
    }

    /// The same, which need not be given.
    #[must_use]
    pub const fn free(self) -> Self {
        Required { need: Need::Free, ..self }
    }

    /// A relation that stands for the column.
    const fn relation(&self) -> Option<&'static str> {
        match (self.of, self.beside) {
            ([relation, ..], _) | ([], [relation, ..]) => Some(*relation),
            ([], []) => None,
        }
    }

    const fn is_given_by_relation(&self, given: &[&str], inside: Option<&str>) -> bool {
        first_given(self.of, given, inside).is_some() || first_given(self.beside, given, inside).is_some()
    }
}

/// The first of these relations that is given, or that a row is nested in.
const fn first_given(relations: &[&'static str], given: &[&str], inside: Option<&str>) -> Option<&'static str> {
    let mut i = 0;
    while i < relations.len() {
        let nested = match inside {
            Some(inside) => same(inside, relations[i]),
            None => false,
        };
        if nested || contains(given, relations[i]) {
            return Some(relations[i]);
        }
        i += 1;
    }
    None
}

/// Refuses to compile a `new!` of `model` that leaves out what is required or says one thing twice.
///
/// `inside` is the relation that a row gets from the collection it is nested in.
#[doc(hidden)]
#[track_caller]
pub const fn require(model: &str, required: &Requirements, given: &[&str], inside: Option<&str>) {
    let Requirements { columns, others } = required;
    let mut i = 0;
    while i < columns.len() {
        if !contains(given, columns[i]) {
            refuse_missing(model, columns[i]);
        }
        i += 1;
    }
    let mut i = 0;
    while i < others.len() {
        let one = &others[i];
        let column = one.column;
        let given_itself = contains(given, column);
        let given_by_relation = one.is_given_by_relation(given, inside);
        if given_itself && let Some(relation) = first_given(one.of, given, inside) {
            refuse(&[
                "`new!(",
                model,
                " { .. })` is given `",
                relation,
                "` and its key `",
                column,
                "`: give one of them",
            ])
        }
        match (&one.need, one.relation()) {
            (Need::Computed, _) if given_itself => {
                refuse(&["`", column, "` is computed by the database: leave it out of `new!(", model, " { .. })`"])
            }
            (Need::Given, None) if !given_itself => refuse_missing(model, column),
            // Outside of another row the collection that the row is added to may give it.
            (Need::Given, Some(relation)) if !given_itself && !given_by_relation && inside.is_some() => {
                refuse(&["`new!(", model, " { .. })` needs `", relation, "` or its key `", column, "`"])
            }
            _ => {}
        }
        i += 1;
    }
}

/// Whether every required relation, or its key, was given: what else is required is asked for by [`require`].
#[doc(hidden)]
pub const fn is_complete(required: &Requirements, given: &[&str]) -> bool {
    let others = required.others;
    let mut i = 0;
    while i < others.len() {
        let one = &others[i];
        if matches!(one.need, Need::Given) && !contains(given, one.column) && !one.is_given_by_relation(given, None) {
            return false;
        }
        i += 1;
    }
    true
}

/// What a relation is called at the other end.
#[doc(hidden)]
pub const fn inverse_of(inverses: &[(&'static str, &'static str)], relation: &str) -> Option<&'static str> {
    let mut i = 0;
    while i < inverses.len() {
        if same(inverses[i].0, relation) {
            return Some(inverses[i].1);
        }
        i += 1;
    }
    None
}

#[track_caller]
const fn refuse_missing(model: &str, column: &str) -> ! {
    refuse(&["missing required field `", column, "` in `new!(", model, " { .. })`"])
}

/// Refuses to compile. Nothing but a whole text can be the message of a panic in a constant, so it is put together here.
#[track_caller]
const fn refuse(parts: &[&str]) -> ! {
    let mut text = [0; 512];
    let (mut length, mut part) = (0, 0);
    while part < parts.len() {
        let bytes = parts[part].as_bytes();
        let mut i = 0;
        while i < bytes.len() && length < text.len() {
            text[length] = bytes[i];
            length += 1;
            i += 1;
        }
        part += 1;
    }
    match str::from_utf8(text.split_at(length).0) {
        Ok(text) => panic!("{}", text),
        Err(_) => panic!("`new!` is not given what it must be, and the names are too long to say it"),
    }
}

const fn contains(list: &[&str], name: &str) -> bool {
    let mut i = 0;
    while i < list.len() {
        if same(list[i], name) {
            return true;
        }
        i += 1;
    }
    false
}

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}
