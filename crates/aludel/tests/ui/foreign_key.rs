use aludel::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
}

#[derive(Model)]
struct Post {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = User.nid)]
    user_id: i64,
    #[column(foreign_key = User.id)]
    editor: String,
}

fn main() {}
