//! Windows.

use std::time::Duration;

use aludel::{
    expr::{Bound, Exclude, cume_dist, dense_rank, ntile, percent_rank, rank, row_number},
    prelude::*,
};
use rust_decimal::Decimal;

use crate::{construct::Construct, models::Article};

/// Rows numbered, those of each author by themselves.
pub fn numbered() -> impl Construct {
    Article::query()
        .order_by(|a| a.id)
        .select(|a| (a.title, row_number().over(|w| w.partition_by(a.author_id).order_by(a.words.desc()))))
}

/// Ranks, with gaps and without.
pub fn ranked() -> impl Construct {
    Article::query()
        .order_by(|a| a.id)
        .select(|a| (rank().over(|w| w.order_by(a.author_id)), dense_rank().over(|w| w.order_by(a.author_id))))
}

/// Ranks and numbers as shares of all rows, and rows in so many parts.
pub fn parts_and_shares() -> impl Construct {
    Article::query().filter(|a| a.id.le(2)).order_by(|a| a.id).select(|a| {
        (
            percent_rank().over(|w| w.order_by(a.id)),
            cume_dist().over(|w| w.order_by(a.id)),
            ntile(2).over(|w| w.order_by(a.id)),
        )
    })
}

/// What the rows before and after have.
pub fn neighbours() -> impl Construct {
    Article::query()
        .order_by(|a| a.id)
        .select(|a| (a.words.lag(1).over(|w| w.order_by(a.id)), a.words.lead(1).over(|w| w.order_by(a.id))))
}

/// What the first, the last and the second row have.
pub fn ends() -> impl Construct {
    Article::query().order_by(|a| a.id).select(|a| {
        (
            a.title.first_value().over(|w| w.order_by(a.id)),
            a.title.last_value().over(|w| w.order_by(a.id)),
            a.title.nth_value(2).over(|w| w.order_by(a.id)),
        )
    })
}

/// An aggregate over the rows around each.
pub fn running_sum() -> impl Construct {
    Article::query()
        .order_by(|a| a.id)
        .select(|a| a.words.sum().over(|w| w.order_by(a.id).rows(Bound::Preceding(1), Bound::CurrentRow)))
}

/// Over the rows with values not further away than this.
pub fn frame_of_values() -> impl Construct {
    Article::query()
        .order_by(|a| a.id)
        .select(|a| a.words.sum().over(|w| w.range_by(a.words, Bound::Preceding(100), Bound::CurrentRow)))
}

/// Over the rows with values not further away than this, from high to low.
pub fn frame_from_high_to_low() -> impl Construct {
    Article::query()
        .order_by(|a| a.id)
        .select(|a| a.words.sum().over(|w| w.range_by_desc(a.words, Bound::Preceding(100), Bound::CurrentRow)))
}

/// Over the rows of the 31 days before, too.
pub fn frame_of_time() -> impl Construct {
    let month = Duration::from_secs(31 * 86_400);
    Article::query()
        .order_by(|a| a.id)
        .select(move |a| a.words.sum().over(|w| w.range_by(a.written, Bound::Preceding(month), Bound::CurrentRow)))
}

/// Over the rows that cost no more than so much more.
pub fn frame_of_decimals() -> impl Construct {
    let more = Decimal::new(950, 2);
    Article::query()
        .order_by(|a| a.id)
        .select(move |a| a.words.sum().over(|w| w.range_by(a.price, Bound::CurrentRow, Bound::Following(more))))
}

/// Over the rows that are ordered like this one.
pub fn frame_of_peers() -> impl Construct {
    Article::query()
        .order_by(|a| a.id)
        .select(|a| a.words.sum().over(|w| w.order_by(a.author_id).range(Bound::CurrentRow, Bound::CurrentRow)))
}

/// Around each group of rows that are ordered alike.
pub fn frame_of_groups() -> impl Construct {
    Article::query()
        .order_by(|a| a.id)
        .select(|a| a.words.sum().over(|w| w.order_by(a.author_id).groups(Bound::Preceding(1), Bound::CurrentRow)))
}

/// Over all others.
pub fn frame_without_the_row() -> impl Construct {
    let all = (Bound::UnboundedPreceding, Bound::UnboundedFollowing);
    Article::query()
        .order_by(|a| a.id)
        .select(move |a| a.words.sum().over(|w| w.order_by(a.id).rows(all.0, all.1).exclude(Exclude::CurrentRow)))
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
