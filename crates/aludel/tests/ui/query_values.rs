use aludel::{prelude::*, values};

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(length = 64, unique)]
    username: String,
    active: bool,
    #[relation(back_populates = author)]
    posts: HasMany<Post>,
}

#[derive(Model)]
struct Post {
    #[column(primary_key)]
    id: i64,
    body: String,
    #[column(foreign_key = User.id)]
    user_id: i64,
    #[relation(key = user_id, back_populates = posts)]
    author: BelongsTo<User>,
}

fn main() {
    // Rows are tuples.
    let _ = User::query().join_query(values([1i64, 2]), |(u, id)| u.id.eq(id));
    // Of values that columns can hold.
    let _ = values([(1i64, std::thread::current())]);
    // And compared with columns of their type.
    let _ = User::query().join_query(values([("susan",)]), |(u, (name,))| u.id.eq(name));
}
