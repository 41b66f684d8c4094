use aludel_sql::{
    Type, Value,
    expr::{Expr, Function as F, Is, JsonResult, JsonStep},
    statement::Select,
};

use super::{Case, case, tree::*};

fn key(name: &'static str) -> JsonStep {
    JsonStep::Key(name.into())
}

fn path(steps: &[JsonStep], result: JsonResult) -> Expr {
    Expr::Json { expr: Box::new(c("data")), path: steps.to_vec(), result }
}

fn text(steps: &[JsonStep]) -> Expr {
    path(steps, JsonResult::Text)
}

fn json(text: &str) -> Expr {
    Expr::Value(Value::Json(text.into()))
}

fn has(key: &'static str) -> Expr {
    call(F::JsonHasKey, vec![c("data"), v(key)])
}

fn without(json: Expr, steps: &[JsonStep]) -> Expr {
    Expr::Json { expr: Box::new(json), path: steps.to_vec(), result: JsonResult::Removed }
}

/// The items with a `k` that has no key `x` any longer.
fn removed(steps: &[JsonStep]) -> Select {
    where_(has("k").and(!call(F::JsonHasKey, vec![of(without(c("data"), steps), "k"), v("x")])))
}

fn of(json: Expr, name: &'static str) -> Expr {
    Expr::Json { expr: Box::new(json), path: vec![key(name)], result: JsonResult::Json }
}

/// The object at the key `a` of two objects merged.
fn merged(left: &str, right: &str) -> Expr {
    of(call(F::JsonMerge, vec![json(left), json(right)]), "a")
}

const PATHS: &str =
    "Compare what is at its paths, `.at(\"key\").as_text().eq(…)`, or ask for a key by `.has_key(\"key\")`";
const READ: &str = "Read the value, change it, and write it back";

pub fn cases() -> Vec<Case> {
    let as_ = |name: &'static str, ty: Type| path(&[key("k"), key(name)], JsonResult::As(ty));
    vec![
        case("JSON as text", items(vec![text(&[key("k"), key("s")])]), "t\nnull\nNULL\nNULL\nNULL"),
        case("a JSON number as text", items(vec![text(&[key("k"), key("x")])]), "1\n25\nNULL\nNULL\nNULL"),
        case("a JSON boolean as text", items(vec![text(&[key("k"), key("b")])]), "true\nfalse\nNULL\nNULL\nNULL"),
        case("JSON null as text is NULL", items(vec![text(&[key("k"), key("z")])]), "NULL\nNULL\nNULL\nNULL\nNULL"),
        case("JSON as an integer", items(vec![as_("x", Type::Integer)]), "1\n25\nNULL\nNULL\nNULL"),
        case("JSON as a boolean", items(vec![as_("b", Type::Boolean)]), "1\n0\nNULL\nNULL\nNULL"),
        case("JSON as a fraction", where_(gt(as_("x", Type::Double), v(1.5))), "2"),
        case("JSON as a VARCHAR", where_(eq(as_("s", Type::VarChar(10)), v("t"))), "1"),
        case(
            "an element of a JSON array",
            items(vec![text(&[key("l"), JsonStep::Index(0)]), text(&[key("l"), JsonStep::Index(-1)])]),
            "1|3\nNULL|NULL\nNULL|NULL\nNULL|NULL\nNULL|NULL",
        ),
        case(
            "part of JSON as JSON",
            items(vec![path(&[key("l"), JsonStep::Index(1)], JsonResult::Json)]),
            "2\nNULL\nNULL\nNULL\nNULL",
        ),
        case(
            "JSON null as JSON is a value",
            where_(Expr::Is { expr: Box::new(path(&[key("k")], JsonResult::Json)), what: Is::Null, negated: false }),
            "3\n5",
        ),
        case("a key with a quote", items(vec![text(&[key("a\\\"b")])]), "NULL\nNULL\nNULL\n5\nNULL"),
        case("a key of JSON", where_(has("k")), "1\n2\n4"),
        case("no key of JSON", where_(!has("k")), "5"),
        case("a key of JSON that is no object", alone(vec![call(F::JsonHasKey, vec![json("[\"k\"]"), v("k")])]), "0"),
        case("JSON without what is at a path", removed(&[key("k"), key("x")]), "1\n2\n4"),
        case("JSON without what is not there", removed(&[key("k"), key("x"), key("y")]), "4"),
        case("a number that is JSON, without a key", alone(vec![without(json("7"), &[key("k")])]), "7"),
        case(
            "JSON that has other JSON",
            where_(call(F::JsonContains, vec![c("data"), json("{\"k\": {\"b\": true}}")])),
            "1",
        )
        .refused("sqlite", PATHS)
        .refused_by_mysql(PATHS),
        case("JSON objects merged", alone(vec![merged("{\"a\": {\"b\": 1}}", "{\"a\": {\"c\": 2}}")]), "{\"c\": 2}")
            .refused("sqlite", READ)
            .refused_by_mysql(READ),
        case("JSON compared", where_(eq(text(&[key("k"), key("s")]), v("t"))), "1"),
    ]
}
