use aludel::prelude::*;

include!("models/blog.rs");

fn main() {
    let four = User::query().join(|u| u.posts).join(|(_, p)| p.author).join(|(.., u)| u.posts);
    let eight = four.join(|(.., p)| p.author).join(|(.., u)| u.posts).join(|(.., p)| p.author).join(|(.., u)| u.posts);
    let _ = eight.join(|(.., p)| p.author);
}
