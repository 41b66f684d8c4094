//! Schemas that have another name in the database at hand.

use std::{borrow::Cow, collections::BTreeMap};

use super::{ConstraintKind, Schema, Sequence, Table};
use crate::{expr::Expr, name};

/// What the schemas that a program names are called in a database: those of one tenant, say. A schema that is not in it keeps
/// its name. An empty name is that of no schema at all, on either side.
///
/// ```
/// use aludel_sql::schema::SchemaMap;
///
/// let schemas = SchemaMap::from([("tenant", "tenant_42"), ("", "shared")]);
/// assert_eq!(schemas.name("tenant.invoice"), "tenant_42.invoice");
/// assert_eq!(schemas.name("country"), "shared.country");
/// assert_eq!(schemas.name("audit.event"), "audit.event");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemaMap(BTreeMap<String, String>);

impl SchemaMap {
    /// What a schema is called; the empty name for none.
    pub fn schema<'n>(&'n self, name: &'n str) -> &'n str {
        self.0.get(name).map_or(name, String::as_str)
    }

    /// The name of a table, or of something else that a schema can hold, in its schema as that is called.
    pub fn name<'n>(&self, name: &'n str) -> Cow<'n, str> {
        let (schema, plain) = name::split(name);
        match self.0.get(schema.unwrap_or_default()).map(String::as_str) {
            None => Cow::Borrowed(name),
            Some("") => Cow::Borrowed(plain),
            Some(schema) => Cow::Owned(name::qualified(Some(schema), plain)),
        }
    }

    /// Writes what tells this map from all others.
    pub(crate) fn write_key(&self, key: &mut Vec<u8>) {
        for text in self.0.iter().flat_map(|(from, to)| [from, to]) {
            key.extend_from_slice(&text.len().to_le_bytes());
            key.extend_from_slice(text.as_bytes());
        }
    }
}

impl<F: Into<String>, T: Into<String>> FromIterator<(F, T)> for SchemaMap {
    fn from_iter<I: IntoIterator<Item = (F, T)>>(pairs: I) -> Self {
        SchemaMap(pairs.into_iter().map(|(from, to)| (from.into(), to.into())).collect())
    }
}

impl<F: Into<String>, T: Into<String>, const N: usize> From<[(F, T); N]> for SchemaMap {
    fn from(pairs: [(F, T); N]) -> Self {
        pairs.into_iter().collect()
    }
}

impl Schema {
    /// The same, with schemas called as a map says. Enum types are in none, and stay what they are.
    #[must_use]
    pub fn mapped(&self, map: &SchemaMap) -> Self {
        let sequence = |sequence: &Sequence| {
            let name = map.name(&sequence.name).into_owned();
            (name.clone(), Sequence { name, ..sequence.clone() })
        };
        let mut schema = Schema {
            schemas: self.schemas.iter().map(|name| map.schema(name).to_owned()).collect(),
            tables: self.tables.values().map(|table| mapped(table, map)).map(|t| (t.name.clone(), t)).collect(),
            sequences: self.sequences.values().map(sequence).collect(),
            types: self.types.clone(),
        };
        schema.schemas.remove("");
        schema.imply_schemas();
        schema
    }
}

fn mapped(table: &Table, map: &SchemaMap) -> Table {
    let mut table = Table { name: map.name(&table.name).into_owned(), ..table.clone() };
    for constraint in &mut table.constraints {
        if let ConstraintKind::ForeignKey(key) = &mut constraint.kind {
            key.table = map.name(&key.table).into_owned();
        }
    }
    table
        .columns
        .iter_mut()
        .filter_map(|column| column.default.as_mut())
        .for_each(|default| map_sequences(default, map));
    table
}

fn map_sequences(expr: &mut Expr, map: &SchemaMap) {
    if let Expr::NextValue(name) = expr {
        *name = map.name(name).into_owned().into();
    }
    expr.parts_mut(&mut |part| map_sequences(part, map));
}
