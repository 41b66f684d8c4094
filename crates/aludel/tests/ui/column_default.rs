use aludel::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(default = String::new)]
    visits: i64,
}

fn main() {}
