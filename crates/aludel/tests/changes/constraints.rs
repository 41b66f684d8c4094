//! Checks, unique constraints and foreign keys.

use crate::change::change;

change!(
    a_check,
    has: |_| true,
    found: ["added check constraint `ck_item_positive` on `item`"],
    before: {} {},
    after: { , check(positive = |i| i.price.gt(0)) } {}
);

change!(
    another_check,
    has: |_| true,
    found: [
        "removed check constraint `ck_item_positive` on `item`",
        "added check constraint `ck_item_positive` on `item`",
    ],
    before: { , check(positive = |i| i.price.gt(0)) } {},
    after: { , check(positive = sql("price > 0 OR name = 'gift'")) } {}
);

change!(
    a_unique_constraint,
    has: |_| true,
    found: ["added unique constraint `uq_item_name_price` on `item` (`name`, `price`)"],
    before: {} {},
    after: { , unique(name, price) } {}
);

change!(
    a_unique_constraint_with_one_null,
    has: |dialect| dialect.capability().index_options,
    found: [
        "removed unique constraint `uq_item_name_code` on `item` (`name`, `code`)",
        "added unique constraint `uq_item_name_code` on `item` (`name`, `code`)",
    ],
    before: { , unique(name, code) } { code: Option<i64>, },
    after: { , unique(name, code, nulls_not_distinct) } { code: Option<i64>, }
);

change!(
    an_exclusion,
    has: |dialect| dialect.capability().exclusion,
    found: ["added exclusion `ex_item_range` on `item` (`int8range(price, price + 1)` &&)"],
    before: {} {},
    after: { , exclude(name = "ex_item_range", using = gist, overlaps(by = sql("int8range(price, price + 1)"))) } {}
);

change!(
    another_exclusion,
    has: |dialect| dialect.capability().exclusion,
    found: [
        "removed exclusion `ex_item_name` on `item` (`name` =)",
        "added exclusion `ex_item_name` on `item` (`name` =)",
    ],
    before: { , exclude(eq(name)) } {},
    after: { , exclude(eq(name), where = |i| i.price.gt(0), deferrable) } {}
);

change!(
    a_foreign_key,
    has: |_| true,
    found: ["added foreign key `fk_item_parent` on `item` (`parent`) to `item` (`id`)"],
    before: {} { parent: Option<i64>, },
    after: {} { #[column(foreign_key = Item.id)] parent: Option<i64>, }
);

change!(
    a_foreign_key_of_two_columns,
    has: |_| true,
    found: ["added foreign key `fk_item_parent_of` on `item` (`parent`, `of`) to `item` (`id`, `price`)"],
    before: { , unique(id, price) } { parent: Option<i64>, of: Option<i64>, },
    after: { , unique(id, price), foreign_key(parent, of = Item(id, price), on_delete = cascade, on_update = cascade) }
        { parent: Option<i64>, of: Option<i64>, }
);

change!(
    what_happens_to_rows_that_refer,
    has: |_| true,
    found: [
        "removed foreign key `fk_item_parent` on `item` (`parent`) to `item` (`id`)",
        "added foreign key `fk_item_parent` on `item` (`parent`) to `item` (`id`)",
    ],
    before: {} { #[column(foreign_key = Item.id)] parent: Option<i64>, },
    after: {} { #[column(foreign_key = Item.id, on_delete = set_null)] parent: Option<i64>, }
);

change!(
    a_foreign_key_that_is_null_as_a_whole,
    has: |dialect| dialect.capability().foreign_key_options,
    found: [
        "removed foreign key `fk_item_parent_of` on `item` (`parent`, `of`) to `item` (`id`, `price`)",
        "added foreign key `fk_item_parent_of` on `item` (`parent`, `of`) to `item` (`id`, `price`)",
    ],
    before: { , unique(id, price), foreign_key(parent, of = Item(id, price)) } { parent: Option<i64>, of: Option<i64>, },
    after: { , unique(id, price), foreign_key(parent, of = Item(id, price), match_full) } { parent: Option<i64>, of: Option<i64>, }
);

change!(
    a_foreign_key_that_loses_a_part,
    has: |dialect| dialect.capability().foreign_key_options,
    found: ["added foreign key `fk_item_parent_price` on `item` (`parent`, `price`) to `item` (`id`, `price`)"],
    before: { , unique(id, price) } { parent: Option<i64>, },
    after: { , unique(id, price), foreign_key(parent, price = Item(id, price), on_delete = set_null(parent)) }
        { parent: Option<i64>, }
);

change!(
    a_foreign_key_that_waits,
    has: |dialect| dialect.capability().deferrable,
    found: [
        "removed foreign key `fk_item_parent` on `item` (`parent`) to `item` (`id`)",
        "added foreign key `fk_item_parent` on `item` (`parent`) to `item` (`id`)",
    ],
    before: {} { #[column(foreign_key = Item.id)] parent: Option<i64>, },
    after: {} { #[column(foreign_key = Item.id, deferrable = initially_deferred)] parent: Option<i64>, }
);
