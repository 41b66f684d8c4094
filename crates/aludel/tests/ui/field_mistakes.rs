use aludel::Field;

#[derive(Field, Clone)]
struct Point(i64, i64);

#[derive(Field, Clone)]
enum Status {
    Draft,
}

#[derive(Field, Clone)]
struct Id<T>(T);

#[derive(Field, Clone)]
struct Tags(std::collections::BTreeSet<String>);

fn main() {}
