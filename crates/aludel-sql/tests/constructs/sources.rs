use std::sync::Arc;

use aludel_sql::{
    Value,
    expr::{BinaryOp as B, Expr, Function as F, JsonResult, JsonStep},
    statement::{JoinKind, Relation, Select, Source, TableFunction},
};

use super::{Case, case, tree::*};

fn of(function: TableFunction) -> Source {
    let columns = names(if matches!(function, TableFunction::Series { .. }) { &["n"] } else { &["place", "it"] });
    Source::new(1, Relation::Function { function: Arc::new(function), columns })
}

fn numbers(start: impl Into<Value>, stop: impl Into<Value>, step: i64) -> TableFunction {
    TableFunction::Series { start: v(start), stop: v(stop), step }
}

/// What a function gives, in order.
fn read(function: TableFunction) -> Select {
    let source = of(function);
    let columns = match &source.relation {
        Relation::Function { columns, .. } => columns.iter().map(|column| Expr::column(1, column.clone())).collect(),
        _ => vec![],
    };
    let order_by = vec![asc(d("n"))];
    let order_by = if columns == [d("n")] { order_by } else { vec![asc(d("place"))] };
    Select { columns: columns.into(), from: vec![source], order_by, ..Select::default() }
}

/// Beside the items, of which it sees the columns.
fn beside(kind: JoinKind, function: TableFunction) -> Select {
    let joins = vec![join(kind, Source { lateral: true, ..of(function) }, Expr::And(vec![]))];
    Select { joins, order_by: vec![asc(c("id"))], ..unordered(vec![c("id")]) }
}

fn also(select: Select, columns: Vec<Expr>, then: Expr) -> Select {
    let mut select = select;
    select.columns.to_mut().extend(columns);
    select.order_by.push(asc(then));
    select
}

fn at(key: &'static str) -> Expr {
    Expr::Json { expr: Box::new(c("data")), path: vec![JsonStep::Key(key.into())], result: JsonResult::Json }
}

fn text(expr: Expr) -> Expr {
    Expr::Json { expr: Box::new(expr), path: vec![], result: JsonResult::Text }
}

fn json(text: &str) -> Expr {
    Expr::Value(Value::Json(text.into()))
}

const NO_ARRAYS: &str = "Keep the list as JSON, a field of the type `Json<Vec<…>>`, and read its elements";

pub fn cases() -> Vec<Case> {
    let array = || Expr::Value(Value::Array(vec![Value::from("a"), Value::Null, Value::from("c")]));
    let spread = || TableFunction::Series { start: v(1), stop: op(c("n"), B::IntDiv, v(10)), step: 1 };
    let list = || TableFunction::Elements(at("l"));
    let members = || TableFunction::Members(at("k"));
    // Whether a list of the item's has such an element.
    let with_element = |number: i64| {
        let source = Source { id: 1 << 16, ..of(list()) };
        let filter = Some(eq(text(inner("it")), v(number.to_string())));
        let select = Select { columns: vec![v(1)].into(), from: vec![source], filter, ..Select::default() };
        where_(Expr::Exists { select: Box::new(select), negated: false })
    };
    vec![
        case("a series of integers", read(numbers(-1, 2, 1)), "-1\n0\n1\n2"),
        case("a series in steps", read(numbers(1, 8, 3)), "1\n4\n7"),
        case("a series downwards", read(numbers(5, 0, -2)), "1\n3\n5"),
        case("a series of one", read(numbers(i64::MAX, i64::MAX, 1)), "9223372036854775807"),
        case("a series of none", read(numbers(2, 1, 1)), ""),
        case("a series to NULL", read(numbers(1, Value::Null, 1)), ""),
        case(
            "many rows of a series",
            Select {
                columns: vec![Expr::CountAll, call(F::Min, vec![d("n")]), call(F::Max, vec![d("n")])].into(),
                order_by: vec![],
                ..read(numbers(-100_000, 100_000, 1))
            },
            "200001|-100000|100000",
        ),
        case(
            "a series that looks at the row before",
            also(beside(JoinKind::Inner, spread()), vec![d("n")], d("n")),
            "1|1\n2|1\n2|2\n3|1\n3|2\n3|3\n5|1\n5|2\n5|3\n5|4\n5|5",
        ),
        case(
            "a series joined from the left, and grouped",
            Select {
                columns: vec![d("n"), Expr::CountAll].into(),
                group_by: vec![d("n")],
                order_by: vec![asc(call(F::Coalesce, vec![d("n"), v(9)]))],
                ..beside(JoinKind::Left, spread())
            },
            "1|4\n2|3\n3|2\n4|1\n5|1\nNULL|1",
        ),
        case(
            "elements of a JSON array",
            read(TableFunction::Elements(json(r#"[1, "a", {"b": [true]}, null, false, 1.5]"#))),
            "0|1\n1|\"a\"\n2|{\"b\":[true]}\n3|null\n4|false\n5|1.5",
        )
        .otherwise("postgres", "0|1\n1|\"a\"\n2|{\"b\": [true]}\n3|null\n4|false\n5|1.5")
        .otherwise("mysql", "0|1\n1|\"a\"\n2|{\"b\": [true]}\n3|null\n4|false\n5|1.5")
        .otherwise("mariadb", "0|1\n1|\"a\"\n2|{\"b\": [true]}\n3|null\n4|false\n5|1.5"),
        case("elements of what is no JSON array", read(TableFunction::Elements(json(r#"{"a": 1}"#))), ""),
        case(
            "elements of a JSON array of the row before",
            also(beside(JoinKind::Inner, list()), vec![d("place"), text(d("it"))], d("place")),
            "1|0|1\n1|1|2\n1|2|3",
        ),
        case(
            "elements joined from the left",
            also(beside(JoinKind::Left, list()), vec![d("place"), d("it")], call(F::Coalesce, vec![d("place"), v(0)])),
            "1|0|1\n1|1|2\n1|2|3\n2|NULL|NULL\n3|NULL|NULL\n4|NULL|NULL\n5|NULL|NULL",
        ),
        case("an element in a condition", with_element(2), "1"),
        case(
            "members of a JSON object",
            Select {
                columns: vec![d("place"), text(d("it"))].into(),
                ..read(TableFunction::Members(json(r#"{"a\"b": 1, "ü": "x", "c": null, "": [2]}"#)))
            },
            "|[2]\na\"b|1\nc|NULL\nü|x",
        ),
        case("members of what is no JSON object", read(TableFunction::Members(json("[1]"))), ""),
        case("members of an empty JSON object", read(TableFunction::Members(json("{}"))), ""),
        case(
            "members of a JSON object of the row before",
            also(beside(JoinKind::Left, members()), vec![d("place"), text(d("it"))], d("place")),
            "1|b|true\n1|s|t\n1|x|1\n1|z|NULL\n2|b|false\n2|s|null\n2|x|25\n3|NULL|NULL\n4|NULL|NULL\n5|NULL|NULL",
        ),
        case("elements of an array", read(TableFunction::Unnest(array())), "0|a\n1|NULL\n2|c")
            .refused("sqlite", NO_ARRAYS)
            .refused_by_mysql(NO_ARRAYS),
    ]
}
