//! The models that the queries are over, and a few rows of them.
#![allow(dead_code)]

use aludel::{prelude::*, sql};

use crate::support::TestDb;

#[derive(Model, Clone, Debug)]
#[model(table = "people", display = "<Person {name}>")]
pub struct Person {
    #[column(primary_key)]
    pub id: i64,
    #[column(length = 64, unique)]
    pub name: String,
    #[column(length = 64)]
    pub nick: Option<String>,
    pub age: Option<i32>,
    pub score: i64,
    pub active: bool,
    pub rating: f64,
    #[column(foreign_key = Person.id)]
    pub boss_id: Option<i64>,
    pub settings: serde_json::Value,
    #[relation(key = boss_id, back_populates = staff)]
    pub boss: BelongsTo<Option<Person>>,
    #[relation(back_populates = boss)]
    pub staff: HasMany<Person>,
    #[relation(back_populates = author)]
    pub articles: HasMany<Article>,
}

#[derive(Model, Clone, Debug)]
pub struct Article {
    #[column(primary_key)]
    pub id: i64,
    #[column(length = 140)]
    pub title: String,
    pub words: i32,
    #[column(precision = 10, scale = 2)]
    pub price: rust_decimal::Decimal,
    pub written: Timestamp,
    #[column(foreign_key = Person.id)]
    pub author_id: i64,
    #[relation(key = author_id, back_populates = articles)]
    pub author: BelongsTo<Person>,
    #[relation(back_populates = article)]
    pub remarks: HasMany<Remark>,
}

#[derive(Model, Clone, Debug)]
pub struct Remark {
    #[column(primary_key)]
    pub id: i64,
    #[column(length = 140)]
    pub text: String,
    #[column(foreign_key = Article.id)]
    pub article_id: i64,
    #[relation(key = article_id, back_populates = remarks)]
    pub article: BelongsTo<Article>,
}

/// Three people (susan leads john and mary), three articles (two of susan's, one of john's), two remarks.
pub async fn rows() -> Result<TestDb> {
    let db = TestDb::with_tables().await;
    let mut session = db.session();
    let susan = session.add(new!(Person {
        name: "susan",
        nick: "Sue",
        age: 34,
        score: 10,
        active: true,
        rating: 4.5,
        settings: (serde_json::json!({"theme": "dark", "size": 12, "tags": ["a", "b"]})),
    }));
    let john = session.add(new!(Person {
        name: "john",
        age: 17,
        score: 7,
        active: true,
        rating: 2.25,
        boss: susan,
        settings: (serde_json::json!({"theme": null})),
    }));
    session.add(new!(Person {
        name: "mary",
        nick: "M",
        score: -3,
        active: false,
        rating: 0.5,
        boss: susan,
        settings: (serde_json::json!({})),
    }));
    let at = |text: &str| text.parse::<Timestamp>().expect("a timestamp");
    let mut articles = Vec::new();
    for (title, words, cents, written, author) in [
        ("Ant 100%", 100, 1050, "2026-01-02T03:04:05Z", susan),
        ("Bee", 200, 2000, "2026-02-02T00:00:00Z", susan),
        ("Cat", 300, 333, "2025-12-31T23:59:59Z", john),
    ] {
        articles.push(session.add(new!(Article {
            title: title,
            words: words,
            price: (rust_decimal::Decimal::new(cents, 2)),
            written: (at(written)),
            author: author,
        })));
    }
    session.add(new!(Remark { text: "nice", article: (articles[0]) }));
    session.add(new!(Remark { text: "long", article: (articles[2]) }));
    session.commit().await?;
    Ok(db)
}

/// Gives full-text search the indexes it wants on MySQL and MariaDB. To other databases it is no statement.
pub async fn searchable(db: &Db) {
    for index in ["names ON people (name)", "words ON people (name, nick)"] {
        let _ = sql(format!("CREATE FULLTEXT INDEX {index}")).exec(db).await;
    }
}
