//! What a column can have, and the comment of a table.

use aludel::{
    migrate::diff::{DiffOptions, diff},
    prelude::*,
};

use crate::change::change;

change!(
    a_computed_column,
    has: |_| true,
    found: ["added column `item.twice`"],
    before: {} {},
    after: {} { #[column(computed = |i| i.price * 2)] twice: i64, }
);

change!(
    what_a_column_is_computed_from,
    has: |_| true,
    found: ["change of what `item.more` is computed from"],
    before: {} { #[column(computed = |i| i.price * 2)] more: i64, },
    after: {} { #[column(computed = sql("price * 3"))] more: i64, }
);

change!(
    a_default_that_is_computed,
    has: |_| true,
    found: ["added column `item.stock`"],
    before: {} {},
    after: {} { #[column(server_default = sql("ABS(-3) * 2"))] stock: i64, }
);

change!(
    another_default,
    has: |_| true,
    found: ["server default on column `item.stock`"],
    before: {} { #[column(server_default = 7)] stock: i64, },
    after: {} { #[column(server_default = sql("3 + 4 * ABS(-2)"))] stock: i64, }
);

change!(
    comments,
    has: |_| true,
    found: ["added column `item.more`", "comment on table `item`", "comment on column `item.note`"],
    before: {} { #[column(comment = "it's")] note: Option<String>, },
    after: { , comment = "what is sold" } {
        #[column(comment = "it's so")]
        note: Option<String>,
        #[column(name = "more", comment = "a\\b")]
        more: Option<String>,
    }
);

change!(
    an_enum,
    has: |_| true,
    found: ["added type `item_mood` (`bad`, `good`)", "added column `item.mood`"],
    before: {} {},
    after: {} { #[column(server_default = Mood::Good)] mood: Mood, },
    types: {} {
        #[derive(DbEnum, Clone, Copy, Debug, PartialEq)]
        #[db_enum(name = "item_mood")]
        pub enum Mood { Bad, Good }
    }
);

change!(
    another_value_of_an_enum,
    has: |_| true,
    found: ["added value `fine` of type `item_mood`"],
    before: {} { #[column(server_default = Mood::Bad)] mood: Mood, },
    after: {} { #[column(server_default = Mood::Bad)] mood: Mood, },
    types: {
        #[derive(DbEnum, Clone, Copy, Debug, PartialEq)]
        #[db_enum(name = "item_mood")]
        pub enum Mood { Bad, Good }
    } {
        #[derive(DbEnum, Clone, Copy, Debug, PartialEq)]
        #[db_enum(name = "item_mood")]
        pub enum Mood { Bad, Fine, Good }
    }
);

/// Each database has collations of its own.
mod collations {
    use crate::change::change;

    change!(
        on_sqlite,
        only: ["sqlite"],
        has: |_| true,
        found: ["added column `item.label`"],
        before: {} {},
        after: {} { #[column(collate = "NOCASE")] label: Option<String>, }
    );

    change!(
        on_postgres,
        only: ["postgres"],
        has: |_| true,
        found: ["added column `item.label`"],
        before: {} {},
        after: {} { #[column(collate = "C")] label: Option<String>, }
    );

    change!(
        on_mysql,
        only: ["mysql", "mariadb"],
        has: |_| true,
        found: ["added column `item.label`"],
        before: {} {},
        after: {} { #[column(collate = "utf8mb4_general_ci")] label: Option<String>, }
    );
}

mod usual {
    use aludel::prelude::*;

    #[derive(Model, Debug)]
    #[model(table = "item")]
    pub struct Item {
        #[column(primary_key)]
        pub id: i64,
        pub changed: Timestamp,
    }
}

mod set_by_the_program {
    use aludel::prelude::*;

    #[derive(Model, Debug)]
    #[model(table = "item")]
    pub struct Item {
        #[column(primary_key)]
        pub id: i64,
        #[column(default = Timestamp::now, on_update = Timestamp::now)]
        pub changed: Timestamp,
    }
}

#[test]
fn what_the_program_sets_is_nothing_of_the_database() -> Result<()> {
    let (before, after) = (models![usual::Item].schema()?, models![set_by_the_program::Item].schema()?);
    assert!(diff(&before, &after, &DiffOptions::default())?.is_empty());
    Ok(())
}
