use aludel::{expr::full_text, prelude::*};

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
    let _ = Post::query().filter(|p| {
        let texts = full_text((p.body, p.user_id));
        p.id.gt(0)
    });
    let _ = Post::query().filter(|p| full_text(p.body).rank("rust"));
}
