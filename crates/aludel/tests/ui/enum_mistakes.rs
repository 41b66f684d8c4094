use aludel::prelude::*;

#[derive(DbEnum, Clone)]
enum Nothing {}

#[derive(DbEnum, Clone)]
enum Shape {
    Point,
    Circle(f64),
    #[db_enum(rename = "point")]
    Dot,
    #[db_enum(rename = "")]
    Blank,
    #[db_enum(name = "line")]
    Line,
}

#[derive(DbEnum, Clone)]
#[db_enum(rename_all = "snake")]
enum Status {
    Draft,
}

#[derive(DbEnum, Clone)]
struct UserId(i64);

fn main() {}
