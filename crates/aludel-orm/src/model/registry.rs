//! The models of a program.

use std::collections::BTreeMap;

use aludel_sql::{
    Error, ErrorKind, Result,
    name::Naming,
    schema::{Schema, Sequence, Table},
    types::{EnumType, check_name},
};

use crate::model::ModelDef;

/// A model that made itself known when the program was linked; for generated code.
#[doc(hidden)]
pub struct ModelEntry(pub fn() -> &'static ModelDef);

inventory::collect!(ModelEntry);

/// Which models an application has: the registered ones, or those it lists.
///
/// A model registers itself where it is derived. A crate of models that nothing in the program names is not linked, and
/// its models are not here; list them then: `models![User, Post]`.
#[derive(Clone, Debug, Default)]
pub struct Models {
    all: Vec<&'static ModelDef>,
    naming: Naming,
}

impl Models {
    /// Every model linked into the program, in the order of their tables.
    pub fn registered() -> Self {
        Self::new(inventory::iter::<ModelEntry>().map(|entry| (entry.0)()))
    }

    /// These models, in the order of their tables.
    pub fn new(models: impl IntoIterator<Item = &'static ModelDef>) -> Self {
        let mut all: Vec<_> = models.into_iter().collect();
        all.sort_by_key(|model| (model.table, model.module, model.name));
        all.dedup_by_key(|model| model.type_id);
        Models { all, naming: Naming::default() }
    }

    /// With names of indexes and constraints by another convention, where a model gives none.
    #[must_use]
    pub fn naming(mut self, naming: Naming) -> Self {
        self.naming = naming;
        self
    }

    /// The convention by which indexes and constraints are named.
    pub fn convention(&self) -> &Naming {
        &self.naming
    }

    /// The models, in the order of their tables.
    pub fn iter(&self) -> impl Iterator<Item = &'static ModelDef> {
        self.all.iter().copied()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The tables they describe, and the enum types of their columns.
    ///
    /// # Errors
    /// Two models claim one table, or tables whose names differ in upper and lower case alone; two enums claim one type with
    /// different values; or a model refers to one that is not here.
    pub fn schema(&self) -> Result<Schema> {
        self.check_tables()?;
        let mut tables = Vec::with_capacity(self.all.len());
        for model in &self.all {
            for (name, target) in targets(model) {
                if !self.all.iter().any(|known| known.type_id == target.type_id) {
                    let message = format!(
                        "`{}.{}` refers to model `{}`, which is not among the application's models",
                        model.name, name, target.name
                    );
                    return Err(Error::new(ErrorKind::Config, message)
                        .with_model(model.name)
                        .with_help(format!("Add `{}` to the list of models.", target.name)));
                }
            }
            tables.push(model.to_table_named(&self.naming)?);
        }
        check_types(&tables)?;
        let mut schema = Schema::new(tables);
        schema.sequences = self.sequences()?;
        schema.imply_schemas();
        Ok(schema)
    }

    /// Each model has a table of its own, also where upper and lower case are the same in names: on SQLite, and on MySQL and MariaDB
    /// as their `lower_case_table_names` says.
    fn check_tables(&self) -> Result<()> {
        let mut known: BTreeMap<String, &ModelDef> = BTreeMap::new();
        for &model in &self.all {
            let Some(other) = known.insert(model.table.to_lowercase(), model) else { continue };
            let place = |model: &ModelDef| format!("`{}::{}`", model.module, model.name);
            let message = if other.table == model.table {
                format!("two models claim the table `{}`: {} and {}", model.table, place(other), place(model))
            } else {
                format!(
                    "the tables `{}` of {} and `{}` of {} differ in upper and lower case alone, and are one on some databases",
                    other.table,
                    place(other),
                    model.table,
                    place(model)
                )
            };
            return Err(Error::new(ErrorKind::Config, message)
                .with_model(model.name)
                .with_table(model.table)
                .with_help("Give one of them another table, `#[model(table = \"…\")]`, or list the models the application has, `models![…]`."));
        }
        Ok(())
    }

    /// The sequences that columns take their numbers of.
    fn sequences(&self) -> Result<BTreeMap<String, Sequence>> {
        let mut sequences: BTreeMap<String, Sequence> = BTreeMap::new();
        for model in &self.all {
            for field in &model.fields {
                let Some(name) = field.sequence else { continue };
                let new = Sequence { name: name.to_owned(), counter: field.counter() };
                let known = sequences.entry(name.to_owned()).or_insert_with(|| new.clone());
                if *known != new {
                    let message = format!("two columns say the sequence `{name}` otherwise");
                    return Err(Error::new(ErrorKind::Config, message).with_model(model.name).with_help(
                        "Say the same, `start` and all else, at both columns, or give each a sequence of its own.",
                    ));
                }
                known.check()?;
            }
        }
        Ok(sequences)
    }
}

/// The models that a model refers to, each with the field that does.
fn targets(model: &'static ModelDef) -> impl Iterator<Item = (&'static str, &'static ModelDef)> {
    let single = model.fields.iter().filter_map(|field| Some((field.name, (field.foreign_key.as_ref()?.target)())));
    let composite = model.references().filter_map(|reference| {
        let first = model.fields.get(*reference.columns.first()?)?;
        Some((first.name, (reference.target)()))
    });
    single.chain(composite)
}

/// Enum types have names of their own, and one list of values.
fn check_types(tables: &[Table]) -> Result<()> {
    let columns = || {
        let of =
            |table: &'_ Table| table.enums().map(|(column, ty)| (column.name.clone(), ty.clone())).collect::<Vec<_>>();
        tables.iter().flat_map(move |table| of(table).into_iter().map(move |(column, ty)| (table, column, ty)))
    };
    let mut known: BTreeMap<String, (String, EnumType)> = BTreeMap::new();
    for (table, column, ty) in columns() {
        let name = ty.name().to_owned();
        let place = format!("`{}.{column}`", table.name);
        let why = if let Err(why) = check_name(&name) {
            why.to_owned()
        } else if tables.iter().any(|table| table.name == name) {
            "a table has that name".to_owned()
        } else {
            match known.get(&name) {
                Some((other, known)) if known.labels() != ty.labels() => {
                    format!("{other} has one of that name with other values")
                }
                _ => {
                    known.entry(name).or_insert((place, ty));
                    continue;
                }
            }
        };
        return Err(Error::new(ErrorKind::Config, format!("the enum type `{name}` of {place} cannot be: {why}"))
            .with_table(table.name.clone())
            .with_columns([column])
            .with_help("Give the enum another name in the database: `#[db_enum(name = \"…\")]`."));
    }
    Ok(())
}
