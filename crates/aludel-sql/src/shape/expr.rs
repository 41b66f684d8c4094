//! The shape of expressions.

use super::Shape;
use crate::{
    expr::{Aggregate, Distance, Expr, Fragment, Frame, Function, JsonResult, JsonStep, Match, Over},
    statement::Order,
    value::Value,
};

impl<'s> Shape<'s> {
    pub(crate) fn expr(&mut self, expr: &'s Expr) {
        if let Expr::Binary(op, left, right) = expr
            && !matches!(**left, Expr::Binary(..))
        {
            return self.deeper(|shape| {
                shape.tag(1);
                shape.count(1);
                shape.node(left);
                shape.tag(*op as u8);
                shape.expr(right);
            });
        }
        // Chains hang to the left, deeper than the stack should be.
        let mut chain = Vec::new();
        let mut first = expr;
        while let Expr::Binary(op, left, right) = first {
            chain.push((*op, &**right));
            first = left;
        }
        self.deeper(|shape| {
            if chain.is_empty() {
                return shape.node(first);
            }
            shape.tag(1);
            shape.count(chain.len());
            shape.node(first);
            for (op, right) in chain.into_iter().rev() {
                shape.tag(op as u8);
                shape.expr(right);
            }
        });
    }

    fn node(&mut self, expr: &'s Expr) {
        match expr {
            Expr::Binary(..) => self.expr(expr),
            Expr::Value(value) => {
                self.tag(2);
                self.value(value);
            }
            Expr::Column(column) => {
                self.tag(3);
                match column.source {
                    Some(id) => self.id(id),
                    None => self.number(0),
                }
                self.name(&column.name);
            }
            Expr::Unary(op, operand) => {
                self.tag(4);
                self.tag(*op as u8);
                self.expr(operand);
            }
            Expr::And(list) => {
                self.tag(5);
                self.exprs(list);
            }
            Expr::Or(list) => {
                self.tag(6);
                self.exprs(list);
            }
            Expr::Is { expr, what, negated } => {
                self.tag(7);
                self.tag(*what as u8);
                self.flag(*negated);
                self.expr(expr);
            }
            Expr::In { expr, list, negated } => {
                self.tag(8);
                self.flag(*negated);
                self.expr(expr);
                self.exprs(list);
            }
            Expr::InQuery { expr, select, negated } => {
                self.tag(9);
                self.flag(*negated);
                self.expr(expr);
                self.select(select);
            }
            Expr::Quantified { left, op, all, select } => {
                self.tag(10);
                self.tag(*op as u8);
                self.flag(*all);
                self.expr(left);
                self.select(select);
            }
            Expr::QuantifiedArray { left, op, all, array } => {
                self.tag(33);
                self.tag(*op as u8);
                self.flag(*all);
                self.expr(left);
                self.expr(array);
            }
            Expr::Tuple(list) => {
                self.tag(11);
                self.exprs(list);
            }
            Expr::Between { expr, low, high, negated } => {
                self.tag(12);
                self.flag(*negated);
                self.expr(expr);
                self.expr(low);
                self.expr(high);
            }
            Expr::BetweenSymmetric { expr, one, other } => {
                self.tag(32);
                self.expr(expr);
                self.expr(one);
                self.expr(other);
            }
            Expr::Like { expr, pattern, escape, insensitive, negated } => {
                self.tag(13);
                self.number(escape.map_or(0, |escape| u64::from(u32::from(escape)) + 1));
                self.flag(*insensitive);
                self.flag(*negated);
                self.expr(expr);
                self.expr(pattern);
            }
            Expr::Regexp { expr, pattern, insensitive, negated } => {
                self.tag(14);
                self.flag(*insensitive);
                self.flag(*negated);
                self.expr(expr);
                self.expr(pattern);
            }
            Expr::Match(search) => {
                let Match { columns, query, mode, language, rank } = &**search;
                self.tag(15);
                self.flag(*rank);
                self.tag(*mode as u8);
                self.flag(language.is_some());
                self.text(language.as_deref().unwrap_or_default());
                self.exprs(columns);
                self.expr(query);
            }
            Expr::Case { operand, arms, otherwise } => {
                self.tag(16);
                self.option(operand.as_deref());
                self.count(arms.len());
                for (when, then) in arms {
                    self.expr(when);
                    self.expr(then);
                }
                self.option(otherwise.as_deref());
            }
            Expr::Cast(operand, ty) => {
                self.tag(17);
                self.ty(ty);
                self.expr(operand);
            }
            Expr::Collate(operand, collation) => {
                self.tag(18);
                self.name(collation);
                self.expr(operand);
            }
            Expr::Json { expr, path, result } => {
                self.tag(19);
                self.json(path, result);
                self.expr(expr);
            }
            Expr::Call(function, arguments) => {
                self.tag(20);
                self.function(function);
                // What is refused has no text that is kept.
                self.flag(function.too_little(arguments).is_some());
                self.exprs(arguments);
                if *function == Function::EnumPlace {
                    self.labels(arguments);
                }
            }
            Expr::CountAll => self.tag(21),
            Expr::Aggregate(aggregate) => {
                self.tag(22);
                let Aggregate { call, distinct, order_by, filter } = &**aggregate;
                self.flag(*distinct);
                self.expr(call);
                self.orders(order_by);
                self.option(filter.as_ref());
            }
            Expr::Over(over) => {
                self.tag(23);
                let Over { call, partition_by, order_by, frame } = &**over;
                self.expr(call);
                self.exprs(partition_by);
                self.orders(order_by);
                self.flag(frame.is_some());
                if let Some(frame) = frame {
                    self.frame(frame);
                }
            }
            Expr::CurrentTimestamp => self.tag(24),
            Expr::CurrentDate => self.tag(25),
            Expr::NextValue(name) => {
                self.tag(26);
                self.name(name);
            }
            Expr::Exists { select, negated } => {
                self.tag(27);
                self.flag(*negated);
                self.select(select);
            }
            Expr::Subquery(select) => {
                self.tag(28);
                self.select(select);
            }
            Expr::Excluded(name) => {
                self.tag(29);
                self.name(name);
            }
            Expr::Default => self.tag(30),
            Expr::Raw(fragments) => {
                self.tag(31);
                self.count(fragments.len());
                for fragment in fragments {
                    match fragment {
                        Fragment::Text(text) => {
                            self.tag(0);
                            self.text(text);
                        }
                        Fragment::Part(expr) => self.expr(expr),
                    }
                }
            }
        }
    }

    /// The labels of an enum, which are in the text as they are.
    fn labels(&mut self, arguments: &[Expr]) {
        for argument in arguments.iter().skip(1) {
            if let Expr::Value(Value::Text(label)) = argument {
                self.text(label);
            }
        }
    }

    fn json(&mut self, path: &[JsonStep], result: &JsonResult) {
        self.count(path.len());
        for step in path {
            match step {
                JsonStep::Key(key) => {
                    self.tag(0);
                    self.text(key);
                }
                JsonStep::Index(index) => {
                    self.tag(1);
                    self.bytes.extend_from_slice(&index.to_le_bytes());
                }
            }
        }
        match result {
            JsonResult::Json => self.tag(0),
            JsonResult::Text => self.tag(1),
            JsonResult::As(ty) => {
                self.tag(2);
                self.ty(ty);
            }
            JsonResult::Removed => self.tag(3),
        }
    }

    fn function(&mut self, function: &Function) {
        self.text(function.name());
        if let Function::Extract(field) = function {
            self.tag(*field as u8);
        }
        if let Function::Stored { least, greatest } = function {
            self.number(least.cast_unsigned());
            self.number(greatest.cast_unsigned());
        }
        if let Function::RegexpReplace { with, insensitive } = function {
            self.name(with);
            self.flag(*insensitive);
        }
        // No name of another function is that of one of ours, as it is written.
        self.flag(matches!(function, Function::Named(_)));
    }

    fn frame(&mut self, frame: &Frame) {
        use crate::expr::Bound::{CurrentRow, Following, Preceding, UnboundedFollowing, UnboundedPreceding};
        self.tag(frame.unit as u8);
        self.tag(frame.exclude.map_or(0, |exclude| exclude as u8 + 1));
        for bound in [&frame.start, &frame.end] {
            self.tag(match bound {
                UnboundedPreceding => 0,
                Preceding(_) => 1,
                CurrentRow => 2,
                Following(_) => 3,
                UnboundedFollowing => 4,
            });
            // It is in the text as it is.
            match bound.distance() {
                Some(Distance::Count(count)) => {
                    self.tag(0);
                    self.number(*count);
                }
                Some(Distance::Number(number)) => {
                    self.tag(1);
                    self.text(&format!("{number:?}"));
                }
                Some(Distance::Time(time)) => {
                    self.tag(2);
                    self.number(time.as_secs());
                    self.number(time.subsec_micros().into());
                }
                None => {}
            }
        }
    }

    pub(super) fn orders(&mut self, orders: &'s [Order]) {
        self.count(orders.len());
        for order in orders {
            self.flag(order.descending);
            self.tag(order.nulls.map_or(0, |nulls| nulls as u8 + 1));
            self.expr(&order.expr);
        }
    }
}
