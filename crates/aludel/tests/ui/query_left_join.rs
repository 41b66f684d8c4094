use aludel::prelude::*;

include!("models/blog.rs");

fn main() {
    let _ = User::query().left_join(|u| u.posts).select(|(u, p)| (u.username, p.body));
}
