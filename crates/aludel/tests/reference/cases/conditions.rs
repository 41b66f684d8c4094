//! Conditions.

use aludel::{
    expr::{Compare, any_of, row, value},
    prelude::*,
};

use crate::{
    construct::Construct,
    models::{Article, Person, PersonFields},
};

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

/// What is not so.
pub fn negated() -> impl Construct {
    Person::query()
        .filter(|p| p.score.not_between(0, 8).and(p.nick.is_not_null()).and(p.name.not_like("m%")).and(p.id.ne(9)))
        .select(|p| p.name)
}

/// A comparison that SQL leaves unknown is `false` when it is selected; `or_null` tells the two apart.
pub fn unknown() -> impl Construct {
    Person::query().order_by(|p| p.id).select(|p| (p.age.gt(18), p.age.gt(18).or_null()))
}

/// Between two values, both included.
pub fn between() -> impl Construct {
    Person::query().filter(|p| p.score.between(7, 10)).order_by(|p| p.id).select(|p| p.name)
}

/// Whichever of the two is the lower one.
pub fn between_symmetric() -> impl Construct {
    Person::query().filter(|p| p.score.between_symmetric(10, 7)).order_by(|p| p.id).select(|p| p.name)
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

/// Rows are compared column by column, the first counting most.
pub fn rows_in_order() -> impl Construct {
    Person::query().filter(|p| row((p.score, p.id)).lt((10, 1))).order_by(|p| p.id).select(|p| p.name)
}

/// And looked for in what a query gives.
pub fn row_in_query() -> impl Construct {
    let long = Article::query().filter(|a| a.words.gt(200)).select(|a| (a.author_id, a.title));
    Article::query().filter(|a| row((a.author_id, a.title)).in_query(long)).select(|a| a.title)
}

/// With all values that a query gives; `compare_any` is its like.
pub fn compared_with_a_query() -> impl Construct {
    let ratings = Person::query().select(|p| p.rating);
    Person::query().filter(|p| p.rating.compare_all(Compare::Ge, ratings)).select(|p| p.name)
}

/// With all of a list, or any: one array where the database has them.
pub fn compared_with_a_list() -> impl Construct {
    Person::query().filter(|p| p.score.compare_all(Compare::Gt, vec![-5, 7])).select(|p| p.name)
}

/// With the elements of an array.
pub fn compared_with_an_array() -> impl Construct {
    Article::query()
        .group_by(|a| a.author_id)
        .having(|a| value(100).compare_any(Compare::Eq, a.words.array_agg()))
        .select(|a| a.author_id)
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

/// If there is a value to filter by.
pub fn if_there_is_a_value() -> impl Construct {
    let (name, least) = (Some("susan"), None::<i64>);
    Person::query()
        .filter_some(name, |p, name| p.name.eq(name))
        .filter_some(least, |p, least| p.score.ge(least))
        .select(|p| p.name)
}

/// Conditions that are used in several places are functions over any scope.
pub fn reused() -> impl Construct {
    fn grown<S>(p: PersonFields<S>) -> Expr<S> {
        p.age.ge(18)
    }
    Article::query().join(|a| a.author).filter(|(_, p)| grown(p)).order_by(|(a, _)| a.id).select(|(a, _)| a.title)
}
