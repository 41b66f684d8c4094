//! A relation seen from one of its ends, and the rows at the other.

use std::collections::{HashMap, hash_map::Entry};

use aludel_sql::{
    Dialect, Expr as Node, Type,
    dialect::TypedPlaceholders,
    expr::Name,
    statement::{Order, Relation, Select, Source},
};

use crate::{
    key::Key,
    model::{Model, ModelDef, RelationKind},
    query::select_all,
};

/// A relation seen from one of its ends: the columns here whose values are those of the columns there.
pub struct Side {
    here: &'static [usize],
    there: &'static [usize],
    pub(super) name: &'static str,
    pub(super) model: &'static str,
}

impl Side {
    pub(crate) fn new(model: &'static ModelDef, relation: usize) -> Self {
        let def = &model.relations[relation];
        let (_, reference) = model.foreign_key(def);
        let (here, there) = match def.kind {
            RelationKind::BelongsTo => (&reference.columns, &reference.referred),
            RelationKind::HasMany => (&reference.referred, &reference.columns),
        };
        Side { here, there, name: def.name, model: model.name }
    }

    /// A model seen from its own key.
    pub(crate) fn of_key(model: &'static ModelDef) -> Self {
        Side { here: &model.key, there: &model.key, name: "", model: model.name }
    }

    /// The numbers of the columns at this end.
    pub(crate) fn here(&self) -> &'static [usize] {
        self.here
    }

    /// The numbers of the columns at the other end, as many.
    pub(crate) fn there(&self) -> &'static [usize] {
        self.there
    }

    /// The key of a row at this end.
    pub(super) fn key<P: Model>(&self, row: &P) -> Key {
        Key::of(self.here, |column| row.get(column))
    }

    /// The key of a row at the other end.
    pub(super) fn other_key<C: Model>(&self, row: &C) -> Key {
        Key::of(self.there, |column| row.get(column))
    }

    /// SELECTs for the rows with one of the keys, few enough parameters each. Lists are filled up to a power of two, so that
    /// few different texts have to be prepared.
    pub(crate) fn selects(&self, model: &'static ModelDef, keys: &[Key], dialect: &dyn Dialect) -> Vec<Select> {
        let most = dialect.capability().max_params / self.there.len();
        let longest = if most.is_power_of_two() { most } else { most.next_power_of_two() / 2 };
        keys.chunks(longest.clamp(1, 1 << 12)).map(|keys| self.select(model, keys, dialect)).collect()
    }

    /// A SELECT for the rows of the model at the other end with one of a few keys.
    pub(crate) fn select(&self, model: &'static ModelDef, keys: &[Key], dialect: &dyn Dialect) -> Select {
        let column = |&column: &usize| Node::column(0, model.fields[column].column);
        let repeated = keys.len().next_power_of_two() - keys.len();
        let keys = keys.iter().chain(std::iter::repeat_n(&keys[0], repeated));
        let filter = match *self.there {
            [there] => {
                let list = keys.flat_map(Key::values).cloned().map(Node::Value).collect();
                Node::In { expr: Box::new(column(&there)), list, negated: false }
            }
            _ => {
                let row = Box::new(Node::Tuple(self.there.iter().map(column).collect()));
                let typed = dialect.constructs().typed_placeholders == TypedPlaceholders::Alone;
                match self.types(model).filter(|_| typed) {
                    Some(types) => {
                        let select = Box::new(rows(keys, types));
                        Node::InQuery { expr: row, select, negated: false }
                    }
                    None => {
                        let tuple = |key: &Key| Node::Tuple(key.values().iter().cloned().map(Node::Value).collect());
                        Node::In { expr: row, list: keys.map(tuple).collect(), negated: false }
                    }
                }
            }
        };
        let order = |key| Order { expr: column(key), descending: false, nulls: None };
        let order_by = model.key.iter().map(order).collect();
        Select { filter: Some(filter), order_by, ..select_all(model) }
    }

    /// The types of the keys' columns, so that keys can be rows of their own: a database that has to be told them finds those
    /// much faster than those of a list, each of which it compares with each row.
    fn types(&self, model: &'static ModelDef) -> Option<Vec<Type>> {
        let whole = |&column: &usize| match &model.fields[column].ty {
            // No value is cut.
            Type::VarChar(_) => Some(Type::Text),
            Type::VarBinary(_) => Some(Type::Blob),
            Type::Array(_) | Type::Json | Type::Geometry(_) => None,
            ty => Some(ty.clone()),
        };
        self.there.iter().map(whole).collect()
    }
}

/// The keys that lead somewhere, each once, in the order they come in.
pub(crate) fn distinct(keys: impl Iterator<Item = Key>) -> Vec<Key> {
    let mut seen = HashMap::new();
    let mut distinct = Vec::new();
    for key in keys.filter(|key| !key.is_null()) {
        if let Entry::Vacant(vacant) = seen.entry(key) {
            distinct.push(vacant.key().clone());
            vacant.insert(());
        }
    }
    distinct
}

/// `SELECT … FROM (VALUES (…), (…))`
fn rows<'k>(keys: impl Iterator<Item = &'k Key>, types: Vec<Type>) -> Select {
    let rows = keys.map(|key| key.values().iter().cloned().map(Node::Value).collect()).collect();
    let columns: Vec<Name> = (1..=types.len()).map(|number| format!("c{number}").into()).collect();
    let source = Source::new(1, Relation::Values { columns: columns.clone(), types, rows });
    Select {
        columns: columns.into_iter().map(|name| Node::column(1, name)).collect(),
        from: vec![source],
        ..Select::default()
    }
}
