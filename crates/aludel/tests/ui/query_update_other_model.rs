use aludel::prelude::*;

include!("models/blog.rs");

fn main() {
    let mut body = None;
    let _ = Post::query().filter(|p| {
        body = Some(p.body);
        p.id.gt(0)
    });
    let _ = User::query().update(|_| body.unwrap().set("x"));
}
