use aludel::prelude::*;

include!("models/blog.rs");

fn main() {
    let user = new!(User { username: "susan", active: true });
    let _ = new!(Post { body: "hi", author: user, user_id: 1 });
}
