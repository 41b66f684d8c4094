use aludel::prelude::*;

include!("models/blog.rs");

fn main() {
    let _ = new!(User { username: "susan", ..Default::default() });
}
