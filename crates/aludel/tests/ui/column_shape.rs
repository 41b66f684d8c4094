use aludel::prelude::*;

#[derive(Model)]
struct Tag {
    #[column(primary_key)]
    id: i64,
    #[column(length = 64)]
    count: i64,
    #[column(precision = 10)]
    title: Option<String>,
}

#[derive(Model)]
struct Price {
    #[column(primary_key)]
    id: i64,
    net: rust_decimal::Decimal,
}

fn main() {}
