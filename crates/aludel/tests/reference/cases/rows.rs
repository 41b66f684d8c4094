//! Which rows, in what order, how many.
#![allow(dead_code, reason = "fields are shown alone")]

use aludel::{prelude::*, query::Sample, sql::Dialect};

use crate::{
    construct::{Construct, count, each, page, stream},
    models::{Article, Person, Remark},
};

/// By several things, the first counting most.
pub fn ordered() -> impl Construct {
    Person::query().order_by(|p| (p.active.desc(), p.name)).select(|p| p.name)
}

/// Without a word, PostgreSQL takes NULL for the greatest, and the others for the least.
pub fn nulls_last() -> impl Construct {
    Person::query().order_by(|p| p.age.asc().nulls_last()).select(|p| (p.name, p.age))
}

/// NULLs first.
pub fn nulls_first() -> impl Construct {
    Person::query().order_by(|p| p.age.desc().nulls_first()).select(|p| (p.name, p.age))
}

/// Some of them.
pub fn limit_and_offset() -> impl Construct {
    Person::query().order_by(|p| p.id).limit(1).offset(1).select(|p| p.name)
}

/// And with the last of them those that are ordered like it.
pub fn limit_with_ties() -> impl Construct {
    Person::query().order_by(|p| p.active.desc()).limit_with_ties(1).select(|p| p.active)
}

/// All but the first.
pub fn offset_alone() -> impl Construct {
    Person::query().order_by(|p| p.id).offset(1).select(|p| p.name)
}

/// Equal rows once.
pub fn distinct() -> impl Construct {
    Article::query().order_by(|a| a.author_id).select(|a| a.author_id).distinct()
}

/// The first row of each kind, in the order of the query.
pub fn distinct_on() -> impl Construct {
    Article::query()
        .distinct_on(|a| a.author_id)
        .order_by(|a| (a.author_id, a.words.desc()))
        .select(|a| (a.author_id, a.title))
}

/// A part of the rows at random, each with a probability of so many in a hundred; the same part again for the same seed.
pub fn sampled() -> impl Construct {
    Article::query().sample(Sample::rows(100.0).repeatable(42)).order_by(|a| a.id).select(|a| a.title)
}

/// Blocks of the table at random, which is faster and less random.
pub fn sampled_blocks() -> impl Construct {
    Article::query().sample(Sample::blocks(100.0)).order_by(|a| a.id).select(|a| a.title)
}

/// An order can be forgotten, and another take its place.
pub fn reordered() -> impl Construct {
    let by_name = Person::query().order_by(|p| p.name);
    by_name.unordered().order_by(|p| p.id.desc()).select(|p| p.name)
}

/// Into a struct of the program's own: what is selected becomes its fields in their order.
pub fn as_struct() -> impl Construct {
    #[derive(FromRow, Clone, Debug)]
    struct Named {
        name: String,
        articles: i64,
    }

    Person::query().order_by(|p| p.id).select(|p| (p.name, p.articles.count())).as_struct::<Named>()
}

/// Queries over different sources are of one type, when it does not say these.
pub fn boxed() -> impl Construct {
    let of_people = false;
    let texts = if of_people {
        Person::query().order_by(|p| p.id).select(|p| p.name).boxed()
    } else {
        Article::query().join(|a| a.author).order_by(|(a, _)| a.id).select(|(a, _)| a.title).boxed()
    };
    texts.limit(1)
}

/// `.with(…)` loads relations along with the rows, by one more SELECT for all of them, and `get` has them.
pub fn with_relations() -> impl Construct {
    let people = Person::query().order_by(|p| p.id).with(|p| p.articles.with(|a| a.remarks));
    let show = |person: &Person| {
        let articles = person.articles.get();
        let remarks: usize = articles.iter().map(|article| article.remarks.get().len()).sum();
        format!("{}: {} articles, {remarks} remarks", person.name, articles.len())
    };
    each(people, show, articles_and_remarks)
}

// Keys are repeated up to a power of two of them.
fn articles_and_remarks(dialect: &dyn Dialect) -> Result<Vec<String>> {
    let articles = Article::query().filter(|a| a.author_id.in_list([1, 2, 3, 1])).order_by(|a| a.id);
    let remarks = Remark::query().filter(|r| r.article_id.in_list([1, 2, 3, 1])).order_by(|r| r.id);
    Ok(vec![articles.to_sql(dialect)?.sql, remarks.to_sql(dialect)?.sql])
}

/// `.count(&db)`: how many rows there are.
pub fn counted() -> impl Construct {
    count(Person::query().filter(|p| p.active))
}

/// `.paginate(2, 2).all(&db)`: a page, from 1, of so many rows, and how many rows and pages there are.
pub fn paginated() -> impl Construct {
    page(Article::query().order_by(|a| a.id).select(|a| a.title), 2, 2)
}

/// `.stream(&db)`: row by row, with one portion of them in memory.
pub fn streamed() -> impl Construct {
    stream(Article::query().order_by(|a| a.id).select(|a| (a.id, a.title)))
}

/// Rows that nobody else changes until the transaction ends; those that others have are left out. On SQLite the transaction
/// is alone with the database anyhow.
pub fn locked() -> impl Construct {
    Person::query().filter(|p| p.id.eq(1)).select(|p| p.name).for_update().skip_locked()
}

/// Rows that others may read on.
pub fn shared_lock() -> impl Construct {
    Person::query().filter(|p| p.id.eq(1)).select(|p| p.name).for_share()
}

/// Rows that others may still refer to, at once or not at all.
pub fn weak_lock() -> impl Construct {
    Person::query().filter(|p| p.id.eq(1)).select(|p| p.name).for_no_key_update().no_wait()
}

/// Rows of which others may still change all but the key.
pub fn weakest_lock() -> impl Construct {
    Person::query().filter(|p| p.id.eq(1)).select(|p| p.name).for_key_share()
}

/// Rows of some of what is joined. PostgreSQL locks none that an outer join may be without, and wants the others said.
pub fn locked_of() -> impl Construct {
    Article::query()
        .left_join(|a| a.remarks)
        .filter(|(a, _)| a.id.eq(1))
        .select(|(a, r)| (a.title, r.get(|r| r.text)))
        .for_update()
        .of(|(a, _)| a)
}
