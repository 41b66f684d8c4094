use aludel::prelude::*;

include!("models/blog.rs");

fn main() {
    let _ = Post::query().join(|p| p.author).for_update().of(|(p, _)| p.id);
}
