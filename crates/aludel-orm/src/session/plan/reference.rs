//! The references of a model's rows: of one column, or of several together.

use aludel_sql::Value;

use crate::{
    model::ModelDef,
    session::{Session, arena::Key, flush::referred_column, handle::Handle},
};

/// Columns that hold the key of a row elsewhere.
pub(in crate::session) struct Reference {
    /// The columns that refer.
    pub(in crate::session) columns: Vec<usize>,
    /// The columns of the other model that they refer to, as many.
    pub(in crate::session) referred: Vec<usize>,
    pub(in crate::session) target: &'static ModelDef,
}

impl Reference {
    /// The key of the row referred to, of the values `value` gives; none where the reference is not to a primary key.
    pub(super) fn key(&self, value: impl Fn(usize) -> Value) -> Option<Key> {
        let column = |key: &usize| self.referred.iter().position(|referred| referred == key);
        let places: Option<Vec<usize>> = self.target.key.iter().map(column).collect();
        let whole = self.referred.len() == self.target.key.len();
        places.filter(|_| whole).map(|places| Key::new(places.into_iter().map(|at| value(self.columns[at])).collect()))
    }
}

/// The references of a model's rows.
pub(in crate::session) fn references(model: &'static ModelDef) -> Vec<Reference> {
    let single = model.fields.iter().enumerate().filter_map(move |(column, field)| {
        let target = (field.foreign_key.as_ref()?.target)();
        Some(Reference { columns: vec![column], referred: vec![referred_column(model, column)], target })
    });
    let several = model.references().map(|reference| {
        let target = (reference.target)();
        let number = |name: &&str| target.fields.iter().position(|field| field.column == *name).unwrap_or(0);
        Reference {
            columns: reference.columns.clone(),
            referred: reference.referred.iter().map(number).collect(),
            target,
        }
    });
    single.chain(several).collect()
}

impl Session {
    /// The entity that a reference leads to with the values `value` gives, if it is here.
    pub(super) fn find_referred(&self, reference: &Reference, value: impl Fn(usize) -> Value) -> Option<Handle> {
        if let ([column], [referred]) = (&reference.columns[..], &reference.referred[..]) {
            return self.find_by(reference.target, *referred, &value(*column));
        }
        let values: Vec<Value> = reference.columns.iter().map(|&column| value(column)).collect();
        if values.iter().any(Value::is_null) {
            return None;
        }
        let index = self.find_arena(reference.target)?;
        let arena = &self.arenas[index];
        let found = reference.key(&value).and_then(|key| arena.find(&key));
        let holds = |slot: usize| {
            arena.gone(slot).is_none()
                && reference.referred.iter().zip(&values).all(|(&column, value)| arena.get(slot, column) == *value)
        };
        let slot = found.filter(|&slot| holds(slot)).or_else(|| (0..arena.len()).find(|&slot| holds(slot)))?;
        Some(Handle::new(self.id, index, slot))
    }
}
