use aludel_sql::{
    Type,
    expr::{BinaryOp as B, Expr, Field, Fragment, Function as F},
};

use super::{Case, case, tree::*};

pub fn cases() -> Vec<Case> {
    let one = |name: &str, exprs: Vec<Expr>, row: &str| case(name, alone(exprs), row);
    vec![
        case("COALESCE", items(vec![call(F::Coalesce, vec![c("n"), v(-1)])]), "10\n20\n30\n-1\n50"),
        one("COALESCE of values", vec![call(F::Coalesce, vec![null(), v("b")])], "b"),
        case("NULLIF", items(vec![call(F::NullIf, vec![c("n"), v(20)])]), "10\nNULL\n30\nNULL\n50"),
        one("ABS", vec![call(F::Abs, vec![v(-5)]), call(F::Abs, vec![v(-2.5)])], "5|2.5"),
        one("ROUND", vec![call(F::Round, vec![v(2.567), v(2)]), call(F::Round, vec![v(2.6)])], "2.57|3"),
        one("MOD", vec![call(F::Mod, vec![v(7), v(4)]), call(F::Mod, vec![v(-7), v(4)])], "3|-3"),
        one("FLOOR", vec![call(F::Floor, vec![v(2.7)]), call(F::Floor, vec![v(-2.2)])], "2|-3"),
        one("CEIL", vec![call(F::Ceil, vec![v(2.2)]), call(F::Ceil, vec![v(-2.7)])], "3|-2"),
        one("SIGN", vec![call(F::Sign, vec![v(-2.5)]), call(F::Sign, vec![v(7)]), call(F::Sign, vec![v(0)])], "-1|1|0"),
        one("SQRT", vec![call(F::Sqrt, vec![v(2.25)]), call(F::Sqrt, vec![v(9)])], "1.5|3"),
        one("POWER", vec![call(F::Power, vec![v(2), v(10)]), call(F::Power, vec![v(2.0), v(-1)])], "1024|0.5"),
        one("EXP, LN", vec![call(F::Exp, vec![v(0.0)]), call(F::Ln, vec![v(1.0)])], "1|0"),
        one("GREATEST, LEAST", vec![call(F::Greatest, vec![v(1), v(3)]), call(F::Least, vec![v(1), v(3)])], "3|1"),
        case("GREATEST with NULL", items(vec![call(F::Greatest, vec![c("n"), v(15)])]), "15\n20\n30\nNULL\n50"),
        one(
            "RANDOM",
            vec![op(call(F::Random, vec![]), B::Ge, v(0.0)), op(call(F::Random, vec![]), B::Lt, v(1.0))],
            "1|1",
        ),
        one("EXTRACT", vec![call(F::Extract(Field::Year), vec![v(jiff::civil::date(2026, 11, 23))])], "2026"),
        one("CURRENT_TIMESTAMP", vec![gt(Expr::CurrentTimestamp, v(jiff::Timestamp::UNIX_EPOCH))], "1"),
        one(
            "CAST",
            vec![
                cast(v("12"), Type::Integer),
                cast(v(12), Type::Text),
                cast(v(2.5), Type::Integer),
                cast(v("2026-11-23"), Type::Date),
                cast(v("1.236"), Type::Decimal { precision: 5, scale: 2 }),
            ],
            "12|12|2|2026-11-23|1.24",
        ),
        case("a function of another name", alone(vec![call(F::Named("upper".into()), vec![v("a")])]), "A"),
        case(
            "SQL of one's own",
            where_(
                Expr::Raw(vec![
                    Fragment::Part(c("n")),
                    Fragment::Text(" > 2 * ".into()),
                    Fragment::Part(v(10)),
                    Fragment::Text(" OR 1 = 0".into()),
                ])
                .and(c("flag")),
            ),
            "3\n5",
        ),
    ]
}
