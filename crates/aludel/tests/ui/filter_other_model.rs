use aludel::prelude::*;

include!("models/blog.rs");

fn main() {
    fn recent(p: PostFields) -> Expr<Post> {
        p.body.eq("hi")
    }
    let _ = User::query().filter(|u| recent(u));
    let _ = User::query().filter_expr(recent(Post::fields(0)));
}
