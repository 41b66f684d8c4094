use aludel::prelude::*;

#[derive(Model)]
#[model(tabel = "people", display = "<User {name}>")]
struct User {
    #[column(primary_key, indx)]
    id: i64,
    #[column(unique, unique)]
    username: String,
    #[column(size = 5)]
    email: String,
}

#[derive(Model)]
#[model(display = "<Tag {name}>")]
struct Tag {
    #[column(primary_key)]
    id: i64,
    #[column(length = 0)]
    title: String,
    count: i64,
    #[column(name = "count")]
    other: Option<i64>,
}

fn main() {}
