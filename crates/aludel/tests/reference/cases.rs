//! The chapters.

mod aggregates;
mod changes;
mod conditions;
mod enums;
mod joins;
mod json;
mod nested;
mod raw;
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
                boolean_column, negated_boolean, comparison, no_null, null_as_a_value, negated, unknown, between, between_symmetric, in_list, in_empty_list, not_in_empty_list,
                in_rows, rows_in_order, row_in_query, compared_with_a_query, compared_with_a_list, compared_with_an_array, and_or_not, any_of_a_list, arithmetic_in_a_condition,
                if_there_is_a_value, reused,
            ],
        },
        Chapter {
            title: "Texts",
            source: include_str!("cases/texts.rs"),
            cases: cases![texts:
                like, starts_with, ilike, icontains, regexp, iregexp, regexp_replaced, iregexp_replaced, collated, concat, case_of_letters, parts_of_a_text, replaced, trimmed, words, rank, phrase,
                web_search, boolean_search, query_expansion, language_of_texts,
            ],
        },
        Chapter {
            title: "Numbers, dates, and values of any type",
            source: include_str!("cases/values.rs"),
            cases: cases![values:
                arithmetic, quotients, bits, rounding, powers, signs_and_logarithms, at_random, greatest_and_least, coalesced, searched_case, case_alone, cast, cast_or_null, coerced, cast_to_decimal, parts_of_a_date, now_and_today,
                by_name, fragment_of_sql,
            ],
        },
        Chapter {
            title: "Enums",
            source: include_str!("cases/enums.rs"),
            cases: cases![enums:
                enum_comparison, enum_in_list, enum_order, enum_least_and_greatest, enum_groups, enum_update,
            ],
        },
        Chapter {
            title: "JSON",
            source: include_str!("cases/json.rs"),
            cases: cases![json:
                json_text, json_value, json_whole, json_in_a_condition, json_keys, json_contained, json_without, json_without_path, json_merged,
            ],
        },
        Chapter {
            title: "Rows: which, in what order, how many",
            source: include_str!("cases/rows.rs"),
            cases: cases![rows:
                ordered, nulls_last, nulls_first, limit_and_offset, limit_with_ties, offset_alone, distinct, distinct_on, sampled, sampled_blocks, reordered, as_struct, boxed,
                with_relations, counted, paginated, streamed, locked, shared_lock, weak_lock, weakest_lock, locked_of,
            ],
        },
        Chapter {
            title: "Aggregates and groups",
            source: include_str!("cases/aggregates.rs"),
            cases: cases![aggregates: of_all_rows, of_groups, having, having_grouped, of_distinct_values, of_some_rows, joined_texts, percentiles, array_of_values,
                rolled_up, cubed, sets_of_groups],
        },
        Chapter {
            title: "Windows",
            source: include_str!("cases/windows.rs"),
            cases: cases![windows: numbered, ranked, parts_and_shares, neighbours, ends, running_sum, frame_of_values, frame_from_high_to_low, frame_of_time, frame_of_decimals, frame_of_peers,
                frame_of_groups, frame_without_the_row, greatest_of_each],
        },
        Chapter {
            title: "Joins",
            source: include_str!("cases/joins.rs"),
            cases: cases![joins:
                by_a_relation, left, of_itself, by_a_condition, left_by_a_condition, right, full, cross, three_sources, with_a_subquery, left_with_a_subquery, lateral, inner_lateral,
            ],
        },
        Chapter {
            title: "Queries inside queries",
            source: include_str!("cases/nested.rs"),
            cases: cases![nested:
                any_related, all_related, none_related, nowhere, counted_relation, two_levels_out, correlated, in_query, not_in_query, in_limited_query, scalar_query,
            ],
        },
        Chapter {
            title: "Sub-queries, CTEs and set operations",
            source: include_str!("cases/sources.rs"),
            cases: cases![sources:
                subquery, cte, materialized_cte, recursive_cte, recursive_cte_that_grows, given_rows, given_no_rows,
                series_of_integers, series_in_steps, series_of_each_row, json_elements, json_element_in_a_condition, json_members, array_elements, union, union_all, intersect, intersect_all, except,
                except_all, member_with_a_limit,
            ],
        },
        Chapter {
            title: "Changing rows",
            source: include_str!("cases/changes.rs"),
            cases: cases![changes:
                update, update_from_a_join, update_from_a_left_join, update_from_a_subquery, update_from_a_cte, update_from_values, update_to_default,
                update_returning,
                delete, delete_by_a_join, delete_by_a_left_join, delete_by_a_cte, delete_returning, read_what_changed, move_rows, insert_row, insert_rows,
                insert_query, insert_returning, upsert_nothing, upsert_update, upsert_update_where,
                upsert_on_any_key,
            ],
        },
        Chapter {
            title: "SQL of one's own",
            source: include_str!("cases/raw.rs"),
            cases: cases![raw: into_tuples, into_structs, into_entities, statement],
        },
    ]
}
