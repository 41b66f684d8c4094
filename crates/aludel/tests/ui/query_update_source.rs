use aludel::prelude::*;

include!("models/blog.rs");

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
