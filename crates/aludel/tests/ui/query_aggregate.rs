use aludel::prelude::*;

include!("models/blog.rs");

fn main() {
    let _ = User::query().select(|u| u.username.sum());
}
