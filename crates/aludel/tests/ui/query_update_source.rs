use aludel::prelude::*;

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
    // Rows of a query are no rows of a model.
    let posts = Post::query().cte("posts");
    let _ = posts.query().update(|p| p.body.set("x"));
    // What may not be there cannot be set.
    let _ = User::query().left_join(|u| u.posts).update(|(_, p)| p.body.set("x"));
    // Nor what there may be no row of.
    let _ = User::query().right_join_on::<Post>(|(u, p)| p.user_id.eq(u.get(|u| u.id))).delete(&db());
}

fn db() -> Db {
    unimplemented!()
}
