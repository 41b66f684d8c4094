//! What is warned of.

use std::{
    fmt,
    sync::{Arc, Mutex},
};

use aludel::prelude::*;
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

use crate::models::{Article, Person, rows};

/// The messages of the warnings about queries.
#[derive(Clone, Default)]
struct Warnings(Arc<Mutex<Vec<String>>>);

impl Subscriber for Warnings {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "aludel::query" && *metadata.level() == tracing::Level::WARN
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

impl Visit for Warnings {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0.lock().expect("no panic").push(format!("{value:?}"));
        }
    }
}

#[tokio::test]
async fn sources_that_nothing_connects_are_warned_of_once() -> Result<()> {
    let db = rows().await?;
    let warnings = Warnings::default();
    let _guard = tracing::subscriber::set_default(warnings.clone());
    for words in [100, 200] {
        let forgot = Person::query().join_on::<Article>(|(_, a)| a.words.gt(words)).select(|(p, a)| (p.name, a.title));
        forgot.all(&db).await?;
    }
    Person::query().cross_join::<Article>().select(|(p, a)| (p.score, a.words)).all(&db).await?;
    Person::query().join(|p| p.articles).select(|(p, a)| (p.score, a.words)).all(&db).await?;
    let warned = warnings.0.lock().expect("no panic").clone();
    assert_eq!(warned.len(), 1, "{warned:?}");
    assert!(warned[0].starts_with("no condition connects people with article"), "{}", warned[0]);
    Ok(())
}
