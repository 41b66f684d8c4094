use aludel::prelude::*;

include!("models/blog.rs");

fn main() {
    let mut user = None;
    let _ = User::query().filter(|u| {
        user = Some(u.id);
        u.active
    });
    let user: aludel::Column<User, i64> = user.unwrap();
    let _ = Post::query().filter(|p| p.user_id.eq(user));
}
