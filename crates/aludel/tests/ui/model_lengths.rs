//! What is indexed of a column, and an expression as a default, said wrong.
use aludel::prelude::*;

#[derive(Model)]
#[model(index(name(0)))]
struct Nothing {
    #[column(primary_key)]
    id: i64,
    name: String,
}

#[derive(Model)]
#[model(index(desc(name(5, 6))))]
struct Two {
    #[column(primary_key)]
    id: i64,
    name: String,
}

#[derive(Model)]
#[model(index(nam(5)))]
struct Misspelt {
    #[column(primary_key)]
    id: i64,
    name: String,
}

#[derive(Model)]
struct NoText {
    #[column(primary_key)]
    id: i64,
    #[column(server_default = sql(7))]
    seven: i64,
}

fn main() {}
