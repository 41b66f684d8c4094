//! What a model knows and the database did not say.

use aludel_sql::{
    Error, ErrorKind,
    name::Naming,
    schema::ConstraintKind,
    statement::{Cte, CteBody, Select},
};

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

/// Finds the columns that an exclusion compares, where the database knows of expressions alone.
fn explain_exclusion(error: Error, model: &'static ModelDef, naming: &Naming) -> Error {
    let table = model.to_table_named(naming).ok();
    let constraints = table.iter().flat_map(|table| &table.constraints);
    let mut named = constraints.filter(|constraint| error.constraint() == Some(constraint.name.as_str()));
    match named.next().map(|constraint| &constraint.kind) {
        Some(ConstraintKind::Exclusion(exclusion)) => error.with_columns(exclusion.columns()),
        _ => error,
    }
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

/// The references that a change of rows of a model can break: those of the rows, or to them.
fn breakable(model: &'static ModelDef, change: Change, models: &Models) -> Vec<Suspect> {
    let naming = models.convention();
    if change == Change::Written {
        return suspects(model, naming);
    }
    let refers = |suspect: &Suspect| suspect.target.type_id == model.type_id;
    models.iter().flat_map(|other| suspects(other, naming)).filter(refers).collect()
}

/// Adds what the models know and the database did not say: the model, and for a foreign key the table, the fields and which
/// constraints it may have been.
pub(crate) fn explain(error: Error, model: &'static ModelDef, models: &Models, change: Change) -> Error {
    // What a session wrote before the statement was explained there, and may be of another model.
    if error.model().is_some() {
        return error;
    }
    explain_change(error, model, models, change)
}

/// [`explain`], of a SELECT whose WITH may change rows: which of the changes an error is of, its table and constraint tell.
pub(crate) fn explain_select(error: Error, select: &Select, models: &Models) -> Error {
    let Some(table) = error.table() else { return error };
    let changed = |cte: &Cte| {
        let (name, change) = match &cte.body {
            CteBody::Select(_) => return None,
            CteBody::Insert(insert) => (&insert.table, Change::Written),
            CteBody::Update(update) => (&update.table, Change::Written),
            CteBody::Delete(delete) => (&delete.table, Change::Deleted),
        };
        Some((models.iter().find(|model| model.table == *name)?, change))
    };
    let concerned = |&(model, change): &(&'static ModelDef, Change)| match error.constraint() {
        Some(name) if error.kind() == ErrorKind::ForeignKey => {
            breakable(model, change, models).iter().any(|suspect| suspect.constraint == name)
        }
        _ => change == Change::Written && is_of(table, model.table),
    };
    match select.with.iter().filter_map(changed).find(concerned) {
        Some((model, change)) => explain_change(error, model, models, change),
        None => error,
    }
}

fn explain_change(error: Error, model: &'static ModelDef, models: &Models, change: Change) -> Error {
    let error = in_schema(error, model, models).with_model(model.name);
    match error.kind() {
        ErrorKind::ForeignKey => {}
        ErrorKind::Unique if error.columns().is_none() => return explain_unique(error, model, models.convention()),
        ErrorKind::Exclusion if error.columns().is_none() => {
            return explain_exclusion(error, model, models.convention());
        }
        _ => return error,
    }
    let mut suspects = breakable(model, change, models);
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
