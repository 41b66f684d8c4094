use aludel_sql::{
    expr::{BinaryOp as B, Expr, Function as F},
    statement::{Nulls, Order, Sample, Select, SetOp, Source},
};

use super::{Case, case, tree::*};

fn ids(low: i64, high: i64) -> Select {
    Select { filter: Some(op(c("id"), B::Ge, v(low)).and(op(c("id"), B::Le, v(high)))), ..unordered(vec![c("id")]) }
}

fn kinds() -> Select {
    Select { filter: Some(op(c("id"), B::Lt, v(5))), ..unordered(vec![c("kind")]) }
}

fn ordered(select: Select, order_by: Vec<Order>) -> Select {
    Select { order_by, ..select }
}

fn sampled(sample: Sample) -> Select {
    Select { from: vec![Source { sample: Some(sample), ..table(0, "item") }], ..items(vec![c("id")]) }
}

const AT_RANDOM: &str = "Order the rows by a random number, and take as many as are wanted";

pub fn cases() -> Vec<Case> {
    const IN_A_SUBQUERY: &str = "Put the query in a sub-query, and order and limit that";
    let of_kinds = Select {
        limit: Some(3),
        with_ties: true,
        order_by: vec![nulls(asc(c("kind")), Nulls::Last)],
        ..unordered(vec![c("kind")])
    };
    let by = |order: Order| ordered(unordered(vec![c("id")]), vec![order, asc(c("id"))]);
    let set = |op, low: i64, high: i64| ordered(with(ids(1, 3), op, ids(low, high)), vec![asc(c("id"))]);
    let numbered = |op| {
        ordered(
            with(kinds(), op, Select { limit: Some(1), order_by: vec![asc(c("id"))], ..kinds() }),
            vec![asc(c("kind"))],
        )
    };
    let first =
        |order_by: Vec<Order>| Select { distinct_on: vec![c("kind")], order_by, ..unordered(vec![c("kind"), c("id")]) };
    vec![
        case("ORDER BY … NULLS FIRST", by(nulls(asc(c("n")), Nulls::First)), "4\n1\n2\n3\n5"),
        case("ORDER BY … NULLS LAST", by(nulls(asc(c("n")), Nulls::Last)), "1\n2\n3\n5\n4"),
        case("ORDER BY … DESC NULLS FIRST", by(nulls(desc(c("n")), Nulls::First)), "4\n5\n3\n2\n1"),
        case("ORDER BY … DESC NULLS LAST", by(nulls(desc(c("n")), Nulls::Last)), "5\n3\n2\n1\n4"),
        case("ORDER BY an expression with a value", by(asc(op(c("id"), B::Rem, v(2)))), "2\n4\n1\n3\n5"),
        case("TABLESAMPLE", sampled(Sample::rows(100.0)), "1\n2\n3\n4\n5")
            .refused("sqlite", AT_RANDOM)
            .refused_by_mysql(AT_RANDOM),
        case("TABLESAMPLE of blocks, the same each time", sampled(Sample::blocks(0.0).repeatable(7)), "")
            .only(&["postgres"]),
        case("LIMIT", Select { limit: Some(2), ..items(vec![c("id")]) }, "1\n2"),
        case("LIMIT and OFFSET", Select { limit: Some(2), offset: Some(1), ..items(vec![c("id")]) }, "2\n3"),
        case("OFFSET", Select { offset: Some(3), ..items(vec![c("id")]) }, "4\n5"),
        case("LIMIT WITH TIES", of_kinds.clone(), "a\na\nb\nb"),
        case("LIMIT WITH TIES and OFFSET", Select { offset: Some(1), limit: Some(2), ..of_kinds.clone() }, "a\nb\nb"),
        case(
            "LIMIT WITH TIES of nothing and OFFSET",
            Select { offset: Some(1), limit: Some(0), ..of_kinds.clone() },
            "",
        ),
        case(
            "LIMIT WITH TIES of groups",
            Select {
                limit: Some(1),
                with_ties: true,
                group_by: vec![c("kind")],
                order_by: vec![desc(Expr::CountAll)],
                ..unordered(vec![Expr::CountAll])
            },
            "2\n2",
        ),
        case(
            "IN a sub-query LIMIT WITH TIES",
            where_(Expr::InQuery {
                expr: Box::new(c("id")),
                select: Box::new(Select { columns: vec![c("id")].into(), ..of_kinds.clone() }),
                negated: false,
            }),
            "1\n2\n3\n4",
        ),
        case("DISTINCT … LIMIT WITH TIES", Select { distinct: true, limit: Some(1), ..of_kinds }, "a")
            .refused("sqlite", IN_A_SUBQUERY)
            .refused("mysql", IN_A_SUBQUERY),
        case(
            "DISTINCT",
            Select { distinct: true, order_by: vec![nulls(asc(c("kind")), Nulls::Last)], ..unordered(vec![c("kind")]) },
            "a\nb\nNULL",
        ),
        case(
            "DISTINCT an expression with a value, and its order",
            Select {
                distinct: true,
                order_by: vec![asc(call(F::Coalesce, vec![c("kind"), v("none")]))],
                ..unordered(vec![call(F::Coalesce, vec![c("kind"), v("none")])])
            },
            "a\nb\nnone",
        ),
        case("DISTINCT ON", first(vec![nulls(asc(c("kind")), Nulls::First), desc(c("id"))]), "NULL|5\na|2\nb|4"),
        case(
            "DISTINCT ON … LIMIT",
            Select {
                limit: Some(1),
                offset: Some(1),
                ..first(vec![nulls(asc(c("kind")), Nulls::First), asc(c("id"))])
            },
            "a|1",
        ),
        case("UNION", set(SetOp::Union, 2, 4), "1\n2\n3\n4"),
        case("UNION ALL", set(SetOp::UnionAll, 3, 4), "1\n2\n3\n3\n4"),
        case("INTERSECT", set(SetOp::Intersect, 2, 4), "2\n3"),
        case("EXCEPT", set(SetOp::Except, 2, 4), "1"),
        case("INTERSECT ALL", ordered(with(kinds(), SetOp::IntersectAll, kinds()), vec![asc(c("kind"))]), "a\na\nb\nb")
            .refused("sqlite", "Use INTERSECT, or number equal rows by ROW_NUMBER first"),
        case("EXCEPT ALL", numbered(SetOp::ExceptAll), "a\nb\nb")
            .refused("sqlite", "Use EXCEPT, or number equal rows by ROW_NUMBER first"),
        case("a member with LIMIT", numbered(SetOp::UnionAll), "a\na\na\nb\nb"),
        case(
            "UNION, and then INTERSECT, from left to right",
            ordered(with(with(ids(1, 2), SetOp::Union, ids(4, 5)), SetOp::Intersect, ids(2, 4)), vec![asc(c("id"))]),
            "2\n4",
        ),
        case(
            "UNION of INTERSECT",
            ordered(with(ids(1, 1), SetOp::Union, with(ids(2, 4), SetOp::Intersect, ids(3, 5))), vec![desc(c("id"))]),
            "4\n3\n1",
        ),
        case(
            "a set operation with an order and a limit",
            Select {
                limit: Some(2),
                offset: Some(1),
                order_by: vec![desc(Expr::name("it"))],
                ..with(labelled(ids(1, 3), &["it"]), SetOp::UnionAll, ids(4, 5))
            },
            "4\n3",
        ),
        case(
            "a set operation with NULLs last",
            Select {
                order_by: vec![nulls(asc(c("kind")), Nulls::Last)],
                ..with(unordered(vec![c("kind")]), SetOp::Union, unordered(vec![v("c")]))
            },
            "a\nb\nc\nNULL",
        ),
        case("a set operation of values", with(alone(vec![v(1)]), SetOp::Union, alone(vec![v(1)])), "1"),
    ]
}
