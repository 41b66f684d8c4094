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
