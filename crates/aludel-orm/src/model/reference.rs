//! The foreign keys of a model, as its relations and the flush look at them.

use std::sync::OnceLock;

use aludel_sql::Value;

use super::{ModelDef, RelationDef, definition::KeyOf};
use crate::key::Key;

/// A foreign key: columns that together hold the key of a row elsewhere. Where one of them is NULL, they refer to none.
#[derive(Debug)]
pub struct Reference {
    /// The columns that refer, by number.
    pub columns: Vec<usize>,
    /// The columns of the other model that they refer to, as many: in the order of its primary key, where they are that.
    pub referred: Vec<usize>,
    /// The model they refer to.
    pub target: &'static ModelDef,
    /// Whether they refer to its primary key, and not to other columns that are unique.
    pub to_primary_key: bool,
    /// The columns that become NULL where it is to refer to nothing; none where it has to refer to something. A column of
    /// another foreign key too keeps its value, if there is one that is not.
    pub cleared: Vec<usize>,
    /// Whether another foreign key has one of the columns too.
    pub shared: bool,
}

/// The foreign keys of a model, once somebody has looked at them.
#[derive(Debug, Default)]
pub struct References(OnceLock<Vec<Reference>>);

impl Reference {
    fn new(target: &'static ModelDef, pairs: impl Iterator<Item = (usize, &'static str)>) -> Self {
        let number = |name: &str| target.fields.iter().position(|field| field.column == name).unwrap_or(0);
        let mut pairs: Vec<(usize, usize)> = pairs.map(|(column, name)| (column, number(name))).collect();
        let place = |referred: usize| target.key.iter().position(|&key| key == referred);
        let to_primary_key =
            pairs.len() == target.key.len() && pairs.iter().all(|&(_, referred)| place(referred).is_some());
        if to_primary_key {
            pairs.sort_by_key(|&(_, referred)| place(referred));
        }
        let (columns, referred) = pairs.into_iter().unzip();
        Reference { columns, referred, target, to_primary_key, cleared: Vec::new(), shared: false }
    }

    /// The columns that refer, each with the one it refers to.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (usize, usize)> {
        self.columns.iter().copied().zip(self.referred.iter().copied())
    }

    /// The primary key of the row referred to, of the values `value` gives; none where it refers to other columns.
    pub(crate) fn primary_key(&self, value: impl Fn(usize) -> Value) -> Option<Key> {
        self.to_primary_key.then(|| Key::of(&self.columns, value))
    }

    /// Whether it has a column that another has too.
    pub(crate) fn overlaps(&self, other: &Reference) -> bool {
        self.columns.iter().any(|column| other.columns.contains(column))
    }
}

impl ModelDef {
    /// The foreign keys: those of one column, in the order of the struct, then those that `#[model]` says.
    pub fn foreign_keys(&'static self) -> &'static [Reference] {
        self.references.0.get_or_init(|| self.resolve_references())
    }

    fn resolve_references(&'static self) -> Vec<Reference> {
        let single = self.fields.iter().enumerate().filter_map(|(column, field)| {
            let key = field.foreign_key.as_ref()?;
            Some(Reference::new((key.target)(), std::iter::once((column, key.column))))
        });
        let several = self.references().map(|reference| {
            let pairs = reference.columns.iter().copied().zip(reference.referred.iter().copied());
            Reference::new((reference.target)(), pairs)
        });
        let mut all: Vec<Reference> = single.chain(several).collect();
        for number in 0..all.len() {
            let in_others = |column: &usize| {
                all.iter().enumerate().any(|(other, reference)| other != number && reference.columns.contains(column))
            };
            let nullable: Vec<usize> =
                all[number].columns.iter().copied().filter(|&column| self.fields[column].nullable).collect();
            let own: Vec<usize> = nullable.iter().copied().filter(|column| !in_others(column)).collect();
            let shared = all[number].columns.iter().any(in_others);
            all[number].shared = shared;
            all[number].cleared = if own.is_empty() { nullable } else { own };
        }
        all
    }

    /// The foreign key of a to-one relation of the model: of a collection, it is the other model's.
    pub fn own_key(&'static self, relation: &RelationDef) -> Option<&'static Reference> {
        match relation.key {
            KeyOf::Own(number) => self.foreign_keys().get(number),
            KeyOf::Of(_) => None,
        }
    }

    /// The foreign key of a relation: its number, in the model whose table has it, and what it is.
    pub(crate) fn foreign_key(&'static self, relation: &RelationDef) -> (usize, &'static Reference) {
        let (holder, number) = match relation.key {
            KeyOf::Own(number) => (self, number),
            KeyOf::Of(name) => {
                let target = (relation.target)();
                match target.relation(name) {
                    Some((_, RelationDef { key: KeyOf::Own(number), .. })) => (target, *number),
                    // The derive checks that the other side exists and holds the key.
                    _ => unreachable!("`{}.{name}` holds no key", target.name),
                }
            }
        };
        (number, &holder.foreign_keys()[number])
    }
}
