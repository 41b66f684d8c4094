use aludel::prelude::*;

include!("models/blog.rs");

fn main() {
    fn add(session: &mut Session) {
        session.add(new!(Post { body: "hi" }));
    }
}
