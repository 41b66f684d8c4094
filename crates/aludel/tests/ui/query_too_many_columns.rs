use aludel::prelude::*;

include!("models/blog.rs");

fn main() {
    let _ = User::query().select(|u| {
        let i = u.id;
        (i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i)
    });
}
