use aludel::prelude::*;

include!("models/blog.rs");

fn main() {
    let nick: Option<&str> = None;
    let _ = User::query().filter(|u| u.username.eq(nick));
}
