use aludel::{expr::full_text, prelude::*};

include!("models/blog.rs");

fn main() {
    let _ = Post::query().filter(|p| {
        let texts = full_text((p.body, p.user_id));
        p.id.gt(0)
    });
    let _ = Post::query().filter(|p| full_text(p.body).rank("rust"));
}
