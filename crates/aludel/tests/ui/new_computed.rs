//! A computed column is given no value.
use aludel::prelude::*;

#[derive(Model)]
struct Item {
    #[column(primary_key)]
    id: i64,
    price: i64,
    #[column(computed = sql("price * 2"))]
    twice: i64,
}

fn main() {
    let _ = new!(Item { price: 3, twice: 6 });
}
