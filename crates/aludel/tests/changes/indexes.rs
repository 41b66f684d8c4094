//! Indexes of every kind.

use crate::change::change;

change!(
    an_index,
    has: |_| true,
    found: ["added index `ix_item_name_price` on `item` (`name`, `price` DESC)"],
    before: {} {},
    after: { , index(name, desc(price)) } {}
);

change!(
    a_unique_index,
    has: |_| true,
    found: ["changed index `ix_item_price` on `item` (`price`)"],
    before: { , index(price) } {},
    after: { , index(price, unique) } {}
);

change!(
    an_index_over_some_rows,
    has: |dialect| dialect.capability().partial_index,
    found: ["added index `ix_dear` on `item` (`price`)"],
    before: {} {},
    after: { , index(name = "ix_dear", price, where = |i| i.price.gt(100)) } {}
);

change!(
    an_index_over_an_expression,
    has: |dialect| dialect.capability().expression_index,
    found: ["added index `ix_lower` on `item` (`LOWER(name)`)"],
    before: {} {},
    after: { , index(name = "ix_lower", by = sql("LOWER(name)")) } {}
);

change!(
    an_index_by_a_method,
    has: |dialect| crate::change::has_method(dialect, "brin"),
    found: ["added index `ix_item_price` on `item` (`price`)"],
    before: {} {},
    after: { , index(using = brin, price) } {}
);

change!(
    an_index_with_more_beside_it,
    has: |dialect| dialect.capability().index_options,
    found: ["added index `ix_item_price` on `item` (`price` NULLS FIRST)"],
    before: {} {},
    after: { , index(nulls_first(price), include(name)) } {}
);

change!(
    an_index_by_an_operator_class,
    has: |dialect| dialect.capability().index_options,
    found: ["changed index `ix_item_name` on `item` (`name` text_pattern_ops DESC)"],
    before: { , index(name) } {},
    after: { , index(desc(ops(name, text_pattern_ops))) } {}
);

change!(
    an_expression_by_an_operator_class,
    has: |dialect| dialect.capability().index_options,
    found: ["added index `ix_lower` on `item` (`LOWER(name)` text_pattern_ops)"],
    before: {} {},
    after: { , index(name = "ix_lower", ops(by = sql("LOWER(name)"), text_pattern_ops)) } {}
);

change!(
    how_an_index_is_stored,
    has: |dialect| dialect.capability().index_options,
    found: ["changed index `ix_item_name` on `item` (`name`)"],
    before: { , index(name, with(fillfactor = 70)) } {},
    after: { , index(name, with(fillfactor = 80, deduplicate_items = off)) } {}
);

change!(
    a_unique_index_with_one_null,
    has: |dialect| dialect.capability().index_options,
    found: ["changed index `ix_item_name_price` on `item` (`name`, `price`)"],
    before: { , index(name, price, unique) } {},
    after: { , index(name, price, unique, nulls_not_distinct) } {}
);

change!(
    a_full_text_index,
    has: |dialect| crate::change::has_method(dialect, "fulltext"),
    found: ["added index `ix_item_name_body` on `item` (`name`, `body`)"],
    before: {} { body: Option<String>, },
    after: { , index(using = fulltext, name, body) } { body: Option<String>, }
);

change!(
    an_index_over_the_beginning,
    has: |dialect| dialect.capability().index_prefix,
    found: ["added index `ix_item_body_name_price` on `item` (`body`(50), `name`(10) DESC, `price`)"],
    before: {} { body: Option<String>, },
    after: { , index(body(50), desc(name(10)), price) } { body: Option<String>, }
);

change!(
    another_beginning,
    has: |dialect| dialect.capability().index_prefix,
    found: ["changed index `ix_item_name` on `item` (`name`(20))"],
    before: { , index(name(10)) } {},
    after: { , index(name(20), unique) } {}
);
