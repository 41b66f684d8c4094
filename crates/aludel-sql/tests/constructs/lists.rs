use aludel_sql::{
    Value,
    expr::{BinaryOp as B, Expr, Function as F},
    statement::Select,
};

use super::{Case, case, tree::*};

fn in_list(expr: Expr, list: Vec<Expr>, negated: bool) -> Expr {
    Expr::In { expr: Box::new(expr), list, negated }
}

fn in_query(expr: Expr, select: Select, negated: bool) -> Expr {
    Expr::InQuery { expr: Box::new(expr), select: Box::new(select), negated }
}

fn quantified(left: Expr, op: B, all: bool, select: Select) -> Expr {
    Expr::Quantified { left: Box::new(left), op, all, select: Box::new(select) }
}

fn of_array(left: Expr, op: B, all: bool, list: &[Option<i64>]) -> Expr {
    let array = Value::Array(list.iter().map(|element| element.map_or(Value::Null, Value::I64)).collect());
    Expr::QuantifiedArray { left: Box::new(left), op, all, array: Box::new(Expr::Value(array)) }
}

fn pair() -> Expr {
    Expr::Tuple(vec![c("kind"), c("n")])
}

/// The numbers of the items, one of which is NULL.
fn numbers(filter: Expr) -> Select {
    Select { filter: Some(filter), ..unordered(vec![c("n")]) }
}

fn of_column(left: Expr, array: Expr) -> Expr {
    Expr::QuantifiedArray { left: Box::new(left), op: B::Eq, all: false, array: Box::new(array) }
}

/// The kinds of all items, as an array.
fn aggregated() -> Expr {
    Expr::Subquery(Box::new(unordered(vec![call(F::ArrayAgg, vec![c("kind")])])))
}

const NO_ARRAYS: &str =
    "Keep the list as JSON, a field of the type `Json<Vec<…>>`, and ask whether an element of it exists";

pub fn cases() -> Vec<Case> {
    let all = || numbers(Expr::And(Vec::new()));
    let known = || numbers(op(c("n"), B::Le, v(20)));
    let none = || numbers(eq(c("id"), v(0)));
    let first = || Select { limit: Some(2), order_by: vec![asc(c("id"))], ..unordered(vec![c("id")]) };
    let tuples = vec![Expr::Tuple(vec![v("a"), v(10)]), Expr::Tuple(vec![v("b"), v(30)])];
    vec![
        case("IN", where_(in_list(c("n"), vec![v(10), v(30)], false)), "1\n3"),
        case("NOT IN", where_(in_list(c("n"), vec![v(10), v(30)], true)), "2\n5"),
        case("IN with NULL in the list", where_(in_list(c("n"), vec![v(10), null()], false)), "1"),
        case("NOT IN with NULL in the list", where_(in_list(c("n"), vec![v(10), null()], true)), ""),
        case("IN nothing", where_(in_list(c("n"), vec![], false)), ""),
        case("NOT IN nothing, which is true for NULL too", where_(in_list(c("n"), vec![], true)), "1\n2\n3\n4\n5"),
        case("IN, of values", alone(vec![in_list(v(1), vec![v(1), v(2)], false)]), "1"),
        case("rows IN", where_(in_list(pair(), tuples.clone(), false)), "1\n3"),
        case("rows NOT IN", where_(in_list(pair(), tuples, true)), "2\n5"),
        case("rows IN nothing", where_(in_list(pair(), vec![], false)), ""),
        case("rows compared", where_(op(pair(), B::Gt, Expr::Tuple(vec![v("a"), v(10)]))), "2\n3\n4"),
        case("IN (SELECT)", where_(in_query(c("id"), parts(vec![c("item_id")]), false)), "1\n2"),
        case("NOT IN (SELECT)", where_(in_query(c("id"), parts(vec![c("item_id")]), true)), "3\n4\n5"),
        case("IN (SELECT … LIMIT)", where_(in_query(c("id"), first(), false)), "1\n2"),
        case(
            "rows IN (SELECT)",
            where_(in_query(
                Expr::Tuple(vec![c("id"), c("n")]),
                Select { filter: Some(c("flag")), ..unordered(vec![c("id"), c("n")]) },
                false,
            )),
            "1\n3\n5",
        ),
        case("= ANY (SELECT)", where_(quantified(c("n"), B::Eq, false, known())), "1\n2"),
        case("<> ALL (SELECT)", where_(quantified(c("n"), B::Ne, true, known())), "3\n5"),
        case("> ANY (SELECT)", where_(quantified(c("n"), B::Gt, false, known())), "2\n3\n5"),
        case("> ALL (SELECT)", where_(quantified(c("n"), B::Gt, true, known())), "3\n5"),
        case("> ANY (SELECT) with NULL", where_(quantified(c("n"), B::Gt, false, all())), "2\n3\n5"),
        case("> ALL (SELECT) with NULL is unknown", where_(quantified(c("n"), B::Gt, true, all())), ""),
        case("< ALL of nothing", where_(quantified(c("n"), B::Lt, true, none())), "1\n2\n3\n4\n5"),
        case("< ANY of nothing", items(vec![quantified(c("n"), B::Lt, false, none())]), "0\n0\n0\n0\n0"),
        case("<= ANY (SELECT … LIMIT)", where_(quantified(c("id"), B::Le, false, first())), "1\n2"),
        case("= ANY of an array", where_(of_array(c("n"), B::Eq, false, &[Some(10), None, Some(30)])), "1\n3"),
        case("<> ALL of an array", where_(of_array(c("n"), B::Ne, true, &[Some(10), Some(30)])), "2\n5"),
        case("<> ALL of an array with NULL is unknown", where_(of_array(c("n"), B::Ne, true, &[Some(10), None])), ""),
        case("> ANY of an array", where_(of_array(c("n"), B::Gt, false, &[Some(20), None])), "3\n5"),
        case("> ALL of an array", where_(!of_array(c("n"), B::Le, false, &[Some(10), Some(20)])), "3\n5"),
        case(
            "ANY and ALL of an array of none",
            items(vec![of_array(c("n"), B::Eq, false, &[]), of_array(c("n"), B::Lt, true, &[])]),
            "0|1\n0|1\n0|1\n0|1\n0|1",
        ),
        case("= ANY of an array, of values", alone(vec![of_array(v(1), B::Eq, false, &[Some(1), Some(2)])]), "1"),
        case("= ANY of an array that is not known", where_(of_column(c("n"), Expr::Value(Value::Null))), ""),
        case("= ANY of an array that is computed", where_(of_column(v("a"), aggregated())), "1\n2\n3\n4\n5")
            .refused("sqlite", NO_ARRAYS)
            .refused_by_mysql(NO_ARRAYS),
        case(
            "> ANY (SELECT) of an aggregate",
            Select {
                group_by: vec![c("kind")],
                having: Some(quantified(call(F::Max, vec![c("n")]), B::Gt, false, known())),
                order_by: vec![asc(call(F::Max, vec![c("n")]))],
                ..items(vec![call(F::Max, vec![c("n")])])
            },
            "20\n30\n50",
        )
        .refused("sqlite", "Compare with the MIN or the MAX that a sub-query selects"),
        case(
            "EXISTS (SELECT)",
            where_(Expr::Exists {
                select: Box::new(parts_of(vec![v(1)], eq(inner("item_id"), c("id")))),
                negated: false,
            }),
            "1\n2",
        ),
        case(
            "NOT EXISTS (SELECT)",
            where_(Expr::Exists {
                select: Box::new(parts_of(vec![v(1)], eq(inner("item_id"), c("id")))),
                negated: true,
            }),
            "3\n4\n5",
        ),
        case(
            "(SELECT) as a value",
            items(vec![Expr::Subquery(Box::new(parts_of(vec![Expr::CountAll], eq(inner("item_id"), c("id")))))]),
            "2\n1\n0\n0\n0",
        ),
    ]
}
