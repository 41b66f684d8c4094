//! Numbers, dates, and values of any type.

#![allow(dead_code, reason = "fields are shown alone")]

use aludel::{
    Field,
    expr::{case, count_all, fragment, func, now, random, today},
    prelude::*,
};

use crate::{
    construct::Construct,
    models::{Article, Person},
};

/// `+ - * %` and the sign.
pub fn arithmetic() -> impl Construct {
    Person::query().order_by(|p| p.id).select(|p| (p.score + 1, -(p.score - 10) * 2, p.score % 4, p.age * 2))
}

/// `/` is the exact quotient, `int_div` the whole part of it.
pub fn quotients() -> impl Construct {
    Person::query().order_by(|p| p.id).select(|p| (p.score / 2, p.score.int_div(2)))
}

/// Bits of 64-bit integers.
pub fn bits() -> impl Construct {
    Person::query().filter(|p| p.id.eq(2)).select(|p| {
        (
            p.score.bit_and(3),
            p.score.bit_or(8),
            p.score.bit_xor(2),
            p.score.bit_not(),
            p.score.shift_left(2),
            p.score.shift_right(1),
        )
    })
}

/// Rounded (MySQL and MariaDB round a half of a floating-point number to the even digit), and brought to a whole number.
pub fn rounding() -> impl Construct {
    Person::query()
        .filter(|p| p.id.eq(2))
        .select(|p| (p.rating.sqrt().round(1), p.rating.floor(), p.rating.ceil(), (-p.score).abs()))
}

/// Powers and roots.
pub fn powers() -> impl Construct {
    Person::query().filter(|p| p.id.eq(2)).select(|p| (p.rating.sqrt(), p.score.power(2.0)))
}

/// Signs, exponentials and natural logarithms.
pub fn signs_and_logarithms() -> impl Construct {
    Person::query().order_by(|p| p.id).select(|p| (p.score.sign(), (p.score * 0).exp(), (p.score * 0 + 1).ln()))
}

/// Numbers at random, from 0 on and less than 1: another for each row. An order by one shuffles the rows.
pub fn at_random() -> impl Construct {
    Person::query().filter(|_| random().lt(1.0)).order_by(|_| random()).select(|_| random().ge(0.0))
}

/// The greatest and the least of several; NULL if one is.
pub fn greatest_and_least() -> impl Construct {
    Person::query().order_by(|p| p.id).select(|p| (p.score.greatest(p.id), p.age.least(20)))
}

/// The first that is not NULL, which is no `Option` where one never is; and NULL in place of a value.
pub fn coalesced() -> impl Construct {
    Person::query().order_by(|p| p.id).select(|p| (p.nick.coalesce(p.name), p.nick.nullif("M")))
}

/// The value of the first condition that holds.
pub fn searched_case() -> impl Construct {
    Person::query()
        .order_by(|p| p.id)
        .select(|p| case().when(p.age.lt(18), "young").when(p.age.is_null(), p.name).otherwise("old"))
}

/// NULL, where none does.
pub fn case_alone() -> impl Construct {
    Person::query().order_by(|p| p.id).select(|p| case().when(p.active, p.score).end())
}

/// As another type.
pub fn cast() -> impl Construct {
    Article::query().order_by(|a| a.id).select(|a| (a.words.cast::<String>(), a.words.cast::<i64>()))
}

/// No database has TRY_CAST: what may not convert is asked before, and is NULL where it would not.
pub fn cast_or_null() -> impl Construct {
    Article::query().order_by(|a| a.id).select(|a| {
        let digits = a.title.regexp_replace("[^0-9]", "");
        case().when(digits.clone().regexp("^[0-9]{1,18}$"), digits.cast::<i64>()).end()
    })
}

/// Of another type in Rust, and as it is in SQL.
pub fn coerced() -> impl Construct {
    #[derive(Field, Clone, Debug)]
    struct PersonId(i64);

    Person::query().order_by(|p| p.id).select(|p| (p.id.type_coerce::<PersonId>(), p.boss_id.type_coerce::<PersonId>()))
}

/// As a decimal number of so many digits, and so many of them after the point.
pub fn cast_to_decimal() -> impl Construct {
    Article::query().filter(|a| a.id.eq(1)).select(|a| a.price.cast_decimal(10, 1))
}

/// Parts of dates and times.
pub fn parts_of_a_date() -> impl Construct {
    Article::query()
        .filter(|a| a.written.year().eq(2026))
        .order_by(|a| a.id)
        .select(|a| (a.written.month(), a.written.day(), a.written.hour(), a.written.minute(), a.written.second()))
}

/// The instant and the day, by the database's clock, in UTC.
pub fn now_and_today() -> impl Construct {
    Article::query().filter(|a| a.written.lt(now()).and(today().year().ge(2026))).select(|_| count_all())
}

/// Any function of the database, with the type its result has.
pub fn by_name() -> impl Construct {
    Person::query().order_by(|p| p.id).select(|p| func("LENGTH").arg(p.name).gives::<i64>())
}

/// SQL of one's own in an expression: values are bound, as everywhere.
pub fn fragment_of_sql() -> impl Construct {
    Person::query()
        .filter(|p| fragment("{} BETWEEN {} AND 10").arg(p.score).arg(8i64).gives::<bool>())
        .select(|p| p.name)
}
