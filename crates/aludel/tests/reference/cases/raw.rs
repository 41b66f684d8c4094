//! SQL of the program's own.
#![allow(dead_code, reason = "fields are shown alone")]

use aludel::{prelude::*, sql};

use crate::{
    construct::{Construct, all, raw},
    models::Person,
};

/// Rows become tuples, by their places: `sql(…).all::<(String, i64)>(&db)`. Each `{}` is a value, which is bound.
pub fn into_tuples() -> impl Construct {
    all::<(String, i64)>(sql("SELECT name, score FROM people WHERE score > {} ORDER BY id").bind(0i64).read_only())
}

/// Models, and structs that derive `FromRow`, by the names of columns.
pub fn into_structs() -> impl Construct {
    #[derive(FromRow, Clone, Debug)]
    struct Author {
        name: String,
        words: i64,
    }

    let text = "SELECT MAX(words) AS words, name FROM people JOIN article ON author_id = people.id GROUP BY name ORDER BY name";
    all::<Author>(sql(text).read_only())
}

/// Entities of a session, which it then knows: `session.raw::<Person>(sql(…))`.
pub fn into_entities() -> impl Construct {
    raw::<Person>(sql("SELECT * FROM people WHERE name LIKE {} ORDER BY id").bind("%n").read_only())
}

/// A statement that changes rows, with `exec`.
pub fn statement() -> impl Construct {
    sql("UPDATE people SET score = score + {} WHERE age IS NULL").bind(1i64)
}
