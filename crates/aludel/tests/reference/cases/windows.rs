//! Windows.

use aludel::{
    expr::{Bound, rank, row_number},
    prelude::*,
};

use crate::{construct::Construct, models::Article};

/// Rows numbered, those of each author by themselves.
pub fn numbered() -> impl Construct {
    Article::query()
        .order_by(|a| a.id)
        .select(|a| (a.title, row_number().over(|w| w.partition_by(a.author_id).order_by(a.words.desc()))))
}

/// Ranks; there are `dense_rank`, `percent_rank`, `cume_dist` and `ntile` as well.
pub fn ranked() -> impl Construct {
    Article::query().order_by(|a| a.id).select(|a| (a.title, rank().over(|w| w.order_by(a.author_id))))
}

/// What the rows before and after have.
pub fn neighbours() -> impl Construct {
    Article::query()
        .order_by(|a| a.id)
        .select(|a| (a.words.lag(1).over(|w| w.order_by(a.id)), a.words.lead(1).over(|w| w.order_by(a.id))))
}

/// An aggregate over the rows around each.
pub fn running_sum() -> impl Construct {
    Article::query()
        .order_by(|a| a.id)
        .select(|a| a.words.sum().over(|w| w.order_by(a.id).rows(Bound::Preceding(1), Bound::CurrentRow)))
}

/// Around each group of rows that are ordered alike.
pub fn frame_of_groups() -> impl Construct {
    Article::query()
        .order_by(|a| a.id)
        .select(|a| a.words.sum().over(|w| w.order_by(a.author_id).groups(Bound::Preceding(1), Bound::CurrentRow)))
}

/// A condition on a window needs a query around it: here, the longest article of each author.
pub fn greatest_of_each() -> impl Construct {
    Article::query()
        .select(|a| (a.title, row_number().over(|w| w.partition_by(a.author_id).order_by(a.words.desc()))))
        .subquery()
        .filter(|(_, number)| number.eq(1))
        .order_by(|(title, _)| title)
        .select(|(title, _)| title)
}
