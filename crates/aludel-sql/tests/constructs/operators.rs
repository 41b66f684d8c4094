use aludel_sql::{
    Value,
    expr::{BinaryOp as B, Expr, Function as F, Is, UnaryOp},
};

use super::{Case, case, tree::*};

fn symmetric(expr: Expr, one: Expr, other: Expr) -> Expr {
    Expr::BetweenSymmetric { expr: Box::new(expr), one: Box::new(one), other: Box::new(other) }
}

pub fn cases() -> Vec<Case> {
    let one = |name: &str, expr: Expr, row: &str| case(name, alone(vec![expr]), row);
    let n = |name: &str, f: fn(Expr) -> Expr, rows: &str| case(name, items(vec![f(c("n"))]), rows);
    vec![
        one("a value", v("x"), "x"),
        case(
            "values of each kind",
            alone(vec![v(5), v(2.5), v("x"), v(true), null(), v(Value::Decimal("1.25".into()))]),
            "5|2.5|x|1|NULL|1.25",
        ),
        case(
            "decimal values beyond what floating-point numbers hold",
            {
                let decimal = |digits: &str| v(Value::Decimal(digits.into()));
                let sum = op(decimal("12345678901234567890.01"), B::Add, decimal("0.02"));
                let total = call(F::Sum, vec![decimal("12345678901234567890.03")]);
                alone(vec![gt(sum, decimal("12345678901234567890.02")), gt(total, decimal("12345678901234567890.02"))])
            },
            "1|1",
        )
        .only(&["postgres", "mysql", "mariadb"]),
        n("a + b", |n| add(n, v(1)), "11\n21\n31\nNULL\n51"),
        n("a - b", |n| op(n, B::Sub, v(1)), "9\n19\n29\nNULL\n49"),
        n("a * b", |n| op(n, B::Mul, v(2)), "20\n40\n60\nNULL\n100"),
        n(
            "a * b beyond 32 bits",
            |n| op(n, B::Mul, v(1_000_000_000)),
            "10000000000\n20000000000\n30000000000\nNULL\n50000000000",
        ),
        n("a / b", |n| op(n, B::Div, v(4)), "2.5\n5\n7.5\nNULL\n12.5"),
        case("a / b of fractions", where_(gt(op(c("x"), B::Div, v(2.0)), v(1.0))), "2\n4"),
        n("a % b", |n| op(n, B::Rem, v(7)), "3\n6\n2\nNULL\n1"),
        one("a % b of negatives", add(op(v(-7), B::Rem, v(3)), op(v(100), B::Mul, op(v(7), B::Rem, v(-3)))), "99"),
        n("a / b as an integer", |n| op(n, B::IntDiv, v(7)), "1\n2\n4\nNULL\n7"),
        one("a / b as an integer, of negatives", op(v(-7), B::IntDiv, v(2)), "-3"),
        n("-a", minus, "-10\n-20\n-30\nNULL\n-50"),
        one("--a", minus(minus(v(5))), "5"),
        n("a & b", |n| op(n, B::BitAnd, v(6)), "2\n4\n6\nNULL\n2"),
        n("a | b", |n| op(n, B::BitOr, v(6)), "14\n22\n30\nNULL\n54"),
        n("a ^ b", |n| op(n, B::BitXor, v(6)), "12\n18\n24\nNULL\n52"),
        one("a ^ b of values", op(v(5), B::BitXor, v(4)), "1"),
        one("a & b of negatives", op(v(-8), B::BitAnd, v(-3)), "-8"),
        n("~a", |n| Expr::Unary(UnaryOp::BitNot, Box::new(n)), "-11\n-21\n-31\nNULL\n-51"),
        one("~a + b", add(Expr::Unary(UnaryOp::BitNot, Box::new(v(5))), v(1)), "-5"),
        n("a << b", |n| op(n, B::Shl, v(2)), "40\n80\n120\nNULL\n200"),
        one("a << b beyond 32 bits", op(v(1), B::Shl, v(40)), "1099511627776"),
        n("a >> b", |n| op(n, B::Shr, v(2)), "2\n5\n7\nNULL\n12"),
        one("a >> b of negatives", op(v(-9), B::Shr, v(1)), "-5"),
        case("a || b", items(vec![op(c("name"), B::Concat, v("!"))]), "apple!\nBanana!\ncherry!\ndate!\na%c_!"),
        one("a || b of values", op(op(v("a"), B::Concat, v("b")), B::Concat, v("c")), "abc"),
        case("a = b", where_(eq(c("n"), v(20))), "2"),
        case("a <> b", where_(op(c("n"), B::Ne, v(20))), "1\n3\n5"),
        case("a < b", where_(op(c("n"), B::Lt, v(20))), "1"),
        case("a <= b", where_(op(c("n"), B::Le, v(20))), "1\n2"),
        case("a > b", where_(gt(c("n"), v(20))), "3\n5"),
        case("a >= b", where_(op(c("n"), B::Ge, v(20))), "2\n3\n5"),
        one("a = b of values", eq(v(1), v(2)), "0"),
        case("a IS DISTINCT FROM b", where_(op(c("n"), B::IsDistinct, v(20))), "1\n3\n4\n5"),
        case("a IS NOT DISTINCT FROM NULL", where_(op(c("n"), B::IsNotDistinct, null())), "4"),
        case("a IS NULL", where_(Expr::Is { expr: Box::new(c("n")), what: Is::Null, negated: false }), "4"),
        case("a IS NOT TRUE", where_(Expr::Is { expr: Box::new(c("flag")), what: Is::True, negated: true }), "2\n4"),
        one("NULL IS NULL", Expr::Is { expr: Box::new(null()), what: Is::Null, negated: false }, "1"),
        case("a boolean column", where_(c("flag")), "1\n3\n5"),
        case("a boolean column with a value", where_(eq(c("flag"), v(false))), "2\n4"),
        case("NOT a", where_(!c("flag")), "2\n4"),
        case("a AND b", where_(c("flag").and(gt(c("n"), v(10)))), "3\n5"),
        case("a OR b", where_((!c("flag")).or(gt(c("n"), v(30)))), "2\n4\n5"),
        case("a AND (b OR c)", where_(c("flag").and(eq(c("n"), v(10)).or(eq(c("n"), v(30))))), "1\n3"),
        case("all of nothing", where_(Expr::And(Vec::new())), "1\n2\n3\n4\n5"),
        case("any of nothing", where_(Expr::Or(Vec::new())), ""),
        case(
            "BETWEEN",
            where_(Expr::Between {
                expr: Box::new(c("n")),
                low: Box::new(v(20)),
                high: Box::new(v(30)),
                negated: false,
            }),
            "2\n3",
        ),
        case("BETWEEN SYMMETRIC", where_(symmetric(c("n"), v(30), v(20))), "2\n3"),
        case("BETWEEN SYMMETRIC of what may be NULL", where_(!symmetric(v(25), c("n"), v(20))), "1\n2"),
        one(
            "CASE of values",
            Expr::Case {
                operand: None,
                arms: vec![(eq(v(1), v(2)), v("a")), (eq(v(1), v(1)), v("b"))],
                otherwise: Some(Box::new(v("c"))),
            },
            "b",
        ),
        case(
            "CASE a WHEN b",
            items(vec![Expr::Case {
                operand: Some(Box::new(c("kind"))),
                arms: vec![(v("a"), c("n")), (v("b"), v(-1))],
                otherwise: None,
            }]),
            "10\n20\n-1\n-1\nNULL",
        ),
    ]
}
