use aludel::prelude::*;

include!("models/blog.rs");

fn main() {
    let _ = User::query().join(|u| u.posts).filter(|u| u.username.eq("susan"));
}
