use aludel::prelude::*;

include!("models/blog.rs");

fn main() {
    let _ = new!(User { usrname: "susan", username: "susan", active: true });
}
