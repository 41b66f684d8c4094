use aludel::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    tags: std::collections::BTreeSet<String>,
}

fn main() {}
