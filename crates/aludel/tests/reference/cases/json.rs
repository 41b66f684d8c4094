//! JSON.

use aludel::prelude::*;
use serde_json::json;

use crate::{construct::Construct, models::Person};

/// What is at a path, as text; nothing where there is nothing, or JSON's null.
pub fn json_text() -> impl Construct {
    Person::query()
        .order_by(|p| p.id)
        .select(|p| (p.settings.at("theme").as_text(), p.settings.at("tags").at(1).as_text()))
}

/// As a value of a type.
pub fn json_value() -> impl Construct {
    Person::query().order_by(|p| p.id).select(|p| p.settings.at("size").as_value::<i64>())
}

/// As JSON.
pub fn json_whole() -> impl Construct {
    Person::query().filter(|p| p.id.eq(1)).select(|p| p.settings.at("tags").as_json())
}

/// In a condition.
pub fn json_in_a_condition() -> impl Construct {
    Person::query().filter(|p| p.settings.at("theme").as_text().eq("dark")).select(|p| p.name)
}

/// Whether it is an object that has a key, one of some, or all of them.
pub fn json_keys() -> impl Construct {
    Person::query().order_by(|p| p.id).select(|p| {
        let s = p.settings;
        (s.has_key("theme"), s.has_any_key(["size", "font"]), s.has_all_keys(["theme", "size"]))
    })
}

/// Whether all of a value is in another: its keys, and of its arrays the elements.
pub fn json_contained() -> impl Construct {
    Person::query().filter(|p| p.settings.contains_json(json!({"tags": ["b"]}))).select(|p| p.name)
}

/// An object without a key.
pub fn json_without() -> impl Construct {
    Person::query().filter(|p| p.id.eq(1)).update(|p| p.settings.set(p.settings.without_key("tags")))
}

/// A value without what is at a path.
pub fn json_without_path() -> impl Construct {
    Person::query().filter(|p| p.id.eq(1)).select(|p| p.settings.at("tags").at(0).removed())
}

/// Two objects in one.
pub fn json_merged() -> impl Construct {
    Person::query().filter(|p| p.id.eq(1)).select(|p| p.settings.merged(json!({"theme": "light"})))
}
