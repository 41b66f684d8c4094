//! To-one relations by a key of several columns, in conditions: `l.order == order`.

use aludel_orm::model::Reference;
use aludel_sql::{
    Error, ErrorKind, Expr, Result,
    expr::{BinaryOp, Is},
};
use rhai::{Array, Dynamic, Engine};

use super::{condition::Condition, engine::raise, entity::Entity, print, query::Model};

/// What a row refers to, to be compared with entities.
#[derive(Clone)]
pub(super) struct Referred {
    pub(super) model: Model,
    /// The relation's name.
    pub(super) name: &'static str,
    pub(super) key: &'static Reference,
}

impl Referred {
    fn columns(&self) -> impl Iterator<Item = Expr> {
        let fields = &self.model.def.fields;
        self.key.columns.iter().map(|&column| Expr::column(0, fields[column].column))
    }

    fn is(&self, other: &Dynamic) -> Result<Condition> {
        if other.is_unit() {
            return Ok(self.is_nothing());
        }
        let values = match other.read_lock::<Entity>() {
            Some(entity) if entity.model.def.type_id == self.key.target.type_id => entity.key_values(self.key)?,
            _ => {
                let (model, target) = (self.model.def.name, self.key.target.name);
                let message = format!("`{model}.{}` leads to `{target}`, not to {}", self.name, print::kind(other));
                return Err(Error::new(ErrorKind::Usage, message));
            }
        };
        let equal = |(column, value): (Expr, _)| column.binary(BinaryOp::Eq, Expr::Value(value));
        Ok(Condition(Expr::And(self.columns().zip(values).map(equal).collect())))
    }

    /// That it refers to no row.
    fn is_nothing(&self) -> Condition {
        let null = |column| Expr::Is { expr: Box::new(column), what: Is::Null, negated: false };
        Condition(Expr::Or(self.columns().map(null).collect()))
    }

    fn in_list(&self, list: &Array) -> Result<Condition> {
        let any = list.iter().map(|item| Ok(self.is(item)?.0)).collect::<Result<_>>()?;
        Ok(Condition(Expr::Or(any)))
    }
}

fn not(condition: Condition) -> Condition {
    Condition(!condition.0)
}

/// The operators and methods.
pub(super) fn register(engine: &mut Engine) {
    engine
        .register_type_with_name::<Referred>("Referred")
        .register_fn("==", |a: Referred, b: Dynamic| a.is(&b).map_err(raise))
        .register_fn("==", |a: Dynamic, b: Referred| b.is(&a).map_err(raise))
        .register_fn("!=", |a: Referred, b: Dynamic| a.is(&b).map(not).map_err(raise))
        .register_fn("!=", |a: Dynamic, b: Referred| b.is(&a).map(not).map_err(raise))
        .register_fn("is_null", |a: Referred| a.is_nothing())
        .register_fn("is_not_null", |a: Referred| not(a.is_nothing()))
        .register_fn("in_list", |a: Referred, list: Array| a.in_list(&list).map_err(raise));
}
