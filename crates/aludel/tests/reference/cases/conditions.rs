//! Conditions.

use aludel::{
    expr::{any_of, row, value},
    prelude::*,
};

use crate::{construct::Construct, models::Person};

/// A boolean column is a condition.
pub fn boolean_column() -> impl Construct {
    Person::query().filter(|p| p.active).order_by(|p| p.id).select(|p| p.name)
}

/// And so is its opposite.
pub fn negated_boolean() -> impl Construct {
    Person::query().filter(|p| !p.active).select(|p| p.name)
}

/// Comparisons: `eq ne lt le gt ge`, with values, columns and expressions.
pub fn comparison() -> impl Construct {
    Person::query().filter(|p| p.age.ge(18).and(p.score.gt(p.id))).select(|p| p.name)
}

/// A comparison with NULL is never true, and does not compile: say `is_null`.
pub fn no_null() -> impl Construct {
    Person::query().filter(|p| p.age.is_null()).select(|p| p.name)
}

/// To `is_distinct_from`, NULL is a value like others.
pub fn null_as_a_value() -> impl Construct {
    Person::query()
        .filter(|p| p.age.is_distinct_from(17).and(p.nick.is_not_distinct_from(value(Some("M".to_owned())))))
        .select(|p| p.name)
}

/// Between two values, both included.
pub fn between() -> impl Construct {
    Person::query().filter(|p| p.score.between(7, 10)).order_by(|p| p.id).select(|p| p.name)
}

/// In a list.
pub fn in_list() -> impl Construct {
    Person::query().filter(|p| p.name.in_list(["susan", "mary"])).order_by(|p| p.id).select(|p| p.name)
}

/// Nothing is in an empty list …
pub fn in_empty_list() -> impl Construct {
    Person::query().filter(|p| p.age.in_list(Vec::<i32>::new())).select(|p| p.name)
}

/// … and everything is not in it, NULL as well.
pub fn not_in_empty_list() -> impl Construct {
    Person::query().filter(|p| p.age.not_in_list(Vec::<i32>::new())).order_by(|p| p.id).select(|p| p.name)
}

/// Rows in a list of rows.
pub fn in_rows() -> impl Construct {
    Person::query().filter(|p| row((p.name, p.score)).in_list([("john", 7), ("mary", 0)])).select(|p| p.name)
}

/// `and`, `or` and `!`, or `&` and `|`, with as few parentheses as it takes.
pub fn and_or_not() -> impl Construct {
    Person::query().filter(|p| !(p.active.and(p.score.lt(9)).or(p.id.eq(1)))).order_by(|p| p.id).select(|p| p.name)
}

/// What a program makes out at run time; `all_of` is its like.
pub fn any_of_a_list() -> impl Construct {
    let names = vec!["susan", "john"];
    Person::query()
        .filter(|p| any_of(names.into_iter().map(|name| p.name.eq(name))))
        .order_by(|p| p.id)
        .select(|p| p.name)
}

/// Arithmetic on both sides.
pub fn arithmetic_in_a_condition() -> impl Construct {
    Person::query().filter(|p| ((p.score + 3) * 2).gt(p.id * 25)).select(|p| p.name)
}
