//! How a database holds what it is told.

use aludel_sql::{
    Dialect, Expr, Result, Value,
    dialect::{Comments, Enums},
    name, render,
    schema::{Column, Counter, Schema, Table},
    types::EnumType,
};

use super::{
    catalog, counter,
    expr::Reader,
    native::{Declared, Native},
};

/// The schema as an inspection finds it after it was created in a database of this dialect: types, expressions and
/// identities as that database holds them. What is held alike means the same there.
///
/// # Errors
/// Kind `Unsupported` for a database of which nothing is known, and for a type that the database has no storage for.
pub fn held(dialect: &dyn Dialect, schema: &Schema) -> Result<Schema> {
    let native = catalog(dialect)?.native();
    let tables = schema.tables.values().map(|table| hold(dialect, native, table));
    let mut held = Schema::new(tables.collect::<Result<Vec<_>>>()?);
    held.sequences.clone_from(&schema.sequences);
    for sequence in held.sequences.values_mut() {
        sequence.counter = counter::plain(sequence.counter.clone(), native.sequence_bounds());
    }
    if dialect.capability().enums == Enums::Types {
        held.types.clone_from(&schema.types);
    }
    held.imply_schemas();
    Ok(held)
}

fn hold(dialect: &dyn Dialect, native: &dyn Native, table: &Table) -> Result<Table> {
    let mut held = table.clone();
    if dialect.capability().comments == Comments::Nowhere {
        held.comment = None;
        held.columns.iter_mut().for_each(|column| column.comment = None);
    }
    for column in &mut held.columns {
        let in_key = table.primary_key.contains(&column.name);
        let sole_key = in_key && table.primary_key.len() == 1;
        let mut declared = String::new();
        dialect.column_type(&mut declared, &column.ty)?;
        let told = std::mem::replace(&mut column.ty, native.ty(&Declared::new(&declared)).into_type());
        column.nullable &= !in_key;
        if let Some(ty) = told.as_enum() {
            column.ty = match dialect.capability().enums {
                Enums::Types => told.clone(),
                Enums::Columns | Enums::Checks => {
                    let name = name::enum_type_name(&table.name, &column.name);
                    told.with_enum(EnumType::new(name, ty.labels().iter().map(String::as_str)))
                }
            };
        }
        if let Some(counter) = column.identity.take() {
            column.identity = Some(match dialect.capability().identity_options {
                true => counter::plain(counter, counter::bounds(&column.ty)),
                false => Counter::default(),
            });
        }
        native.hold(column, &told, sole_key);
    }
    let columns = held.columns.clone();
    let reader = Reader { native, columns: &columns };
    let expr = |expr: &mut Expr| {
        if let Ok(text) = render::expr(dialect, expr)
            && let Some(read) = reader.expr(&text)
        {
            *expr = read;
        }
    };
    for column in &mut held.columns {
        column.default = hold_default(dialect, reader, column);
        if let Some(generated) = &mut column.generated {
            expr(&mut generated.expr);
        }
    }
    for constraint in &mut held.constraints {
        constraint.kind.expressions_mut().into_iter().for_each(expr);
    }
    for index in &mut held.indexes {
        index.parts.iter_mut().for_each(|part| expr(&mut part.expr));
        index.predicate.iter_mut().for_each(expr);
    }
    native.hold_table(&mut held);
    if !native.ordered() {
        held.constraints.sort_by(|a, b| a.name.cmp(&b.name));
        held.indexes.sort_by(|a, b| a.name.cmp(&b.name));
    }
    Ok(held)
}

fn hold_default(dialect: &dyn Dialect, reader: Reader<'_>, column: &Column) -> Option<Expr> {
    let default = column.default.as_ref()?;
    if *default == Expr::Value(Value::Null) {
        return None;
    }
    let text = render::expr(dialect, default).ok();
    match text.and_then(|text| reader.default(&text, column)) {
        Some(read) => read,
        None => Some(default.clone()),
    }
}
