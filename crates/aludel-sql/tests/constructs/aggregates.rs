use std::time::Duration;

use aludel_sql::{
    Type, Value,
    expr::{Aggregate, BinaryOp, Bound, Distance, Exclude, Expr, Frame, FrameUnit, Function as F, Is, Over},
    statement::{Nulls, Order, Select},
};

use super::{Case, case, tree::*};

fn aggregate(call: Expr) -> Aggregate {
    Aggregate { call, distinct: false, order_by: vec![], filter: None }
}

fn filtered(call: Expr, filter: Expr) -> Expr {
    Expr::Aggregate(Box::new(Aggregate { filter: Some(filter), ..aggregate(call) }))
}

fn distinct(call: Expr) -> Expr {
    Expr::Aggregate(Box::new(Aggregate { distinct: true, ..aggregate(call) }))
}

fn joined(column: &'static str) -> Expr {
    call(F::StringAgg, vec![c(column), v(", ")])
}

fn over(call: Expr, partition_by: Vec<Expr>, order_by: Vec<Order>, frame: Option<Frame>) -> Expr {
    Expr::Over(Box::new(Over { call, partition_by, order_by, frame }))
}

/// From so far before to the row.
fn back(distance: Distance) -> Option<Frame> {
    Some(Frame { unit: FrameUnit::Range, start: Bound::Preceding(distance), end: Bound::CurrentRow, exclude: None })
}

/// A day for each item.
fn days() -> Expr {
    let day = |id: i64| (v(id), v(format!("2026-02-2{}", id + 3)));
    Expr::Case { operand: Some(Box::new(c("id"))), arms: (1..=5).map(day).collect(), otherwise: None }
}

fn frame(unit: FrameUnit, start: Bound, end: Bound) -> Option<Frame> {
    Some(Frame { unit, start: start.map(Distance::Count), end: end.map(Distance::Count), exclude: None })
}

pub fn cases() -> Vec<Case> {
    let all = |name: &str, exprs: Vec<Expr>, row: &str| case(name, unordered(exprs), row);
    let rank = |function| over(call(function, vec![]), vec![], vec![asc(c("kind"))], None);
    let n = || vec![c("n")];
    let sum = || call(F::Sum, vec![c("n")]);
    let by_id = || vec![asc(c("id"))];
    let known =
        || Select { filter: Some(Expr::Is { expr: Box::new(c("n")), what: Is::Null, negated: true }), ..items(vec![]) };
    const SUBQUERY: &str = "Select the distinct texts in a sub-query, and join those";
    const NUMBERED: &str = "Number or count the values in a sub-query, and take the one that is meant";
    const GATHERED: &str = "Select the values, in the order of their groups, and gather them in Rust";
    vec![
        all("COUNT(*)", vec![Expr::CountAll], "5"),
        all(
            "COUNT, SUM, MIN, MAX, AVG",
            vec![call(F::Count, n()), sum(), call(F::Min, n()), call(F::Max, n()), call(F::Avg, n())],
            "4|110|10|50|27.5",
        ),
        all("COUNT(DISTINCT a)", vec![distinct(call(F::Count, vec![c("kind")]))], "2"),
        all("FILTER", vec![filtered(sum(), c("flag")), filtered(Expr::CountAll, c("flag"))], "90|3"),
        all("FILTER of an average", vec![filtered(call(F::Avg, n()), gt(c("n"), v(10)))], "33.3333333333333"),
        all(
            "texts joined in an order",
            vec![Expr::Aggregate(Box::new(Aggregate { order_by: vec![desc(c("id"))], ..aggregate(joined("name")) }))],
            "a%c_, date, cherry, Banana, apple",
        ),
        all(
            "texts joined, of some rows",
            vec![Expr::Aggregate(Box::new(Aggregate {
                order_by: by_id(),
                filter: Some(gt(c("n"), v(10))),
                ..aggregate(joined("name"))
            }))],
            "Banana, cherry, a%c_",
        ),
        all(
            "distinct texts joined",
            vec![Expr::Aggregate(Box::new(Aggregate {
                distinct: true,
                order_by: vec![asc(c("kind"))],
                ..aggregate(joined("kind"))
            }))],
            "a, b",
        )
        .refused("sqlite", SUBQUERY),
        all(
            "WITHIN GROUP",
            vec![
                call(F::PercentileCont, vec![c("n"), v(0.5)]),
                call(F::PercentileDisc, vec![c("n"), v(0.5)]),
                call(F::Mode, vec![c("flag")]),
            ],
            "25|20|1",
        )
        .refused("sqlite", NUMBERED)
        .refused_by_mysql(NUMBERED),
        all(
            "WITHIN GROUP, of some rows",
            vec![filtered(call(F::PercentileDisc, vec![c("n"), v(0.5)]), gt(c("n"), v(10)))],
            "30",
        )
        .refused("sqlite", NUMBERED)
        .refused_by_mysql(NUMBERED),
        all(
            "ARRAY_AGG",
            vec![
                call(F::Named("cardinality".into()), vec![call(F::ArrayAgg, n())]),
                call(
                    F::Named("array_to_string".into()),
                    vec![
                        Expr::Aggregate(Box::new(Aggregate {
                            order_by: vec![desc(c("id"))],
                            filter: Some(gt(c("n"), v(10))),
                            ..aggregate(call(F::ArrayAgg, vec![c("id")]))
                        })),
                        v(","),
                    ],
                ),
            ],
            "5|5,3,2",
        )
        .refused("sqlite", GATHERED)
        .refused_by_mysql(GATHERED),
        case(
            "GROUP BY, HAVING",
            Select {
                group_by: vec![c("kind")],
                having: Some(gt(call(F::Count, n()), v(0))),
                order_by: vec![nulls(asc(c("kind")), Nulls::Last)],
                ..unordered(vec![c("kind"), sum()])
            },
            "a|30\nb|30\nNULL|50",
        ),
        case(
            "GROUP BY an expression with values",
            Select {
                group_by: vec![call(F::Coalesce, vec![c("kind"), v("none")])],
                order_by: vec![asc(call(F::Coalesce, vec![c("kind"), v("none")]))],
                ..unordered(vec![call(F::Coalesce, vec![c("kind"), v("none")]), Expr::CountAll])
            },
            "a|2\nb|2\nnone|1",
        ),
        case(
            "GROUP BY a sum with a value",
            Select {
                filter: known().filter,
                group_by: vec![op(c("n"), BinaryOp::Add, v(1))],
                order_by: vec![asc(op(c("n"), BinaryOp::Add, v(1)))],
                ..unordered(vec![op(c("n"), BinaryOp::Add, v(1)), Expr::CountAll])
            },
            "11|1\n21|1\n31|1\n51|1",
        ),
        case(
            "HAVING of what is grouped by",
            Select {
                filter: known().filter,
                group_by: vec![op(c("n"), BinaryOp::Add, v(1)), call(F::Upper, vec![c("kind")])],
                having: Some(
                    gt(op(c("n"), BinaryOp::Add, v(1)), v(20))
                        .and(gt(call(F::Upper, vec![c("kind")]), v("A")))
                        .and(gt(call(F::Sum, vec![op(c("n"), BinaryOp::Add, v(1))]), v(0))),
                ),
                ..unordered(vec![Expr::CountAll])
            },
            "1",
        ),
        case(
            "ROW_NUMBER",
            items(vec![over(call(F::RowNumber, vec![]), vec![c("kind")], vec![desc(c("id"))], None)]),
            "2\n1\n2\n1\n1",
        ),
        case(
            "RANK, DENSE_RANK",
            Select { filter: Some(op(c("id"), BinaryOp::Lt, v(5))), ..items(vec![rank(F::Rank), rank(F::DenseRank)]) },
            "1|1\n1|1\n3|2\n3|2",
        ),
        case(
            "PERCENT_RANK, CUME_DIST",
            items(vec![
                over(call(F::PercentRank, vec![]), vec![], by_id(), None),
                over(call(F::CumeDist, vec![]), vec![], by_id(), None),
            ]),
            "0|0.2\n0.25|0.4\n0.5|0.6\n0.75|0.8\n1|1",
        ),
        case("NTILE", items(vec![over(call(F::Ntile, vec![v(2)]), vec![], by_id(), None)]), "1\n1\n1\n2\n2"),
        case(
            "LAG, LEAD",
            items(vec![
                over(call(F::Lag, vec![c("id")]), vec![], by_id(), None),
                over(call(F::Lead, vec![c("id"), v(2)]), vec![], by_id(), None),
            ]),
            "NULL|3\n1|4\n2|5\n3|NULL\n4|NULL",
        ),
        case(
            "LAG with a value for no row",
            items(vec![over(call(F::Lag, vec![c("id"), v(1), v(0)]), vec![], by_id(), None)]),
            "0\n1\n2\n3\n4",
        )
        .refused("mariadb", "Leave the third argument out, and put COALESCE around the call"),
        case(
            "FIRST_VALUE, LAST_VALUE, NTH_VALUE",
            items(vec![
                over(call(F::FirstValue, vec![c("id")]), vec![], by_id(), None),
                over(call(F::LastValue, vec![c("id")]), vec![], by_id(), None),
                over(call(F::NthValue, vec![c("id"), v(2)]), vec![], by_id(), None),
            ]),
            "1|1|NULL\n1|2|2\n1|3|2\n1|4|2\n1|5|2",
        ),
        case(
            "an aggregate over a window",
            items(vec![over(sum(), vec![c("kind")], vec![], None), over(Expr::CountAll, vec![], by_id(), None)]),
            "30|1\n30|2\n30|3\n30|4\n50|5",
        ),
        case(
            "an average over a window",
            items(vec![over(call(F::Avg, n()), vec![c("kind")], vec![], None)]),
            "15\n15\n30\n30\n50",
        ),
        case(
            "FILTER over a window",
            items(vec![over(filtered(sum(), c("flag")), vec![c("kind")], vec![], None)]),
            "10\n10\n30\n30\n50",
        ),
        case(
            "a frame in ROWS",
            items(vec![over(sum(), vec![], by_id(), frame(FrameUnit::Rows, Bound::Preceding(1), Bound::Following(1)))]),
            "30\n60\n50\n80\n50",
        ),
        case(
            "a frame in RANGE",
            Select {
                columns: vec![over(
                    sum(),
                    vec![],
                    vec![asc(c("n"))],
                    frame(FrameUnit::Range, Bound::Preceding(10), Bound::CurrentRow),
                )]
                .into(),
                ..known()
            },
            "10\n30\n50\n50",
        ),
        case(
            "a frame in RANGE by floating-point numbers",
            items(vec![over(sum(), vec![], vec![asc(c("x"))], back(Distance::Number(Value::F64(1.0))))]),
            "10\n30\n30\nNULL\n50",
        ),
        case(
            "a frame in RANGE by decimals",
            Select {
                columns: vec![over(
                    sum(),
                    vec![],
                    vec![asc(Expr::Cast(Box::new(c("n")), Type::Decimal { precision: 10, scale: 2 }))],
                    back(Distance::Number(Value::Decimal("10.00".into()))),
                )]
                .into(),
                ..known()
            },
            "10\n30\n50\n50",
        )
        .refused(
            "sqlite",
            "Order by an integer, as the number of cents is, or by the number cast to a floating-point one",
        ),
        case(
            "a frame in RANGE by time",
            items(vec![over(
                Expr::CountAll,
                vec![],
                vec![asc(Expr::Cast(Box::new(days()), Type::Date))],
                back(Distance::Time(Duration::from_secs(86_400))),
            )]),
            "1\n2\n2\n2\n2",
        ),
        case(
            "a frame without an end",
            items(vec![over(
                call(F::LastValue, vec![c("id")]),
                vec![],
                by_id(),
                frame(FrameUnit::Rows, Bound::UnboundedPreceding, Bound::UnboundedFollowing),
            )]),
            "5\n5\n5\n5\n5",
        ),
        case(
            "a frame in GROUPS",
            Select {
                columns: vec![over(
                    sum(),
                    vec![],
                    vec![asc(call(F::Coalesce, vec![c("kind"), v("z")]))],
                    frame(FrameUnit::Groups, Bound::Preceding(1), Bound::CurrentRow),
                )]
                .into(),
                ..known()
            },
            "30\n30\n60\n80",
        )
        .refused_by_mysql("Use ROWS or RANGE"),
        case(
            "EXCLUDE in a frame",
            items(vec![over(
                sum(),
                vec![],
                by_id(),
                Some(Frame {
                    unit: FrameUnit::Rows,
                    start: Bound::Preceding(Distance::Count(1)),
                    end: Bound::Following(Distance::Count(1)),
                    exclude: Some(Exclude::CurrentRow),
                }),
            )]),
            "20\n40\n20\n80\nNULL",
        )
        .refused_by_mysql("Take the row's own part off the result"),
    ]
}
