use aludel::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[relation(back_populates = writer)]
    posts: HasMany<Post>,
}

#[derive(Model)]
struct Post {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = User.id)]
    user_id: i64,
    #[relation(key = user_id, back_populates = posts)]
    author: BelongsTo<User>,
}

fn main() {}
