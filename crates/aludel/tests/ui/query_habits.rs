use aludel::prelude::*;

include!("models/blog.rs");

fn main() {
    let _ = User::query().filter(|u| u.username.eq("susan") && u.id.gt(1));
    let _ = User::query().with(|u| u.username);
    let _ = User::query().update(|_| ());
    let _ = User::query().select(|u| (u.id, "susan"));
    let _ = User::query().order_by(|u| u.posts);
}
