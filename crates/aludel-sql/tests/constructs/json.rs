use aludel_sql::{
    Type,
    expr::{Expr, Is, JsonResult, JsonStep},
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
        case("JSON compared", where_(eq(text(&[key("k"), key("s")]), v("t"))), "1"),
    ]
}
