//! What a model knows and the database did not say.

use aludel_sql::{Error, ErrorKind, name::Naming, schema::ConstraintKind};

use super::is_of;
use crate::model::{ModelDef, Models};

/// Finds the columns of a unique index or constraint that the database knows by its name alone.
fn explain_unique(error: Error, model: &'static ModelDef, naming: &Naming) -> Error {
    let Some(columns) = error.constraint().and_then(|name| unique_columns(model, naming, name)) else { return error };
    let these = columns.iter().map(|column| format!("`{column}`")).collect::<Vec<_>>().join(", ");
    let message = format!("a row of `{}` with this {these} exists already", model.table);
    error.with_message(message).with_table(model.table).with_columns(columns)
}

fn unique_columns(model: &ModelDef, naming: &Naming, name: &str) -> Option<Vec<String>> {
    let table = model.to_table_named(naming).ok()?;
    let constraint = table.constraints.into_iter().find(|constraint| constraint.name == name);
    if let Some(ConstraintKind::Unique { columns, .. }) = constraint.map(|constraint| constraint.kind) {
        return Some(columns);
    }
    let index = table.indexes.iter().find(|index| index.name == name)?;
    Some(index.columns()?.into_iter().map(str::to_owned).collect())
}

/// Adds the schema to a table's name that the database has said without.
fn in_schema(error: Error, model: &'static ModelDef, models: &Models) -> Error {
    let Some(table) = error.table() else { return error };
    let is = |model: &&'static ModelDef| is_of(table, model.table);
    match Some(model).filter(is).or_else(|| models.iter().find(is)).map(|model| model.table) {
        Some(full) if full != table => error.with_table(full),
        _ => error,
    }
}

/// A reference that may be the one an error is about: the constraint, and what the program calls it.
struct Suspect {
    constraint: String,
    fields: String,
    target: &'static ModelDef,
}

/// The references of a model.
fn suspects(model: &'static ModelDef, naming: &Naming) -> Vec<Suspect> {
    let single = model.fields.iter().filter_map(|field| {
        let key = field.foreign_key.as_ref()?;
        let target = (key.target)();
        let constraint = naming.foreign_key(model.table, &[field.column], target.table, &[key.column]).ok()?;
        Some(Suspect { constraint, fields: format!("`{}.{}`", model.name, field.name), target })
    });
    let several = model.references().filter_map(|reference| {
        let target = (reference.target)();
        let columns: Vec<&str> = reference.columns.iter().map(|&column| model.fields[column].column).collect();
        let convention = naming.foreign_key(model.table, &columns, target.table, &reference.referred);
        let constraint = reference.name.map(str::to_owned).or(convention.ok())?;
        let fields: Vec<&str> = reference.columns.iter().map(|&column| model.fields[column].name).collect();
        Some(Suspect { constraint, fields: format!("`{}.({})`", model.name, fields.join(", ")), target })
    });
    single.chain(several).collect()
}

/// What a statement did to rows of a model, or was to do.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Change {
    Written,
    Deleted,
}

/// Adds what the models know and the database did not say: the model, and for a foreign key the table, the fields and which
/// constraints it may have been.
pub(crate) fn explain(error: Error, model: &'static ModelDef, models: &Models, change: Change) -> Error {
    // What a session wrote before the statement was explained there, and may be of another model.
    if error.model().is_some() {
        return error;
    }
    let error = in_schema(error, model, models).with_model(model.name);
    let naming = models.convention();
    match error.kind() {
        ErrorKind::ForeignKey => {}
        ErrorKind::Unique if error.columns().is_none() => return explain_unique(error, model, naming),
        _ => return error,
    }
    let mut suspects = if change == Change::Deleted {
        let refers = |suspect: &Suspect| suspect.target.type_id == model.type_id;
        models.iter().flat_map(|other| suspects(other, naming)).filter(refers).collect()
    } else {
        suspects(model, naming)
    };
    if let Some(constraint) = error.constraint() {
        suspects.retain(|suspect| suspect.constraint == constraint);
        if suspects.is_empty() {
            return error;
        }
    }
    let fields: Vec<&str> = suspects.iter().map(|suspect| suspect.fields.as_str()).collect();
    let fields = fields.join(" or ");
    let message = if change == Change::Deleted {
        format!("a `{}` cannot be deleted while rows refer to it, by {fields}", model.name)
    } else {
        format!("a `{}` refers to a row that is not there, by {fields}", model.name)
    };
    let names = suspects.into_iter().map(|suspect| suspect.constraint).collect();
    error.with_message(message).with_table(model.table).with_candidates(names)
}
