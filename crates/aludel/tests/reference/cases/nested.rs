//! Queries inside queries.

use aludel::{
    expr::{count_all, exists, not_exists, outer, scalar},
    prelude::*,
};

use crate::{
    construct::Construct,
    models::{Article, Person, Remark},
};

/// Whether one of the related rows fits.
pub fn any_related() -> impl Construct {
    Person::query().filter(|p| p.articles.any(|a| a.words.gt(150))).order_by(|p| p.id).select(|p| p.name)
}

/// Whether all of them do; of none, too.
pub fn all_related() -> impl Construct {
    Person::query().filter(|p| p.articles.all(|a| a.words.gt(150))).order_by(|p| p.id).select(|p| p.name)
}

/// Whether there are any.
pub fn none_related() -> impl Construct {
    Person::query().filter(|p| !p.articles.exists()).select(|p| p.name)
}

/// Whether a query finds nothing.
pub fn nowhere() -> impl Construct {
    Person::query().filter_expr(not_exists(Remark::query().filter(|r| r.text.eq("loud")))).select(|_| count_all())
}

/// How many.
pub fn counted_relation() -> impl Construct {
    Person::query().order_by(|p| p.id).select(|p| (p.name, p.articles.count()))
}

/// Inside, the handles of the query around are at hand; those of one further out through `outer`.
pub fn two_levels_out() -> impl Construct {
    Person::query()
        .filter(|p| p.articles.any(|a| a.remarks.any(|r| r.text.char_length().eq(outer(p.name.char_length())))))
        .select(|p| p.name)
}

/// Any query that sees the one around it begins with `within`.
pub fn correlated() -> impl Construct {
    Person::query()
        .filter(|p| exists(Article::within().filter(|a| a.author_id.eq(p.id).and(a.words.gt(250)))))
        .select(|p| p.name)
}

/// In what a query gives.
pub fn in_query() -> impl Construct {
    let authors = Article::query().filter(|a| a.words.lt(250)).select(|a| a.author_id);
    Person::query().filter(|p| p.id.in_query(authors)).select(|p| p.name)
}

/// Or not in it.
pub fn not_in_query() -> impl Construct {
    let authors = Article::query().select(|a| a.author_id);
    Person::query().filter(|p| p.id.not_in_query(authors)).select(|p| p.name)
}

/// With a limit, too.
pub fn in_limited_query() -> impl Construct {
    let newest = Article::query().order_by(|a| a.id.desc()).limit(1).select(|a| a.author_id);
    Person::query().filter(|p| p.id.in_query(newest)).select(|p| p.name)
}

/// As a value.
pub fn scalar_query() -> impl Construct {
    let average = Person::query().select(|p| p.rating.avg());
    Person::query().filter(|p| p.rating.gt(scalar(average))).select(|p| p.name)
}
