//! What closures say about the rows of a query: columns, conditions, and an order.

use aludel_sql::{
    Error, ErrorKind, Expr, Result, Type, Value,
    expr::{BinaryOp, Is},
    statement,
};
use rhai::{Array, Dynamic, Engine, ImmutableString};

use super::{
    engine::{Fallible, raise},
    entity::Entity,
    print,
    query::Model,
    values,
};

/// A column of the model a query is about: `u.username`. One that stands for a relation can be compared with entities.
#[derive(Clone)]
pub(super) struct Column {
    pub(super) model: Model,
    pub(super) field: usize,
}

/// A condition on the rows of a query.
#[derive(Clone)]
pub(super) struct Condition(pub(super) Expr);

/// A column, from high to low or from low to high.
#[derive(Clone)]
pub(super) struct Order(pub(super) statement::Order);

impl Column {
    fn expr(&self) -> Expr {
        Expr::column(0, self.model.def.fields[self.field].column)
    }

    /// The value to compare the column with: an entity stands for the key by which others refer to it.
    fn operand(&self, value: &Dynamic) -> Result<Expr> {
        if let Some(other) = value.read_lock::<Column>() {
            return Ok(other.expr());
        }
        let field = &self.model.def.fields[self.field];
        if let Some(entity) = value.read_lock::<Entity>() {
            return entity.key_for(self.model.def, field).map(Expr::Value);
        }
        values::for_column(value, self.model.def.name, field).map(Expr::Value)
    }

    fn compare(&self, op: BinaryOp, value: &Dynamic) -> Result<Condition> {
        match op {
            BinaryOp::Eq if value.is_unit() => Ok(self.is_null(false)),
            BinaryOp::Ne if value.is_unit() => Ok(self.is_null(true)),
            _ if value.is_unit() => {
                Err(Error::new(ErrorKind::Usage, "nothing is greater or less than NULL, which `()` stands for")
                    .with_help("Compare with `== ()` or `!= ()`."))
            }
            BinaryOp::Eq | BinaryOp::Ne => Ok(Condition(self.expr().binary(op, self.operand(value)?))),
            _ => Ok(Condition(self.placed(self.expr()).binary(op, self.placed(self.operand(value)?)))),
        }
    }

    /// What compares and sorts as the column's values do.
    fn placed(&self, expr: Expr) -> Expr {
        aludel_orm::field::placed(self.model.def.fields[self.field].names, expr)
    }

    fn is_null(&self, negated: bool) -> Condition {
        Condition(Expr::Is { expr: Box::new(self.expr()), what: Is::Null, negated })
    }

    fn in_list(&self, list: &Array) -> Result<Condition> {
        let list = list.iter().map(|item| self.operand(item)).collect::<Result<_>>()?;
        Ok(Condition(Expr::In { expr: Box::new(self.expr()), list, negated: false }))
    }

    fn between(&self, low: &Dynamic, high: &Dynamic) -> Result<Condition> {
        let (low, high) = (Box::new(self.placed(self.operand(low)?)), Box::new(self.placed(self.operand(high)?)));
        Ok(Condition(Expr::Between { expr: Box::new(self.placed(self.expr())), low, high, negated: false }))
    }

    fn like(&self, pattern: String, escape: Option<char>) -> Result<Condition> {
        let field = &self.model.def.fields[self.field];
        if !matches!(field.ty, Type::VarChar(_) | Type::Text) {
            let message =
                format!("`{}.{}` is {}: only text can be searched", self.model.def.name, field.name, field.ty);
            return Err(Error::new(ErrorKind::Usage, message));
        }
        let pattern = Box::new(Expr::Value(Value::Text(pattern)));
        Ok(Condition(Expr::Like { expr: Box::new(self.expr()), pattern, escape, insensitive: false, negated: false }))
    }

    /// `LIKE` with text that stands for itself.
    fn like_literally(&self, before: &str, text: &str, after: &str) -> Result<Condition> {
        let text = text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
        self.like(format!("{before}{text}{after}"), Some('\\'))
    }

    fn order(&self, descending: bool) -> Order {
        Order(statement::Order { expr: self.placed(self.expr()), descending, nulls: None })
    }
}

impl Condition {
    /// What a closure gave, as a condition: a boolean column is one by itself.
    pub(super) fn new(value: &Dynamic) -> Result<Self> {
        if let Some(condition) = value.read_lock::<Condition>() {
            return Ok(condition.clone());
        }
        if let Some(column) = value.read_lock::<Column>()
            && column.model.def.fields[column.field].ty == Type::Boolean
        {
            return Ok(Condition(column.expr()));
        }
        match value.as_bool() {
            Ok(true) => Ok(Condition(Expr::And(Vec::new()))),
            Ok(false) => Ok(Condition(Expr::Or(Vec::new()))),
            Err(_) => {
                Err(Error::new(ErrorKind::Usage, format!("this is {} where a condition was to be", print::kind(value)))
                    .with_help("Say which rows: `User.filter(|u| u.username == \"susan\")`."))
            }
        }
    }
}

impl Order {
    /// What a closure gave, as an order: one column, or a list of them.
    pub(super) fn list(value: &Dynamic) -> Result<Vec<statement::Order>> {
        if let Some(list) = value.read_lock::<Array>() {
            return Ok(list.iter().map(Order::list).collect::<Result<Vec<_>>>()?.concat());
        }
        if let Some(order) = value.read_lock::<Order>() {
            return Ok(vec![order.0.clone()]);
        }
        match value.read_lock::<Column>() {
            Some(column) => Ok(vec![column.order(false).0]),
            None => Err(Error::new(ErrorKind::Usage, format!("rows cannot be ordered by {}", print::kind(value)))
                .with_help("Name a column: `User.order_by(|u| u.username.desc())`.")),
        }
    }
}

/// The operators and methods of columns and conditions.
pub(super) fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Column>("Column").register_type_with_name::<Condition>("Condition");
    macro_rules! comparisons {
        ($($op:literal $mirrored:ident => $sql:ident),*) => {$(
            engine
                .register_fn($op, |a: Column, b: Dynamic| a.compare(BinaryOp::$sql, &b).map_err(raise))
                .register_fn($op, |a: Dynamic, b: Column| b.compare(BinaryOp::$mirrored, &a).map_err(raise))
                .register_fn($op, |a: Column, b: Column| {
                    a.compare(BinaryOp::$sql, &Dynamic::from(b)).map_err(raise)
                });
        )*};
    }
    comparisons!("==" Eq => Eq, "!=" Ne => Ne, "<" Gt => Lt, "<=" Ge => Le, ">" Lt => Gt, ">=" Le => Ge);

    let both =
        |a: Dynamic, b: Dynamic| -> Fallible<Dynamic> { junction(&a, &b, Expr::and, |a, b| a && b).map_err(raise) };
    let either =
        |a: Dynamic, b: Dynamic| -> Fallible<Dynamic> { junction(&a, &b, Expr::or, |a, b| a || b).map_err(raise) };
    engine.register_fn("&&", both).register_fn("||", either);
    engine.register_fn("&", both).register_fn("|", either);
    engine
        .register_fn("!", |a: Condition| Condition(!a.0))
        .register_fn("!", |a: Column| -> Fallible<Condition> {
            Ok(Condition(!Condition::new(&Dynamic::from(a)).map_err(raise)?.0))
        })
        .register_fn("is_null", |a: Column| a.is_null(false))
        .register_fn("is_not_null", |a: Column| a.is_null(true))
        .register_fn("in_list", |a: Column, list: Array| a.in_list(&list).map_err(raise))
        .register_fn("between", |a: Column, low: Dynamic, high: Dynamic| a.between(&low, &high).map_err(raise))
        .register_fn("like", |a: Column, pattern: ImmutableString| a.like(pattern.into(), None).map_err(raise))
        .register_fn("contains", |a: Column, text: ImmutableString| a.like_literally("%", &text, "%").map_err(raise))
        .register_fn("starts_with", |a: Column, text: ImmutableString| a.like_literally("", &text, "%").map_err(raise))
        .register_fn("ends_with", |a: Column, text: ImmutableString| a.like_literally("%", &text, "").map_err(raise))
        .register_fn("asc", |a: Column| a.order(false))
        .register_fn("desc", |a: Column| a.order(true));
}

/// Joins conditions into a condition, and booleans into a boolean.
fn junction(
    a: &Dynamic,
    b: &Dynamic,
    conditions: fn(Expr, Expr) -> Expr,
    booleans: fn(bool, bool) -> bool,
) -> Result<Dynamic> {
    match (a.as_bool(), b.as_bool()) {
        (Ok(a), Ok(b)) => Ok(booleans(a, b).into()),
        _ => Ok(Dynamic::from(Condition(conditions(Condition::new(a)?.0, Condition::new(b)?.0)))),
    }
}
