//! Joins.

use aludel::{expr::count_all, prelude::*};

use crate::{
    construct::Construct,
    models::{Article, Person, Remark},
};

/// With the rows a relation leads to.
pub fn by_a_relation() -> impl Construct {
    Person::query()
        .join(|p| p.articles)
        .filter(|(p, a)| p.active.and(a.words.ge(200)))
        .order_by(|(_, a)| a.id)
        .select(|(p, a)| (p.name, a.title))
}

/// And those without any: what may not be there is an `Option`.
pub fn left() -> impl Construct {
    Person::query()
        .left_join(|p| p.articles)
        .order_by(|(p, a)| (p.id, a.get(|a| a.id)))
        .select(|(p, a)| (p.name, a.get(|a| a.title)))
}

/// A model with itself, along a relation.
pub fn of_itself() -> impl Construct {
    Person::query().join(|p| p.boss).order_by(|(p, _)| p.id).select(|(p, boss)| (p.name, boss.name))
}

/// By any condition.
pub fn by_a_condition() -> impl Construct {
    Person::query()
        .join_on::<Person>(|(p, other)| p.score.lt(other.score))
        .order_by(|(p, other)| (p.id, other.id))
        .select(|(p, other)| (p.name, other.name))
}

/// And those for which it never holds.
pub fn left_by_a_condition() -> impl Construct {
    Person::query()
        .left_join_on::<Article>(|(p, a)| a.get(|a| a.author_id).eq(p.id).and(a.get(|a| a.words).gt(150)))
        .order_by(|(p, _)| p.id)
        .select(|(p, a)| (p.name, a.get(|a| a.title)))
}

/// What came before may be missing.
pub fn right() -> impl Construct {
    Remark::query()
        .right_join_on::<Article>(|(r, a)| r.get(|r| r.article_id).eq(a.id))
        .order_by(|(_, a)| a.id)
        .select(|(r, a)| (r.get(|r| r.text), a.title))
}

/// Either may be missing.
pub fn full() -> impl Construct {
    Remark::query()
        .full_join_on::<Article>(|(r, a)| r.get(|r| r.article_id).eq(a.get(|a| a.id)).and(r.get(|r| r.text).eq("nice")))
        .order_by(|(r, a)| (r.get(|r| r.id).asc().nulls_last(), a.get(|a| a.id).asc().nulls_last()))
        .select(|(r, a)| (r.get(|r| r.text), a.get(|a| a.title)))
}

/// Every row with every other.
pub fn cross() -> impl Construct {
    Person::query().cross_join::<Article>().select(|_| count_all())
}

/// Up to eight sources.
pub fn three_sources() -> impl Construct {
    Remark::query()
        .join(|r| r.article)
        .join(|(_, a)| a.author)
        .order_by(|(r, ..)| r.id)
        .select(|(r, a, p)| (r.text, a.title, p.name))
}

/// With a sub-query.
pub fn with_a_subquery() -> impl Construct {
    let counts = Article::query().group_by(|a| a.author_id).select(|a| (a.author_id, count_all()));
    Person::query()
        .join_query(counts, |(p, (author, _))| author.eq(p.id))
        .order_by(|(p, _)| p.id)
        .select(|(p, (_, count))| (p.name, count))
}

/// And rows for which it has none.
pub fn left_with_a_subquery() -> impl Construct {
    let counts = Article::query().group_by(|a| a.author_id).select(|a| (a.author_id, count_all()));
    Person::query()
        .left_join_query(counts, |(p, c)| c.get(|(author, _)| author).eq(p.id))
        .order_by(|(p, _)| p.id)
        .select(|(p, c)| (p.name, c.get(|(_, count)| count)))
}

/// With a sub-query that sees the row it is joined to.
pub fn lateral() -> impl Construct {
    Person::query()
        .left_join_lateral(|p| p.articles.query().order_by(|a| a.words.desc()).limit(1))
        .order_by(|(p, _)| p.id)
        .select(|(p, a)| (p.name, a.get(|a| a.title)))
}

/// Only rows for which it finds something.
pub fn inner_lateral() -> impl Construct {
    Person::query()
        .join_lateral(|p| p.articles.query().order_by(|a| a.words.desc()).limit(1))
        .order_by(|(p, _)| p.id)
        .select(|(p, a)| (p.name, a.title))
}
