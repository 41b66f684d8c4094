//! Aggregates and groups.

use aludel::{
    expr::{count_all, cube, grouping, grouping_sets, rollup},
    prelude::*,
};

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

/// By their place in an order: the median, which may lie between two values, the first value past a half, and the most frequent one.
pub fn percentiles() -> impl Construct {
    Article::query().select(|a| {
        (a.words.percentile_cont(0.5), a.words.percentile_disc(0.5).filter(a.words.gt(100)), a.author_id.mode())
    })
}

/// As one array.
pub fn array_of_values() -> impl Construct {
    Article::query()
        .group_by(|a| a.author_id)
        .order_by(|a| a.author_id)
        .select(|a| (a.author_id, a.title.array_agg().order_by(a.words.desc())))
}

/// Of each group, and of groups of groups: what a sum is not by is `None`, and the columns are read by `get`.
pub fn rolled_up() -> impl Construct {
    let sums = Article::query()
        .group_by_sets(|a| rollup((a.author_id, a.words)))
        .select(|a| (a.get(|a| a.author_id), a.get(|a| a.words), a.get(|a| a.price).sum()));
    sums.subquery()
        .order_by(|(author_id, words, _)| (author_id.asc().nulls_last(), words.asc().nulls_last()))
        .select(|all| all)
}

/// Of every set of columns; `grouping` tells what a group is not by.
pub fn cubed() -> impl Construct {
    Article::query()
        .group_by_sets(|a| cube((a.author_id, a.words)))
        .order_by(|a| a.get(|a| a.author_id).asc().nulls_last())
        .order_by(|a| a.get(|a| a.words).asc().nulls_last())
        .select(|a| (a.get(|a| a.author_id), a.get(|a| a.words), grouping(a.get(|a| a.words)), count_all()))
}

/// Of the sets that are named, and of all rows.
pub fn sets_of_groups() -> impl Construct {
    Article::query()
        .group_by_sets(|a| grouping_sets().set(a.author_id).set(a.words.int_div(200)).whole())
        .order_by(|a| a.get(|a| a.author_id).asc().nulls_last())
        .order_by(|a| a.get(|a| a.words.int_div(200)).asc().nulls_last())
        .select(|a| (a.get(|a| a.author_id), a.get(|a| a.words.int_div(200)), a.get(|a| a.words).sum()))
}
