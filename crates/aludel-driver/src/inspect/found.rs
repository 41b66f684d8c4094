//! What an inspection finds.

use std::collections::{BTreeMap, BTreeSet};

use aludel_sql::{
    name,
    schema::{ConstraintKind, Schema, Sequence, Table},
};

/// All that is in a database.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Inspected {
    /// The tables and enum types, as far as a schema can say what they are.
    pub schema: Schema,
    /// What there is to say about each table besides, by its name.
    pub details: BTreeMap<String, Details>,
    /// The views, in the order of their names.
    pub views: Vec<View>,
}

impl Inspected {
    /// What was found and is not portable, with the table it belongs to.
    pub fn unknown(&self) -> impl Iterator<Item = (&str, &Unknown)> {
        self.details
            .iter()
            .flat_map(|(table, details)| details.unknown.iter().map(move |unknown| (table.as_str(), unknown)))
    }

    /// Adds what was found in another schema, named by it. `home` is the schema the connection is in.
    pub(super) fn include(&mut self, schema: &str, home: &str, other: Inspected) {
        let qualify = |name: &str| name::qualified(Some(schema), name);
        let Inspected { schema: Schema { tables, sequences, types, .. }, details, views } = other;
        for (name, mut table) in tables {
            table.name = qualify(&name);
            for constraint in &mut table.constraints {
                if let ConstraintKind::ForeignKey(key) = &mut constraint.kind {
                    key.table = match name::split(&key.table) {
                        (None, plain) => qualify(plain),
                        (Some(schema), plain) if schema == home => plain.to_owned(),
                        _ => continue,
                    };
                }
            }
            self.schema.tables.insert(table.name.clone(), table);
        }
        for (name, sequence) in sequences {
            let name = qualify(&name);
            self.schema.sequences.insert(name.clone(), Sequence { name, ..sequence });
        }
        self.details.extend(details.into_iter().map(|(name, details)| (qualify(&name), details)));
        self.views.extend(views.into_iter().map(|view| View { name: qualify(&view.name), ..view }));
        // A type has no schema before its name: the connection's own is meant first.
        for (name, labels) in types {
            self.schema.types.entry(name).or_insert(labels);
        }
        self.schema.schemas.insert(schema.to_owned());
    }

    /// Puts the enum types of columns among those of the schema, where they are nowhere else.
    pub(super) fn collect_types(&mut self) {
        let types = self.schema.tables.values().flat_map(Table::enums);
        self.schema.types = types.map(|(_, ty)| (ty.name().to_owned(), ty.labels().to_vec())).collect();
    }

    /// The details of a table.
    pub(super) fn details(&mut self, table: &str) -> &mut Details {
        self.details.entry(table.to_owned()).or_default()
    }
}

/// What a schema does not say about a table.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Details {
    /// The name of the primary key's constraint, where it has one.
    pub primary_key: Option<String>,
    /// What else the table was created with, such as `engine` or `without rowid`; flags have the value `yes`.
    pub options: BTreeMap<String, String>,
    /// The names in the schema that constraints were given here: in the database they have none.
    pub unnamed: BTreeSet<String>,
    /// What is not portable.
    pub unknown: Vec<Unknown>,
}

/// Something for which a schema has no words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// What it is.
    pub found: Found,
    /// The name of the column, constraint, index or table it belongs to; empty where it has none.
    pub name: String,
    /// Its text, as the database gives it.
    pub text: String,
}

/// What an [`Unknown`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Found {
    /// A table of a kind of its own, which the schema leaves out.
    Table,
    /// The type of a column. In the schema it has the portable type that holds most of its values.
    Type,
    /// A default, which the schema leaves out.
    Default,
    /// What a computed column is computed from. In the schema it is like any other column.
    Computed,
    /// Something else about a column.
    Column,
    /// A check, which the schema leaves out.
    Check,
    /// Another constraint, which the schema leaves out; or what else is said about one that it has.
    Constraint,
    /// An index, which the schema leaves out.
    Index,
}

/// A view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Its name.
    pub name: String,
    /// Its text: the whole CREATE VIEW on SQLite, and elsewhere the SELECT.
    pub definition: String,
    /// Whether its rows are stored.
    pub materialized: bool,
    /// Its comment.
    pub comment: Option<String>,
}

impl Details {
    /// Keeps a text that is not portable.
    pub(super) fn add(&mut self, found: Found, name: &str, text: &str) {
        self.unknown.push(Unknown { found, name: name.to_owned(), text: text.to_owned() });
    }
}

/// Names for constraints that have none.
pub(super) struct Naming<'a> {
    pub(super) table: &'a Table,
    pub(super) details: &'a mut Details,
}

impl Naming<'_> {
    /// The name that a constraint has, else one made by the convention, with `column` as the name of a check.
    pub(super) fn name(self, given: Option<&str>, kind: &ConstraintKind, column: &str) -> String {
        if let Some(given) = given {
            return given.to_owned();
        }
        let table = &self.table.name;
        let base = match kind {
            ConstraintKind::Unique { columns, .. } => name::unique_name(table, columns),
            ConstraintKind::ForeignKey(key) => name::foreign_key_name(table, &key.columns),
            ConstraintKind::Exclusion(exclusion) => name::exclusion_name(table, &exclusion.columns()),
            ConstraintKind::Check(_) if column.is_empty() => name::check_name(table, "1"),
            ConstraintKind::Check(_) => name::check_name(table, column),
        };
        let taken = |name: &String| self.table.constraints.iter().any(|constraint| constraint.name == *name);
        let mut name = base.clone();
        let mut number = 2;
        while taken(&name) {
            name = match kind {
                ConstraintKind::Check(_) if column.is_empty() => name::check_name(table, &number.to_string()),
                _ => format!("{base}_{number}"),
            };
            number += 1;
        }
        self.details.unnamed.insert(name.clone());
        name
    }
}
