//! Schemas, which hold tables.

use aludel_sql::{Error, ErrorKind, Result, name, schema::Schema};

fn error(message: String) -> Error {
    Error::new(ErrorKind::Migration, message)
}

pub(super) fn create(schema: &mut Schema, name: &str) -> Result<()> {
    if name.is_empty() || name.contains('.') {
        return Err(error(format!("`{name}` cannot be the name of a schema")).with_help("Choose a name without a dot"));
    }
    if !schema.schemas.insert(name.to_owned()) {
        return Err(error(format!("there is a schema `{name}` already")));
    }
    Ok(())
}

pub(super) fn drop(schema: &mut Schema, name: &str) -> Result<()> {
    let mut objects = schema.tables.keys().chain(schema.sequences.keys());
    if let Some(object) = objects.find(|object| name::schema(object) == Some(name)) {
        return Err(error(format!("schema `{name}` cannot be dropped: `{object}` is in it"))
            .with_help("Drop everything in it first"));
    }
    if !schema.schemas.remove(name) {
        return Err(no_schema(name));
    }
    Ok(())
}

/// Checks that the schema an object is called after is there.
pub(super) fn check(schema: &Schema, object: &str) -> Result<()> {
    match name::schema(object) {
        Some(name) if !schema.schemas.contains(name) => {
            Err(no_schema(name).with_help(format!("Write `CREATE SCHEMA {name}` first")))
        }
        _ => Ok(()),
    }
}

fn no_schema(name: &str) -> Error {
    error(format!("there is no schema `{name}` at this point of the migrations"))
}
