//! Looking into expressions and statements.

use super::{Aggregate, BinaryOp, Expr, Fragment, Function, Match, Over, UnaryOp};
use crate::{
    statement::{Cte, Join, Relation, Select, Source},
    types::Type,
    value::Value,
};

/// Calls `$f` with the direct parts of `$expr`: those lent to be read by `iter`, or to be changed by `iter_mut, mut`.
macro_rules! parts {
    ($expr:expr, $f:ident, $iter:ident $(, $mut:ident)?) => {
        match $expr {
            Expr::Value(_)
            | Expr::Column(_)
            | Expr::CountAll
            | Expr::CurrentTimestamp
            | Expr::CurrentDate
            | Expr::NextValue(_)
            | Expr::Exists { .. }
            | Expr::Subquery(_)
            | Expr::Excluded(_)
            | Expr::Default => {}
            Expr::Unary(_, a)
            | Expr::Cast(a, _)
            | Expr::Collate(a, _)
            | Expr::Is { expr: a, .. }
            | Expr::Json { expr: a, .. }
            | Expr::InQuery { expr: a, .. }
            | Expr::Quantified { left: a, .. } => $f(a),
            Expr::Binary(_, a, b)
            | Expr::QuantifiedArray { left: a, array: b, .. }
            | Expr::Like { expr: a, pattern: b, .. }
            | Expr::Regexp { expr: a, pattern: b, .. } => {
                $f(a);
                $f(b);
            }
            Expr::And(list) | Expr::Or(list) | Expr::Call(_, list) | Expr::Tuple(list) => list.$iter().for_each($f),
            Expr::In { expr: one, list, .. } => {
                $f(one);
                list.$iter().for_each($f);
            }
            Expr::Match(search) => {
                let Match { columns, query, .. } = &$($mut)? **search;
                $f(query);
                columns.$iter().for_each($f);
            }
            Expr::Between { expr, low, high, .. } => {
                $f(expr);
                $f(low);
                $f(high);
            }
            Expr::BetweenSymmetric { expr, one, other } => {
                $f(expr);
                $f(one);
                $f(other);
            }
            Expr::Case { operand, arms, otherwise } => {
                operand.$iter().for_each(|a| $f(a));
                for (when, then) in arms {
                    $f(when);
                    $f(then);
                }
                otherwise.$iter().for_each(|a| $f(a));
            }
            Expr::Aggregate(aggregate) => {
                let Aggregate { call, distinct: _, order_by, filter } = &$($mut)? **aggregate;
                $f(call);
                order_by.$iter().for_each(|order| $f(&$($mut)? order.expr));
                filter.$iter().for_each($f);
            }
            Expr::Over(over) => {
                let Over { call, partition_by, order_by, frame: _ } = &$($mut)? **over;
                $f(call);
                partition_by.$iter().for_each(&mut *$f);
                order_by.$iter().for_each(|order| $f(&$($mut)? order.expr));
            }
            Expr::Raw(fragments) => {
                for fragment in fragments {
                    if let Fragment::Part(part) = fragment {
                        $f(part);
                    }
                }
            }
        }
    };
}

impl Expr {
    /// Calls `f` with this expression and all inside it, sub-queries too, in no particular order.
    pub fn walk<'a>(&'a self, f: &mut dyn FnMut(&'a Expr)) {
        // A stack of our own: chains of operators are deeper than the thread's should be.
        let mut stack = vec![self];
        while let Some(expr) = stack.pop() {
            f(expr);
            expr.parts(&mut |part| stack.push(part));
            if let Some(select) = expr.subquery() {
                select.exprs(&mut |part| stack.push(part));
            }
        }
    }

    /// Calls `f` with this expression and all inside it, but nothing of a sub-query.
    pub(crate) fn walk_own<'a>(&'a self, f: &mut dyn FnMut(&'a Expr)) {
        let mut stack = vec![self];
        while let Some(expr) = stack.pop() {
            f(expr);
            expr.parts(&mut |part| stack.push(part));
        }
    }

    /// The sub-query that this expression is made of.
    pub fn subquery(&self) -> Option<&Select> {
        match self {
            Expr::Exists { select, .. }
            | Expr::Subquery(select)
            | Expr::InQuery { select, .. }
            | Expr::Quantified { select, .. } => Some(select),
            _ => None,
        }
    }

    /// Calls `f` with the direct parts of this expression, but none of a sub-query.
    pub fn parts<'a>(&'a self, f: &mut dyn FnMut(&'a Expr)) {
        parts!(self, f, iter)
    }

    /// Calls `f` with the direct parts of this expression, to be changed, but none of a sub-query.
    pub fn parts_mut(&mut self, f: &mut dyn FnMut(&mut Expr)) {
        parts!(self, f, iter_mut, mut)
    }

    /// Whether it makes one value of many rows, as its form tells.
    pub(crate) fn aggregates(&self) -> bool {
        let mut found = false;
        self.walk_own(&mut |expr| found |= expr.is_aggregate());
        found
    }

    /// Whether it is itself an aggregate.
    pub(crate) fn is_aggregate(&self) -> bool {
        match self {
            Expr::CountAll | Expr::Aggregate(_) => true,
            Expr::Call(function, _) => function.is_aggregate(),
            _ => false,
        }
    }

    /// Whether the expression mentions a column of this name.
    pub fn mentions(&self, name: &str) -> bool {
        let mut found = false;
        self.walk(&mut |expr| found |= expr.as_column() == Some(name));
        found
    }

    /// Whether the expression is a number that may have a fraction, as its form alone tells.
    pub(crate) fn is_fraction(&self) -> bool {
        let mut stack = vec![self];
        while let Some(expr) = stack.pop() {
            match expr {
                Expr::Binary(BinaryOp::Div, ..)
                | Expr::Value(Value::F64(_) | Value::Decimal(_))
                | Expr::Cast(_, Type::Real | Type::Double | Type::Decimal { .. })
                | Expr::Call(Function::Avg, _) => return true,
                Expr::Unary(UnaryOp::Negate, operand) => stack.push(operand),
                Expr::Binary(BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul, left, right) => {
                    stack.extend([&**left, &**right]);
                }
                _ => {}
            }
        }
        false
    }
}

impl Select {
    /// Calls `f` with the expressions of the select and of the selects it is made of and reads from, but not with those inside
    /// of sub-queries of its expressions.
    pub fn exprs<'a>(&'a self, f: &mut dyn FnMut(&'a Expr)) {
        let mut stack = vec![self];
        while let Some(select) = stack.pop() {
            stack.extend(select.compound.iter().map(|(_, member)| member));
            stack.extend(select.sources().filter_map(Source::query));
            for Cte { body, .. } in &select.with {
                stack.extend(body.selects());
                body.own_exprs(f);
            }
            select.own_exprs(f);
        }
    }

    /// Whether it changes rows, by a WITH that does.
    pub fn writes(&self) -> bool {
        self.with.iter().any(Cte::writes)
    }

    /// Calls `f` with the expressions of the select itself.
    pub(crate) fn own_exprs<'a>(&'a self, f: &mut dyn FnMut(&'a Expr)) {
        let Select { columns, distinct_on, from, joins, filter, group_by, having, order_by, .. } = self;
        source_exprs(from, joins, f);
        columns.iter().chain(distinct_on).for_each(&mut *f);
        filter.iter().chain(group_by).chain(having).for_each(&mut *f);
        order_by.iter().for_each(|order| f(&order.expr));
    }

    /// Whether it reads this table anywhere: in a sub-query, too.
    pub fn reads(&self, table: &str) -> bool {
        self.reads_any(&|relation| matches!(relation, Relation::Table(name) if name == table))
    }

    /// Whether it reads one that is meant anywhere: in a sub-query, too.
    pub(crate) fn reads_any(&self, meant: &dyn Fn(&Relation) -> bool) -> bool {
        let mut stack = vec![self];
        let mut found = false;
        while let Some(select) = stack.pop() {
            for Cte { body, .. } in &select.with {
                found |= body.table().is_some_and(|table| meant(&Relation::Table(table.clone())));
                found |= body.sources().any(|source| meant(&source.relation));
                stack.extend(body.selects());
                body.own_exprs(&mut |expr| expr.walk_own(&mut |expr| stack.extend(expr.subquery())));
            }
            found |= select.sources().any(|source| meant(&source.relation));
            stack.extend(select.sources().filter_map(Source::query));
            stack.extend(select.compound.iter().map(|(_, member)| member));
            select.own_exprs(&mut |expr| expr.walk_own(&mut |expr| stack.extend(expr.subquery())));
        }
        found
    }

    /// What it reads, in its order, joins last.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        sources(&self.from, &self.joins)
    }
}

/// What a statement reads, in its order.
pub(crate) fn sources<'a>(from: &'a [Source], joins: &'a [Join]) -> impl Iterator<Item = &'a Source> {
    from.iter().chain(joins.iter().map(|join| &join.source))
}

/// Calls `f` with the expressions of sources and joins, but not with those of sub-queries.
pub(crate) fn source_exprs<'a>(from: &'a [Source], joins: &'a [Join], f: &mut dyn FnMut(&'a Expr)) {
    for source in sources(from, joins) {
        source.relation.exprs(f);
    }
    joins.iter().filter_map(|join| join.on.as_ref()).for_each(f);
}
