//! Looking into JSON.

use std::marker::PhantomData;

use aludel_sql::{
    Expr as Node,
    expr::{Function, JsonResult, JsonStep, Name},
};

use super::{Either, Expr, ExprOps, Inner, IntoExpr, Like, Operand, all_of, any_of, compare::call, sql_type};
use crate::{field::Field, field::Json};

/// A type that is JSON: `serde_json::Value`, or `Json<T>`.
#[diagnostic::on_unimplemented(message = "`{Self}` is not JSON", label = "only JSON has paths")]
pub trait JsonType: Field<Base = Self> {}

impl JsonType for serde_json::Value {}

impl<T> JsonType for Json<T> where Json<T>: Field<Base = Json<T>> {}

/// Looking into JSON: `u.settings.at("theme").as_text()`.
#[allow(clippy::wrong_self_convention, reason = "an expression is part of the one it is asked for")]
pub trait JsonOps: ExprOps {
    /// What is at a key of an object, or at a number of an array.
    fn at(self, step: impl IntoStep) -> JsonPath<Self::Scope>
    where
        Inner<Self::Type>: JsonType,
    {
        JsonPath { expr: self.operand(), path: vec![step.into_step()], scope: PhantomData }
    }

    /// The whole of it as text, as [`JsonPath::as_text`] is of a part.
    fn as_text(self) -> Expr<Self::Scope, Option<String>>
    where
        Inner<Self::Type>: JsonType,
    {
        whole(self).as_text()
    }

    /// The whole of it as a value, as [`JsonPath::as_value`] is of a part: `elements(u.ids)` has `|(_, id)| id.as_value::<i64>()`.
    fn as_value<T: Field<Base = T>>(self) -> Expr<Self::Scope, Option<T>>
    where
        Inner<Self::Type>: JsonType,
    {
        whole(self).as_value()
    }

    /// Whether it is an object that has this key: `u.settings.has_key("theme")`.
    fn has_key<R: IntoExpr<Self::Scope, String>>(self, key: R) -> Expr<Self::Scope>
    where
        Inner<Self::Type>: JsonType,
    {
        Expr::of(call(Function::JsonHasKey, [self.operand(), key.into_operand()]))
    }

    /// Whether it is an object that has one of these keys: `u.settings.has_any_key(["theme", "font"])`.
    fn has_any_key<R: IntoExpr<Self::Scope, String>>(self, keys: impl IntoIterator<Item = R>) -> Expr<Self::Scope>
    where
        Inner<Self::Type>: JsonType,
    {
        any_of(has_keys(self.operand(), keys))
    }

    /// Whether it is an object that has all of these keys.
    fn has_all_keys<R: IntoExpr<Self::Scope, String>>(self, keys: impl IntoIterator<Item = R>) -> Expr<Self::Scope>
    where
        Inner<Self::Type>: JsonType,
    {
        all_of(has_keys(self.operand(), keys))
    }

    /// Whether it has all that `other` has, at the same places: the keys of an object, the elements of an array in any order.
    /// `p.settings.contains_json(json!({"tags": ["new"]}))`. PostgreSQL alone has it: `@>`.
    fn contains_json<R: IntoExpr<Self::Scope, serde_json::Value>>(self, other: R) -> Expr<Self::Scope>
    where
        Inner<Self::Type>: JsonType,
    {
        Expr::of(call(Function::JsonContains, [self.operand(), other.into_operand()]))
    }

    /// Whether `other` has all that this has: [`JsonOps::contains_json`] the other way round.
    fn contained_in_json<R: IntoExpr<Self::Scope, serde_json::Value>>(self, other: R) -> Expr<Self::Scope>
    where
        Inner<Self::Type>: JsonType,
    {
        Expr::of(call(Function::JsonContains, [other.into_operand(), self.operand()]))
    }

    /// With the keys of the object `other`, where both have one that of `other`, and nothing merged inside of them; of arrays,
    /// the elements of both. PostgreSQL alone has it: `||`.
    fn merged<R: IntoExpr<Self::Scope, serde_json::Value>>(
        self,
        other: R,
    ) -> Expr<Self::Scope, Either<Self::Type, R::Null, Inner<Self::Type>>>
    where
        Inner<Self::Type>: JsonType,
    {
        Expr::of(call(Function::JsonMerge, [self.operand(), other.into_operand()]))
    }

    /// The object without a key; anything else stays as it is. `.update(|u| u.settings.set(u.settings.without_key("theme")))`.
    fn without_key(self, key: impl Into<Name>) -> Expr<Self::Scope, Like<Self::Type, Inner<Self::Type>>>
    where
        Inner<Self::Type>: JsonType,
    {
        let expr = self.operand();
        let nullable = expr.nullable;
        let path = vec![JsonStep::Key(key.into())];
        Expr::new(Node::Json { expr: Box::new(expr.node), path, result: JsonResult::Removed }, nullable)
    }
}

impl<E: ExprOps> JsonOps for E {}

fn whole<E: ExprOps>(json: E) -> JsonPath<E::Scope> {
    JsonPath { expr: json.operand(), path: Vec::new(), scope: PhantomData }
}

fn has_keys<S, R: IntoExpr<S, String>>(
    json: Operand,
    keys: impl IntoIterator<Item = R>,
) -> impl Iterator<Item = Expr<S>> {
    keys.into_iter().map(move |key| Expr::of(call(Function::JsonHasKey, [json.clone(), key.into_operand()])))
}

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

    /// The whole value without what is here, or as it is where there is nothing.
    pub fn removed(self) -> Expr<S, Option<serde_json::Value>> {
        self.read(JsonResult::Removed)
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
