//! Trees in few words.

use aludel_sql::{
    Type, Value,
    expr::{BinaryOp, Expr, Function, Name, UnaryOp},
    statement::{Cte, CteBody, Join, JoinKind, Nulls, Order, Relation, Select, SetOp, Source},
};

/// A column of the root.
pub fn c(name: &'static str) -> Expr {
    Expr::column(0, name)
}

/// A column of the first join.
pub fn d(name: &'static str) -> Expr {
    Expr::column(1, name)
}

/// A column of a sub-query that looks at what is around it.
pub fn inner(name: &'static str) -> Expr {
    Expr::column(1 << 16, name)
}

pub fn v(value: impl Into<Value>) -> Expr {
    Expr::value(value)
}

pub fn null() -> Expr {
    Expr::Value(Value::Null)
}

pub fn op(left: Expr, op: BinaryOp, right: Expr) -> Expr {
    left.binary(op, right)
}

pub fn eq(left: Expr, right: Expr) -> Expr {
    left.binary(BinaryOp::Eq, right)
}

pub fn gt(left: Expr, right: Expr) -> Expr {
    left.binary(BinaryOp::Gt, right)
}

pub fn add(left: Expr, right: Expr) -> Expr {
    left.binary(BinaryOp::Add, right)
}

pub fn minus(expr: Expr) -> Expr {
    Expr::Unary(UnaryOp::Negate, Box::new(expr))
}

pub fn call(function: Function, arguments: Vec<Expr>) -> Expr {
    Expr::Call(function, arguments)
}

pub fn cast(expr: Expr, ty: Type) -> Expr {
    Expr::Cast(Box::new(expr), ty)
}

/// A SELECT without FROM.
pub fn alone(columns: Vec<Expr>) -> Select {
    Select { columns: columns.into(), ..Select::default() }
}

/// Of the items, by their ids.
pub fn items(columns: Vec<Expr>) -> Select {
    Select { order_by: vec![asc(c("id"))], ..unordered(columns) }
}

pub fn unordered(columns: Vec<Expr>) -> Select {
    Select { columns: columns.into(), from: vec![Source::table("item")], ..Select::default() }
}

/// The ids of the items for which this holds.
pub fn where_(filter: Expr) -> Select {
    Select { filter: Some(filter), ..items(vec![c("id")]) }
}

/// Of the parts, by their ids, as a query of its own.
pub fn parts(columns: Vec<Expr>) -> Select {
    Select { columns: columns.into(), from: vec![Source::table("part")], ..Select::default() }
}

/// Of the parts, as a sub-query that looks at what is around it.
pub fn parts_of(columns: Vec<Expr>, filter: Expr) -> Select {
    let part = Source { id: 1 << 16, ..Source::table("part") };
    Select { columns: columns.into(), from: vec![part], filter: Some(filter), ..Select::default() }
}

pub fn tally(columns: Vec<Expr>) -> Select {
    let order_by = vec![asc(c("k"))];
    Select { columns: columns.into(), from: vec![Source::table("tally")], order_by, ..Select::default() }
}

pub fn asc(expr: Expr) -> Order {
    Order { expr, descending: false, nulls: None }
}

pub fn desc(expr: Expr) -> Order {
    Order { expr, descending: true, nulls: None }
}

pub fn nulls(order: Order, nulls: Nulls) -> Order {
    Order { nulls: Some(nulls), ..order }
}

pub fn table(id: u32, name: &'static str) -> Source {
    Source { id, ..Source::table(name) }
}

pub fn query(id: u32, select: Select) -> Source {
    Source::new(id, Relation::Query(Box::new(select)))
}

pub fn join(kind: JoinKind, source: Source, on: Expr) -> Join {
    Join { kind, source, on: Some(on) }
}

pub fn cte(name: &'static str, columns: &[&'static str], body: impl Into<CteBody>) -> Cte {
    Cte { name: name.into(), columns: names(columns), body: body.into(), recursive: false, materialized: None }
}

pub fn labelled(select: Select, labels: &[&'static str]) -> Select {
    Select { labels: names(labels), ..select }
}

pub fn names(names: &[&'static str]) -> Vec<Name> {
    names.iter().map(|&name| name.into()).collect()
}

pub fn with(select: Select, op: SetOp, other: Select) -> Select {
    let mut select = select;
    select.compound.push((op, other));
    select
}

/// The rows of a select of items are given in their order, one a line.
pub fn lines(rows: &[&str]) -> String {
    rows.join("\n")
}
