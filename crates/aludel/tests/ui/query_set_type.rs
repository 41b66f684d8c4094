use aludel::prelude::*;

include!("models/blog.rs");

fn main() {
    let _ = User::query().update(|u| u.username.set(42));
}
