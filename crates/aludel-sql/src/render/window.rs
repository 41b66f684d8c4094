//! Aggregates and windows.

use std::fmt::Write;

use crate::{
    dialect::{StringAgg, literal::is_negative},
    error::Result,
    expr::{Aggregate, Bound, Distance, Exclude, Expr, Frame, FrameUnit, Function, Over},
    statement::Order,
    value::Value,
};

use super::{Level, Sql, malformed};

impl Sql<'_> {
    pub(super) fn aggregate(&mut self, aggregate: &Aggregate) -> Result<()> {
        let Aggregate { call, distinct, order_by, filter } = aggregate;
        let (filter, constructs) = (filter.as_ref(), self.dialect.constructs());
        let (function, arguments) = match call {
            Expr::CountAll if *distinct => return Err(malformed("COUNT(*) counts every row: it cannot be DISTINCT")),
            Expr::CountAll => {
                match filter.filter(|_| !constructs.aggregate_filter) {
                    Some(filter) => {
                        self.push("COUNT(CASE WHEN ");
                        self.expr(filter)?;
                        self.push(" THEN 1 END)");
                    }
                    None => self.push("COUNT(*)"),
                }
                return self.aggregate_filter(filter);
            }
            Expr::Call(Function::StringAgg, arguments) => {
                let [text, separator] = &arguments[..] else {
                    return Err(malformed(format!("STRING_AGG does not take {} arguments", arguments.len())));
                };
                let texts = StringAgg { text, separator, distinct: *distinct, order_by, filter };
                return self.dialect.string_agg(self, &texts);
            }
            Expr::Call(function, _) if function.is_ordered_set() && (*distinct || !order_by.is_empty()) => {
                return Err(malformed(format!("{} has an order of its own, and takes every value", function.name())));
            }
            Expr::Call(function, arguments) if function.is_ordered_set() => {
                return self.within_group(function, arguments, filter);
            }
            Expr::Call(function, arguments) => (function, arguments),
            _ => return Err(malformed("an aggregate is no call of a function")),
        };
        let named = matches!(function, Function::Named(_));
        if !named && !function.is_aggregate() {
            return Err(malformed(format!("{} is no aggregate", function.name())));
        }
        if named && filter.is_some() && !constructs.aggregate_filter {
            return Err(self.dialect.lacks("FILTER", "Select the rows in a sub-query, and aggregate those"));
        }
        self.check_array_agg(function)?;
        self.call_name(function, arguments)?;
        self.push(if *distinct { "(DISTINCT " } else { "(" });
        let average = if *function == Function::Avg { self.dialect.average() } else { "" };
        for (i, argument) in arguments.iter().enumerate() {
            self.push(if i == 0 { "" } else { ", " });
            let least = if average.is_empty() { Level::Or } else { Level::Sign };
            self.filtered(argument, filter, least)?;
            self.push(average);
        }
        // Of the others, none depends on the order.
        if (named || *function == Function::ArrayAgg) && !order_by.is_empty() {
            if !constructs.aggregate_order {
                return Err(self.dialect.lacks(
                    "ORDER BY inside of this aggregate",
                    "Order the rows in Rust, or use the aggregate that joins texts",
                ));
            }
            self.order_by(" ORDER BY ", order_by)?;
        }
        self.push(")");
        self.aggregate_filter(filter)
    }

    /// Writes an aggregate of values in their order.
    pub(super) fn within_group(
        &mut self,
        function: &Function,
        arguments: &[Expr],
        filter: Option<&Expr>,
    ) -> Result<()> {
        if !self.dialect.constructs().within_group {
            let help = "Number or count the values in a sub-query, and take the one that is meant";
            return Err(self.dialect.lacks(function.name(), help));
        }
        self.call_name(function, arguments)?;
        self.push("(");
        self.list(&arguments[1..])?;
        self.push(") WITHIN GROUP (ORDER BY ");
        self.expr(&arguments[0])?;
        self.push(")");
        self.aggregate_filter(filter)
    }

    pub(super) fn check_array_agg(&self, function: &Function) -> Result<()> {
        if *function == Function::ArrayAgg && !self.dialect.constructs().arrays {
            let help = "Select the values, in the order of their groups, and gather them in Rust";
            return Err(self.dialect.lacks("arrays, which ARRAY_AGG makes", help));
        }
        Ok(())
    }

    /// Writes the FILTER of an aggregate, where there is one and the dialect has it.
    pub(crate) fn aggregate_filter(&mut self, filter: Option<&Expr>) -> Result<()> {
        let Some(filter) = filter.filter(|_| self.dialect.constructs().aggregate_filter) else { return Ok(()) };
        self.push(" FILTER (WHERE ");
        self.expr(filter)?;
        self.push(")");
        Ok(())
    }

    /// Writes the argument of an aggregate; where the dialect has no FILTER, NULL for the rows that are not taken.
    pub(crate) fn filtered(&mut self, argument: &Expr, filter: Option<&Expr>, least: Level) -> Result<()> {
        let Some(filter) = filter.filter(|_| !self.dialect.constructs().aggregate_filter) else {
            return self.operand(argument, least);
        };
        self.push("CASE WHEN ");
        self.expr(filter)?;
        self.push(" THEN ");
        self.expr(argument)?;
        self.push(" END");
        Ok(())
    }

    pub(super) fn over(&mut self, over: &Over) -> Result<()> {
        match &over.call {
            Expr::Aggregate(aggregate) if aggregate.distinct => {
                return Err(self.dialect.lacks(
                    "DISTINCT in an aggregate over a window",
                    "Select the distinct rows in a sub-query, and aggregate those",
                ));
            }
            Expr::Aggregate(aggregate) if !aggregate.order_by.is_empty() => {
                return Err(malformed("an aggregate over a window has the order of the window"));
            }
            call if is_ordered_set(call) => {
                return Err(self
                    .dialect
                    .lacks("WITHIN GROUP over a window", "Make it of each group in a sub-query, and join that"));
            }
            call if joins_texts(call) && !self.dialect.constructs().aggregate_order => {
                return Err(self.dialect.lacks("GROUP_CONCAT over a window", "Join the texts in Rust"));
            }
            Expr::Call(Function::Lag | Function::Lead, arguments)
                if arguments.len() > 2 && !self.dialect.constructs().lag_default =>
            {
                return Err(self.dialect.lacks(
                    "LAG and LEAD with what stands for a row that is not there",
                    "Leave the third argument out, and put COALESCE around the call",
                ));
            }
            Expr::Call(..) | Expr::CountAll | Expr::Aggregate(_) => {}
            _ => return Err(malformed("what is over a window is no call of a function")),
        }
        self.expr(&over.call)?;
        self.push(" OVER (");
        let mut between = "";
        if !over.partition_by.is_empty() {
            self.push("PARTITION BY ");
            self.list(&over.partition_by)?;
            between = " ";
        }
        let frame = over.frame.as_ref().filter(|frame| frame.unit == FrameUnit::Range);
        if let Some(distance) = frame.and_then(|frame| frame.start.distance().or(frame.end.distance())) {
            self.push(between);
            self.order_of_distance(&over.order_by, distance)?;
            between = " ";
        } else if !over.order_by.is_empty() {
            self.push(between);
            self.order_by("ORDER BY ", &over.order_by)?;
            between = " ";
        }
        if let Some(frame) = &over.frame {
            self.push(between);
            self.frame(frame)?;
        }
        self.push(")");
        Ok(())
    }

    /// Writes the one thing that the rows of a window are ordered by whose frame is by a distance in that.
    fn order_of_distance(&mut self, order_by: &[Order], distance: &Distance) -> Result<()> {
        let [order] = order_by else {
            let order = if order_by.is_empty() { "no order" } else { "an order by several" };
            let message = format!("a frame in RANGE is by a distance in one thing, and the rows have {order}");
            return Err(malformed(message).with_help("Order them by one thing alone, or use a frame in ROWS or GROUPS"));
        };
        if self.sorts_nulls(order) {
            return Err(self.dialect.lacks(
                "a place for NULLs in the order of a frame in RANGE",
                "Leave the place away, or the rows that have NULL",
            ));
        }
        self.push("ORDER BY ");
        match distance {
            Distance::Time(_) if !self.dialect.constructs().interval_frames => {
                self.dialect.microseconds(self, &order.expr)?;
            }
            _ => self.expr(&order.expr)?,
        }
        self.direction(order);
        Ok(())
    }

    fn frame(&mut self, frame: &Frame) -> Result<()> {
        if !self.dialect.constructs().groups_frame {
            if frame.unit == FrameUnit::Groups {
                return Err(self.dialect.lacks("frames in GROUPS", "Use ROWS or RANGE"));
            }
            if frame.exclude.is_some() {
                return Err(self.dialect.lacks("EXCLUDE in frames", "Take the row's own part off the result"));
            }
        }
        self.push(match frame.unit {
            FrameUnit::Rows => "ROWS BETWEEN ",
            FrameUnit::Range => "RANGE BETWEEN ",
            FrameUnit::Groups => "GROUPS BETWEEN ",
        });
        self.bound(frame.unit, &frame.start)?;
        self.push(" AND ");
        self.bound(frame.unit, &frame.end)?;
        self.push(match frame.exclude {
            None => "",
            Some(Exclude::CurrentRow) => " EXCLUDE CURRENT ROW",
            Some(Exclude::Group) => " EXCLUDE GROUP",
            Some(Exclude::Ties) => " EXCLUDE TIES",
        });
        Ok(())
    }

    fn bound(&mut self, unit: FrameUnit, bound: &Bound<Distance>) -> Result<()> {
        if let Some(distance) = bound.distance() {
            self.distance(unit, distance)?;
        }
        self.push(match bound {
            Bound::UnboundedPreceding => "UNBOUNDED PRECEDING",
            Bound::Preceding(_) => " PRECEDING",
            Bound::CurrentRow => "CURRENT ROW",
            Bound::Following(_) => " FOLLOWING",
            Bound::UnboundedFollowing => "UNBOUNDED FOLLOWING",
        });
        Ok(())
    }

    /// Writes how far from a row its frame begins or ends: a literal, as not every database takes a placeholder there.
    fn distance(&mut self, unit: FrameUnit, distance: &Distance) -> Result<()> {
        let constructs = self.dialect.constructs();
        match distance {
            Distance::Count(count) => {
                let _ = write!(self.out, "{count}");
            }
            _ if unit != FrameUnit::Range => return Err(malformed("rows and groups are counted by whole numbers")),
            Distance::Time(time) if constructs.interval_frames => self.dialect.interval(self, *time),
            Distance::Time(time) => {
                let _ = write!(self.out, "{}", time.as_micros());
            }
            Distance::Number(number @ (Value::F64(_) | Value::Decimal(_))) => {
                let far = matches!(number, Value::F64(number) if !number.is_finite());
                if far || is_negative(number) {
                    return Err(malformed(
                        "a frame begins or ends so far from a row, in a number that is not negative",
                    )
                    .with_help(
                        "Say the direction by PRECEDING or FOLLOWING, and leave the bound away where there is none",
                    ));
                }
                if matches!(number, Value::Decimal(_)) && !constructs.decimal_frames {
                    return Err(self.dialect.lacks(
                        "frames by an exact distance in decimals",
                        "Order by an integer, as the number of cents is, or by the number cast to a floating-point one",
                    ));
                }
                self.literal(number)?;
            }
            Distance::Number(_) => return Err(malformed("the distance of a frame is no number")),
        }
        Ok(())
    }
}

fn joins_texts(call: &Expr) -> bool {
    match call {
        Expr::Aggregate(aggregate) => joins_texts(&aggregate.call),
        call => matches!(call, Expr::Call(Function::StringAgg, _)),
    }
}

fn is_ordered_set(call: &Expr) -> bool {
    match call {
        Expr::Aggregate(aggregate) => is_ordered_set(&aggregate.call),
        Expr::Call(function, _) => function.is_ordered_set(),
        _ => false,
    }
}
