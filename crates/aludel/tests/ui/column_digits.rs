use aludel::prelude::*;

#[derive(Model)]
struct Price {
    #[column(primary_key)]
    id: i64,
    #[column(scale = 2)]
    net: f64,
    #[column(precision = 70, scale = 2)]
    gross: f64,
    #[column(precision = 2, scale = 4)]
    tax: f64,
    #[column(default = 1.0, server_default = 2.0)]
    rate: f64,
}

fn main() {}
