//! The chapters.

mod aggregates;
mod changes;
mod conditions;
mod joins;
mod json;
mod nested;
mod rows;
mod sources;
mod texts;
mod values;
mod windows;

use crate::{Chapter, cases};

pub fn chapters() -> Vec<Chapter> {
    vec![
        Chapter {
            title: "Conditions",
            source: include_str!("cases/conditions.rs"),
            cases: cases![conditions:
                boolean_column, negated_boolean, comparison, no_null, null_as_a_value, between, in_list, in_empty_list, not_in_empty_list,
                in_rows, and_or_not, any_of_a_list, arithmetic_in_a_condition,
            ],
        },
        Chapter {
            title: "Texts",
            source: include_str!("cases/texts.rs"),
            cases: cases![texts:
                like, starts_with, ilike, icontains, regexp, concat, case_of_letters, parts_of_a_text, replaced, trimmed, words, rank, phrase,
                web_search, boolean_search, query_expansion, language_of_texts,
            ],
        },
        Chapter {
            title: "Numbers, dates, and values of any type",
            source: include_str!("cases/values.rs"),
            cases: cases![values:
                arithmetic, quotients, bits, rounding, powers, greatest_and_least, coalesced, searched_case, cast, parts_of_a_date,
                by_name, fragment_of_sql,
            ],
        },
        Chapter {
            title: "JSON",
            source: include_str!("cases/json.rs"),
            cases: cases![json: json_text, json_value, json_in_a_condition],
        },
        Chapter {
            title: "Rows: which, in what order, how many",
            source: include_str!("cases/rows.rs"),
            cases: cases![rows:
                ordered, nulls_last, nulls_first, limit_and_offset, offset_alone, distinct, distinct_on, locked, shared_lock,
            ],
        },
        Chapter {
            title: "Aggregates and groups",
            source: include_str!("cases/aggregates.rs"),
            cases: cases![aggregates: of_all_rows, of_groups, having, having_grouped, of_distinct_values, of_some_rows, joined_texts],
        },
        Chapter {
            title: "Windows",
            source: include_str!("cases/windows.rs"),
            cases: cases![windows: numbered, ranked, neighbours, running_sum, frame_of_groups, greatest_of_each],
        },
        Chapter {
            title: "Joins",
            source: include_str!("cases/joins.rs"),
            cases: cases![joins:
                by_a_relation, left, of_itself, by_a_condition, right, full, cross, three_sources, with_a_subquery, lateral,
            ],
        },
        Chapter {
            title: "Queries inside queries",
            source: include_str!("cases/nested.rs"),
            cases: cases![nested:
                any_related, all_related, none_related, counted_relation, two_levels_out, correlated, in_query, in_limited_query, scalar_query,
            ],
        },
        Chapter {
            title: "Sub-queries, CTEs and set operations",
            source: include_str!("cases/sources.rs"),
            cases: cases![sources:
                subquery, cte, recursive_cte, recursive_cte_that_grows, given_rows, given_no_rows, union, union_all, intersect, except,
                except_all, member_with_a_limit,
            ],
        },
        Chapter {
            title: "Changing rows",
            source: include_str!("cases/changes.rs"),
            cases: cases![changes:
                update, update_from_a_join, update_from_a_left_join, update_from_a_subquery, update_from_a_cte, update_from_values, update_returning,
                delete, delete_by_a_join, delete_by_a_left_join, delete_by_a_cte, delete_returning, insert_row, insert_rows,
                insert_query, insert_returning, upsert_nothing, upsert_update, upsert_update_where,
            ],
        },
    ]
}
