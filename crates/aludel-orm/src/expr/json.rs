//! Looking into JSON.

use std::marker::PhantomData;

use aludel_sql::{
    Expr as Node,
    expr::{JsonResult, JsonStep},
};

use super::{Expr, ExprOps, Inner, Operand, sql_type};
use crate::{field::Field, field::Json};

/// A type that is JSON: `serde_json::Value`, or `Json<T>`.
#[diagnostic::on_unimplemented(message = "`{Self}` is not JSON", label = "only JSON has paths")]
pub trait JsonType: Field<Base = Self> {}

impl JsonType for serde_json::Value {}

impl<T> JsonType for Json<T> where Json<T>: Field<Base = Json<T>> {}

/// Looking into JSON: `u.settings.at("theme").as_text()`.
pub trait JsonOps: ExprOps {
    /// What is at a key of an object, or at a number of an array.
    fn at(self, step: impl IntoStep) -> JsonPath<Self::Scope>
    where
        Inner<Self::Type>: JsonType,
    {
        JsonPath { expr: self.operand(), path: vec![step.into_step()], scope: PhantomData }
    }
}

impl<E: ExprOps> JsonOps for E {}

/// A place in a JSON value. NULL where there is nothing.
#[must_use = "say as what it is to be read: `.as_text()`, `.as_value::<i64>()`, `.as_json()`"]
pub struct JsonPath<S> {
    expr: Operand,
    path: Vec<JsonStep>,
    scope: PhantomData<fn() -> S>,
}

impl<S> JsonPath<S> {
    /// What is at a key, or a number, of what is here.
    pub fn at(mut self, step: impl IntoStep) -> Self {
        self.path.push(step.into_step());
        self
    }

    /// As text: a text without its quotes, anything else as JSON writes it; the JSON `null` is NULL.
    pub fn as_text(self) -> Expr<S, Option<String>> {
        self.read(JsonResult::Text)
    }

    /// As a value: `.as_value::<i64>()`; the JSON `null` is NULL.
    pub fn as_value<T: Field<Base = T>>(self) -> Expr<S, Option<T>> {
        self.read(JsonResult::As(sql_type::<T>()))
    }

    /// As JSON; the JSON `null` is a value like others.
    pub fn as_json(self) -> Expr<S, Option<serde_json::Value>> {
        self.read(JsonResult::Json)
    }

    fn read<T>(self, result: JsonResult) -> Expr<S, T> {
        Expr::new(Node::Json { expr: Box::new(self.expr.node), path: self.path, result }, true)
    }
}

/// A step into JSON: a key, or a number from 0, or from the end if negative.
pub trait IntoStep {
    #[doc(hidden)]
    fn into_step(self) -> JsonStep;
}

impl IntoStep for &'static str {
    fn into_step(self) -> JsonStep {
        JsonStep::Key(self.into())
    }
}

impl IntoStep for String {
    fn into_step(self) -> JsonStep {
        JsonStep::Key(self.into())
    }
}

impl IntoStep for i64 {
    fn into_step(self) -> JsonStep {
        JsonStep::Index(self)
    }
}
