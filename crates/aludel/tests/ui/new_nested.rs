use aludel::prelude::*;

include!("models/blog.rs");

fn main() {
    let _ = new!(User { username: "susan", active: true, posts: [Post { body: "hi", user_id: 1 }] });
}
