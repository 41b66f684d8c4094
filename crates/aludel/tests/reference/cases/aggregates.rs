//! Aggregates and groups.

use aludel::{expr::count_all, prelude::*};

use crate::{
    construct::Construct,
    models::{Article, Person},
};

/// Of all rows. Each has one type on every database; all but counts are `None` of no rows.
pub fn of_all_rows() -> impl Construct {
    Article::query()
        .select(|a| (count_all(), a.words.sum(), a.words.avg(), a.words.min(), a.words.max(), a.price.sum()))
}

/// Of each group.
pub fn of_groups() -> impl Construct {
    Person::query()
        .left_join(|p| p.articles)
        .group_by(|(p, _)| (p.id, p.name))
        .order_by(|(p, _)| p.id)
        .select(|(p, a)| (p.name, a.get(|a| a.id).count(), a.get(|a| a.words.sum()).coalesce(0)))
}

/// Groups that fit.
pub fn having() -> impl Construct {
    Article::query()
        .group_by(|a| a.author_id)
        .having(|a| a.words.sum().ge(300))
        .order_by(|a| a.author_id)
        .select(|a| a.author_id)
}

/// Groups that fit by what they are of, whether it is selected or not.
pub fn having_grouped() -> impl Construct {
    Article::query().group_by(|a| a.words.int_div(200)).having(|a| a.words.int_div(200).lt(1)).select(|_| count_all())
}

/// Of values that differ.
pub fn of_distinct_values() -> impl Construct {
    Article::query().select(|a| a.author_id.count().distinct())
}

/// Of some of the rows.
pub fn of_some_rows() -> impl Construct {
    Article::query().select(|a| (count_all().filter(a.words.gt(100)), a.words.sum().filter(a.author_id.eq(1))))
}

/// Texts joined, in an order.
pub fn joined_texts() -> impl Construct {
    Article::query().select(|a| a.title.string_agg(", ").order_by(a.title.desc()))
}
