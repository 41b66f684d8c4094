use aludel::prelude::*;

#[derive(Model)]
enum Color {
    Red,
}

#[derive(Model)]
struct Point(i64, i64);

#[derive(Model)]
struct Box<T> {
    #[column(primary_key)]
    id: i64,
    value: T,
}

fn main() {}
