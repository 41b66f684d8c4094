//! What the shell says: values, models, errors, help.

use std::fmt::Write;

use aludel_orm::model::RelationKind;
use aludel_sql::Result;
use rhai::{Array, Blob, Dynamic, EvalAltResult, FnPtr, ImmutableString, Map, Position};

use super::{
    condition::{Column, Condition, Order},
    database::Database,
    entity::Entity,
    query::{Model, Query},
    referred::Referred,
    values::Scalar,
};

/// What `help()` prints.
pub(super) const HELP: &str = r#"Objects
  let u = User(#{username: "susan"})   a new object: not in the session yet
  u.username = "sue"                   a change, written by the next commit
  u.posts, p.author                    what a relation leads to, loaded when it is asked for
Session
  db.add(u)  db.delete(u)              takes an object in; marks one for deletion
  db.commit()  db.rollback()           writes all changes for good; undoes what was not committed
  db.flush()                           writes all changes inside the open transaction
Queries
  User.all()  User.first()  User.one()  User.count()  User.get(1)
  User.filter(|u| u.username == "susan" && u.email != ()).all()
  User.order_by(|u| u.username.desc()).limit(10).offset(20)
  == != < <= > >=  && || !             conditions; `== ()` is `IS NULL`
  is_null() is_not_null() in_list([…]) between(a, b) like("s%") contains("s") starts_with("s") ends_with("s")
Shell
  User                                 the columns of a model; a query prints its SQL
  exit, quit, Ctrl-D                   leaves"#;

/// The result of a line: text as it is, nothing for NULL.
pub(super) fn result(value: &Dynamic) -> Result<Option<String>> {
    if value.is_unit() {
        return Ok(None);
    }
    if let Some(text) = value.read_lock::<ImmutableString>() {
        return Ok(Some(text.to_string()));
    }
    nested(value).map(Some)
}

/// A value inside a list or a map: text in quotes.
pub(super) fn nested(value: &Dynamic) -> Result<String> {
    if let Some(list) = value.read_lock::<Array>() {
        let items = list.iter().map(nested).collect::<Result<Vec<_>>>()?;
        return Ok(format!("[{}]", items.join(", ")));
    }
    if let Some(map) = value.read_lock::<Map>() {
        let items = map.iter().map(|(name, value)| Ok(format!("{name}: {}", nested(value)?)));
        return Ok(format!("#{{{}}}", items.collect::<Result<Vec<_>>>()?.join(", ")));
    }
    if let Some(entity) = value.read_lock::<Entity>() {
        return entity.show();
    }
    if let Some(db) = value.read_lock::<Database>() {
        return db.url();
    }
    if let Some(query) = value.read_lock::<Query>() {
        return query.sql();
    }
    if let Some(model) = value.read_lock::<Model>() {
        return Ok(describe(&model));
    }
    if let Some(text) = value.read_lock::<ImmutableString>() {
        return Ok(format!("{:?}", text.as_str()));
    }
    Ok(if let Some(scalar) = value.read_lock::<Scalar>() {
        scalar.0.to_string()
    } else if let Some(bytes) = value.read_lock::<Blob>() {
        format!("<{} bytes>", bytes.len())
    } else if value.is_unit() {
        "()".into()
    } else if value.is::<FnPtr>()
        || value.is::<Column>()
        || value.is::<Referred>()
        || value.is::<Condition>()
        || value.is::<Order>()
    {
        format!("<{}>", kind(value).trim_start_matches("a ").trim_start_matches("an "))
    } else {
        value.to_string()
    })
}

/// What a value is, for a message.
pub(super) fn kind(value: &Dynamic) -> String {
    if let Some(entity) = value.read_lock::<Entity>() {
        return format!("a `{}`", entity.model.def.name);
    }
    match value.type_name() {
        "()" => "NULL".into(),
        "bool" => "a boolean".into(),
        "i64" => "an integer".into(),
        "f64" => "a number".into(),
        "string" => "text".into(),
        "array" => "a list".into(),
        "map" => "a map".into(),
        _ if value.is::<FnPtr>() => "a closure".into(),
        _ if value.is::<Model>() => "a model".into(),
        _ if value.is::<Query>() => "a query".into(),
        _ if value.is::<Column>() => "a column".into(),
        _ if value.is::<Referred>() => "a relation".into(),
        _ if value.is::<Condition>() => "a condition".into(),
        _ if value.is::<Order>() => "an order".into(),
        other => format!("a value of type {other}"),
    }
}

/// A model's columns and relations, one a line.
fn describe(model: &Model) -> String {
    let def = model.def;
    let width = model.names().map(str::len).max().unwrap_or(0);
    let mut text = format!("{} (table {})", def.name, def.table);
    for (column, field) in def.fields.iter().enumerate() {
        let mut notes = vec![field.ty.to_string()];
        if def.key.contains(&column) {
            notes.push("primary key".into());
        } else if !field.nullable {
            notes.push("not null".into());
        }
        if field.unique {
            notes.push("unique".into());
        } else if field.index {
            notes.push("index".into());
        }
        if let Some(key) = &field.foreign_key {
            notes.push(format!("refers to {}.{}", (key.target)().table, key.column));
        }
        let _ = write!(text, "\n  {:width$}  {}", field.name, notes.join(", "));
    }
    for relation in &def.relations {
        let target = (relation.target)().name;
        let target = if relation.kind == RelationKind::HasMany { format!("[{target}]") } else { target.into() };
        let _ = write!(text, "\n  {:width$}  → {target}", relation.name);
    }
    text
}

/// What went wrong in a line, and where.
pub(super) fn error(error: EvalAltResult, text: &str) -> String {
    let (error, position) = innermost(error);
    let (message, help) = match &error {
        EvalAltResult::ErrorVariableNotFound(name, _) => {
            (format!("there is no `{name}`"), Some("Make it with `let`; type help() for what there is."))
        }
        EvalAltResult::ErrorFunctionNotFound(signature, _) => {
            (format!("there is no function `{signature}`"), Some("Type help() for what there is."))
        }
        EvalAltResult::ErrorTerminated(..) => ("interrupted".into(), None),
        EvalAltResult::ErrorTooManyOperations(_) => {
            (format!("stopped after {} operations", super::engine::MAX_OPERATIONS), None)
        }
        EvalAltResult::ErrorRuntime(value, _) => (result(value).unwrap_or_default().unwrap_or_default(), None),
        other => {
            let mut other = unplaced(other);
            if let Some(first) = other.get_mut(..1) {
                first.make_ascii_lowercase();
            }
            (other, None)
        }
    };
    let (first, rest) = message.split_once('\n').unwrap_or((&message, ""));
    let mut shown = format!("error: {first}");
    if let (Some(line), Some(column)) = (position.line(), position.position()) {
        let _ = match text.lines().count() {
            0 | 1 => write!(shown, " (column {column})"),
            _ => write!(shown, " (line {line}, column {column})"),
        };
    }
    for line in rest.lines() {
        let _ = write!(shown, "\n{line}");
    }
    if let Some(help) = help {
        let _ = write!(shown, "\n  help: {help}");
    }
    shown
}

/// The error inside the calls it came through, and the place nearest to it.
fn innermost(error: EvalAltResult) -> (EvalAltResult, Position) {
    let place = error.position();
    match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _) => {
            let (inner, nearer) = innermost(*inner);
            (inner, if nearer.is_none() { place } else { nearer })
        }
        error => (error, place),
    }
}

/// The engine's own words without the place, which it puts at the end.
fn unplaced(error: &EvalAltResult) -> String {
    let text = error.to_string();
    let place = format!(" ({})", error.position());
    text.strip_suffix(&place).unwrap_or(&text).to_owned()
}
