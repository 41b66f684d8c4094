use aludel::prelude::*;

include!("models/blog.rs");

fn main() {
    let _ = User::query().filter(|u| u.username.eq(42));
}
