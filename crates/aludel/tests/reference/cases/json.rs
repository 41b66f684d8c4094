//! JSON.

use aludel::prelude::*;

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
