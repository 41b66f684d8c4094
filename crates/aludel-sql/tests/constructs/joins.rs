use aludel_sql::{
    expr::{Expr, Function as F},
    statement::{Cte, Join, JoinKind, Relation, Select, SetOp, Source},
};

use super::{Case, case, tree::*};

fn joined(kind: JoinKind) -> Select {
    Select {
        columns: vec![c("name"), d("label")].into(),
        joins: vec![join(kind, table(1, "part"), eq(d("item_id"), c("id")))],
        order_by: vec![asc(call(F::Coalesce, vec![c("id"), v(99)])), asc(call(F::Coalesce, vec![d("id"), v(99)]))],
        ..unordered(vec![])
    }
}

fn values() -> Source {
    let rows = vec![vec![v(1), v("x")], vec![v(2), v("y")], vec![v(7), null()]];
    Source::new(1, Relation::Values { columns: names(&["number", "word"]), types: Vec::new(), rows })
}

/// The numbers from 1 to 5.
fn counted() -> Select {
    let again = Select {
        columns: vec![add(c("n"), v(1))].into(),
        from: vec![Source::new(0, Relation::Cte("counted".into()))],
        filter: Some(aludel_sql::Expr::binary(c("n"), aludel_sql::expr::BinaryOp::Lt, v(5))),
        ..Select::default()
    };
    let body = with(labelled(alone(vec![v(1)]), &["n"]), SetOp::UnionAll, again);
    Select {
        with: vec![Cte { recursive: true, ..cte("counted", &["n"], body) }],
        columns: vec![call(F::Sum, vec![c("n")])].into(),
        from: vec![Source::new(0, Relation::Cte("counted".into()))],
        ..Select::default()
    }
}

pub fn cases() -> Vec<Case> {
    let totals = || {
        labelled(
            Select { group_by: vec![c("item_id")], ..parts(vec![c("item_id"), Expr::CountAll]) },
            &["item_id", "many"],
        )
    };
    // The last part of each item.
    let last = || Select {
        labels: names(&["label"]),
        order_by: vec![desc(inner("id"))],
        limit: Some(1),
        ..parts_of(vec![inner("label")], eq(inner("item_id"), c("id")))
    };
    let lateral = |kind| Select {
        columns: vec![c("id"), d("label")].into(),
        joins: vec![join(kind, Source { lateral: true, ..query(1, last()) }, Expr::And(vec![]))],
        ..items(vec![])
    };
    const NO_LATERAL: &str =
        "Use a window function in a sub-query to number the rows, or a sub-query that gives one value";
    vec![
        case("JOIN", joined(JoinKind::Inner), "apple|one\napple|uno\nBanana|two"),
        case(
            "LEFT JOIN",
            joined(JoinKind::Left),
            "apple|one\napple|uno\nBanana|two\ncherry|NULL\ndate|NULL\na%c_|NULL",
        ),
        case("RIGHT JOIN", joined(JoinKind::Right), "apple|one\napple|uno\nBanana|two\nNULL|none"),
        case(
            "FULL JOIN",
            joined(JoinKind::Full),
            "apple|one\napple|uno\nBanana|two\ncherry|NULL\ndate|NULL\na%c_|NULL\nNULL|none",
        )
        .refused_by_mysql("Use a left join, and UNION ALL with the rows of the other that have no partner"),
        case(
            "CROSS JOIN",
            Select {
                joins: vec![Join { kind: JoinKind::Cross, source: table(1, "part"), on: None }],
                ..unordered(vec![Expr::CountAll])
            },
            "20",
        ),
        case(
            "a table joined to itself",
            Select {
                columns: vec![c("id"), d("id")].into(),
                joins: vec![join(
                    JoinKind::Inner,
                    table(1, "item"),
                    eq(c("kind"), d("kind")).and(gt(d("id"), c("id"))),
                )],
                ..items(vec![])
            },
            "1|2\n3|4",
        ),
        case(
            "tables with a comma between, and a join to the first",
            Select {
                columns: vec![c("id"), d("label"), Expr::column(2, "k")].into(),
                from: vec![table(0, "item"), table(2, "tally")],
                joins: vec![join(JoinKind::Left, table(1, "part"), eq(d("item_id"), c("id")))],
                filter: Some(eq(c("kind"), Expr::column(2, "k")).and(eq(c("kind"), v("a")))),
                order_by: vec![asc(c("id")), asc(d("id"))],
                ..Select::default()
            },
            "1|one|a\n1|uno|a\n2|two|a",
        ),
        case(
            "a sub-query in FROM",
            Select {
                columns: vec![c("name"), d("many")].into(),
                joins: vec![join(JoinKind::Inner, query(1, totals()), eq(d("item_id"), c("id")))],
                ..items(vec![])
            },
            "apple|2\nBanana|1",
        ),
        case(
            "VALUES in FROM",
            Select {
                columns: vec![c("name"), d("word")].into(),
                joins: vec![join(JoinKind::Inner, values(), eq(d("number"), c("id")))],
                ..items(vec![])
            },
            "apple|x\nBanana|y",
        ),
        case(
            "VALUES alone",
            Select {
                columns: vec![d("number"), d("word")].into(),
                from: vec![values()],
                order_by: vec![asc(d("number"))],
                ..Select::default()
            },
            "1|x\n2|y\n7|NULL",
        ),
        case("JOIN LATERAL", lateral(JoinKind::Inner), "1|uno\n2|two")
            .refused("sqlite", NO_LATERAL)
            .refused("mariadb", NO_LATERAL),
        case("LEFT JOIN LATERAL", lateral(JoinKind::Left), "1|uno\n2|two\n3|NULL\n4|NULL\n5|NULL")
            .refused("sqlite", NO_LATERAL)
            .refused("mariadb", NO_LATERAL),
        case(
            "WITH",
            Select {
                with: vec![cte("totals", &["item", "many"], totals())],
                columns: vec![c("name"), d("many")].into(),
                joins: vec![join(
                    JoinKind::Inner,
                    Source::new(1, Relation::Cte("totals".into())),
                    eq(d("item"), c("id")),
                )],
                ..items(vec![])
            },
            "apple|2\nBanana|1",
        ),
        case(
            "WITH … AS MATERIALIZED",
            Select {
                with: vec![Cte { materialized: Some(true), ..cte("t", &["a"], unordered(vec![c("id")])) }],
                columns: vec![call(F::Max, vec![c("a")])].into(),
                from: vec![Source::new(0, Relation::Cte("t".into()))],
                ..Select::default()
            },
            "5",
        ),
        case("WITH RECURSIVE", counted(), "15"),
    ]
}
