use aludel_sql::{
    expr::{Expr, Function as F},
    statement::{
        Order, Select,
        grouping::{cube, rollup},
    },
};

use super::{Case, case, tree::*};

const UNION: &str = "Ask for each grouping by itself, and put them together with UNION ALL";
const NO_GROUPING: &str = "Ask whether what rows are grouped by is NULL, where nothing else makes it so";

/// Items whose kind is known, in groups by sets of their kind and their flag.
fn groups(grouping_sets: Vec<Vec<usize>>, columns: Vec<Expr>) -> Select {
    let known = Expr::Is { expr: Box::new(c("kind")), what: aludel_sql::expr::Is::Null, negated: true };
    Select { filter: Some(known), group_by: vec![c("kind"), c("flag")], grouping_sets, ..unordered(columns) }
}

fn ordered(select: Select, by: &[&'static str]) -> Select {
    let order_by: Vec<Order> = by.iter().map(|name| nulls(asc(c(name)), aludel_sql::statement::Nulls::Last)).collect();
    Select { order_by, ..select }
}

/// What stands around groups: the same columns, in an order.
fn around(select: Select) -> Select {
    let select = labelled(select, &["kind", "flag", "n"]);
    let around = Select { from: vec![query(0, select)], ..unordered(vec![c("kind"), c("flag"), c("n")]) };
    ordered(around, &["kind", "flag"])
}

pub fn cases() -> Vec<Case> {
    let columns = || vec![c("kind"), c("flag"), Expr::CountAll];
    let grouping = |name| call(F::Grouping, vec![c(name)]);
    let no_sets = |case: Case| case.refused("sqlite", UNION);
    let postgres = |case: Case| case.refused("sqlite", UNION).refused_by_mysql(UNION);
    let all = "a|0|1\na|1|1\na|NULL|2\nb|0|1\nb|1|1\nb|NULL|2";
    let odd = || vec![call(F::Mod, vec![c("id"), v(2)])];
    vec![
        no_sets(case("ROLLUP", around(groups(rollup(2), columns())), &format!("{all}\nNULL|NULL|4"))),
        no_sets(case(
            "ROLLUP in an order",
            ordered(groups(rollup(2), columns()), &["kind", "flag"]),
            &format!("{all}\nNULL|NULL|4"),
        ))
        .refused("mariadb", "Make it a sub-query, and order that"),
        no_sets(case(
            "ROLLUP of an expression with values",
            ordered(
                Select {
                    from: vec![query(
                        0,
                        labelled(
                            Select {
                                group_by: odd(),
                                columns: vec![odd().remove(0), Expr::CountAll].into(),
                                ..groups(rollup(1), vec![])
                            },
                            &["odd", "n"],
                        ),
                    )],
                    ..unordered(vec![c("odd"), c("n")])
                },
                &["odd"],
            ),
            "0|2\n1|2\nNULL|4",
        )),
        no_sets(case(
            "ROLLUP, HAVING",
            around(Select { having: Some(gt(Expr::CountAll, v(1))), ..groups(rollup(2), columns()) }),
            "a|NULL|2\nb|NULL|2\nNULL|NULL|4",
        ))
        .refused_by_mysql("Make it a sub-query, and filter that"),
        case(
            "GROUPING",
            ordered(
                groups(
                    rollup(2),
                    vec![grouping("kind"), call(F::Grouping, vec![c("kind"), c("flag")]), Expr::CountAll],
                ),
                &["kind", "flag"],
            ),
            "0|0|1\n0|0|1\n0|1|2\n0|0|1\n0|0|1\n0|1|2\n1|3|4",
        )
        .refused("sqlite", NO_GROUPING)
        .refused("mariadb", NO_GROUPING),
        postgres(case("CUBE", around(groups(cube(2), columns())), &format!("{all}\nNULL|0|2\nNULL|1|2\nNULL|NULL|4"))),
        postgres(case(
            "GROUPING SETS",
            around(groups(vec![vec![1], vec![0], vec![]], columns())),
            "a|NULL|2\nb|NULL|2\nNULL|0|2\nNULL|1|2\nNULL|NULL|4",
        )),
    ]
}
