//! Sub-queries, CTEs and set operations.

use aludel::{
    Cte, elements,
    expr::{count_all, exists, value},
    members,
    prelude::*,
    series, unnest, values,
};

use crate::{
    construct::Construct,
    models::{Article, Person},
};

/// A query over the rows of another.
pub fn subquery() -> impl Construct {
    Article::query()
        .group_by(|a| a.author_id)
        .select(|a| (a.author_id, count_all()))
        .subquery()
        .filter(|(_, count)| count.gt(1))
}

/// A query with a name.
pub fn cte() -> impl Construct {
    let long = Article::query().filter(|a| a.words.ge(200)).cte("long_ones");
    Person::query()
        .join_query(&long, |(p, a)| a.author_id.eq(p.id))
        .order_by(|(_, a)| a.id)
        .select(|(p, a)| (p.name, a.title))
}

/// Made once and kept, where the database lets one say so, or put where it is read.
pub fn materialized_cte() -> impl Construct {
    let long = Article::query().filter(|a| a.words.ge(200)).cte("long_ones").materialized(true);
    long.query().order_by(|a| a.id).select(|a| a.title)
}

/// One that reads itself.
pub fn recursive_cte() -> impl Construct {
    let first = Person::query().filter(|p| p.boss_id.is_null()).select(|p| (p.id, p.name, value(0i64)));
    let tree = Cte::recursive("tree", first, |tree| {
        tree.join_on::<Person>(|((above, ..), p)| p.boss_id.eq(above))
            .select(|((_, _, depth), p)| (p.id, p.name, depth + 1))
    });
    tree.query().order_by(|(id, ..)| id).select(|(_, name, depth)| (name, depth))
}

/// What it makes may be wider than what it begins with.
pub fn recursive_cte_that_grows() -> impl Construct {
    let first = Article::query().filter(|a| a.id.eq(1)).select(|a| (a.words, a.title));
    let grown = Cte::recursive("grown", first, |grown| {
        grown.filter(|(words, _)| words.lt(400)).select(|(words, title)| (words * 2, title.concat("!")))
    });
    grown.query().order_by(|(words, _)| words)
}

/// Rows that the program has.
pub fn given_rows() -> impl Construct {
    let names = values([(1i64, "first"), (3, "third")]);
    Person::query()
        .join_query(names, |(p, (id, _))| id.eq(p.id))
        .order_by(|(p, _)| p.id)
        .select(|(p, (_, name))| (p.name, name))
}

/// Or has none of.
pub fn given_no_rows() -> impl Construct {
    values(Vec::<(i64, String)>::new()).query()
}

/// The integers from one to another.
pub fn series_of_integers() -> impl Construct {
    series(1, 3)
        .query()
        .left_join_on::<Person>(|((n,), p)| p.get(|p| p.score).eq(n * 5))
        .order_by(|((n,), _)| n)
        .select(|((n,), p)| (n, p.get(|p| p.name)))
}

/// In steps, which may lead downwards.
pub fn series_in_steps() -> impl Construct {
    series(10, 1).step(-4).query().order_by(|(n,)| n.desc())
}

/// What gives rows may look at the row it is joined to, on every database.
pub fn series_of_each_row() -> impl Construct {
    Person::query().join_lateral(|p| series(p.id, 2)).order_by(|(p, (n,))| (p.id, n)).select(|(p, (n,))| (p.name, n))
}

/// The elements of a JSON array, and the place of each; none of anything else.
pub fn json_elements() -> impl Construct {
    Person::query()
        .join_lateral(|p| elements(p.settings.at("tags").as_json()))
        .order_by(|(_, (place, _))| place)
        .select(|(p, (place, tag))| (p.name, place, tag.as_text()))
}

/// In a condition.
pub fn json_element_in_a_condition() -> impl Construct {
    Person::query()
        .filter(|p| exists(elements(p.settings.at("tags").as_json()).within().filter(|(_, tag)| tag.as_text().eq("b"))))
        .select(|p| p.name)
}

/// The members of a JSON object.
pub fn json_members() -> impl Construct {
    Person::query()
        .left_join_lateral(|p| members(p.settings))
        .order_by(|(p, member)| (p.id, member.get(|(key, _)| key)))
        .select(|(p, member)| (p.name, member.get(|(key, _)| key), member.get(|(_, value)| value)))
}

/// The elements of an array, and the place of each.
pub fn array_elements() -> impl Construct {
    unnest(value(vec!["a".to_owned(), "b".to_owned()])).query().order_by(|(place, _)| place)
}

/// The rows of either, once.
pub fn union() -> impl Construct {
    let active = Person::query().filter(|p| p.active).select(|p| (p.id, p.name));
    active.union(Person::query().filter(|p| p.score.lt(9)).select(|p| (p.id, p.name))).order_by(|(id, _)| id)
}

/// The rows of both.
pub fn union_all() -> impl Construct {
    let active = Person::query().filter(|p| p.active).select(|p| (p.id, p.name));
    active.union_all(Person::query().filter(|p| p.score.lt(9)).select(|p| (p.id, p.name))).order_by(|(id, _)| id)
}

/// The rows that are in both.
pub fn intersect() -> impl Construct {
    let active = Person::query().filter(|p| p.active).select(|p| (p.id, p.name));
    active.intersect(Person::query().filter(|p| p.score.lt(9)).select(|p| (p.id, p.name)))
}

/// As often as both have them.
pub fn intersect_all() -> impl Construct {
    let authors = Article::query().select(|a| (a.author_id,));
    authors.intersect_all(Article::query().select(|a| (a.author_id,))).order_by(|(id,)| id)
}

/// The rows of the first that are not in the second.
pub fn except() -> impl Construct {
    let active = Person::query().filter(|p| p.active).select(|p| (p.id, p.name));
    active.except(Person::query().filter(|p| p.score.lt(9)).select(|p| (p.id, p.name)))
}

/// As often as the first has them more than the second.
pub fn except_all() -> impl Construct {
    let authors = Article::query().select(|a| (a.author_id,));
    authors.except_all(Person::query().filter(|p| p.active).select(|p| (p.id,))).order_by(|(id,)| id)
}

/// A member may have an order and a limit of its own.
pub fn member_with_a_limit() -> impl Construct {
    let last = Person::query().order_by(|p| p.id.desc()).limit(1).select(|p| (p.id, p.name));
    last.union_all(Person::query().order_by(|p| p.id).limit(1).select(|p| (p.id, p.name))).order_by(|(id, _)| id)
}
