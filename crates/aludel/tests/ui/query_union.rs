use aludel::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
}

fn main() {
    let names = || User::query().select(|u| u.name);
    let _ = names().union(names());
}
