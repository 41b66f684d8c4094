//! The shape of statements: what they say apart from their values.
//!
//! Two statements of one shape have one text, so that a text is rendered once and kept ([`crate::render::TextCache`]). A value
//! counts by its kind alone, a list by its length.

use crate::{
    expr::{Aggregate, Expr, Fragment, Frame, Function, JsonResult, JsonStep, Name, Over},
    statement::{
        Conflict, ConflictAction, Cte, Delete, Insert, Join, Lock, Order, Relation, Rows, Select, Source, Update,
    },
    types::Type,
    value::Value,
};

/// The first of the ids that are never the same twice.
const FRESH: u32 = 1 << 16;

/// The shape of a statement, and its values in the order of the tree.
#[derive(Debug, Default)]
pub(crate) struct Shape<'s> {
    /// What it says, each name with its length before it: equal bytes are equal shapes.
    pub(crate) bytes: Vec<u8>,
    /// The values.
    pub(crate) values: Vec<Bound<'s>>,
    /// The ids that are never the same twice, in the order they are met.
    fresh: Vec<u32>,
}

/// A value of a statement: what becomes a placeholder.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bound<'s> {
    /// One of an expression.
    Value(&'s Value),
    /// A number of rows, as of LIMIT.
    Count(&'s u64),
}

impl Bound<'_> {
    /// Where in the tree it is.
    pub(crate) fn place(self) -> usize {
        match self {
            Bound::Value(value) => std::ptr::from_ref(value).addr(),
            Bound::Count(count) => std::ptr::from_ref(count).addr(),
        }
    }

    pub(crate) fn value(self) -> Value {
        match self {
            Bound::Value(value) => value.clone(),
            Bound::Count(count) => Value::I64(i64::try_from(*count).unwrap_or(i64::MAX)),
        }
    }
}

impl<'s> Shape<'s> {
    fn tag(&mut self, tag: u8) {
        self.bytes.push(tag);
    }

    fn flag(&mut self, flag: bool) {
        self.bytes.push(flag.into());
    }

    fn number(&mut self, number: u64) {
        // Most are small.
        match u8::try_from(number) {
            Ok(small) if small < 255 => self.bytes.push(small),
            _ => {
                self.bytes.push(255);
                self.bytes.extend_from_slice(&number.to_le_bytes());
            }
        }
    }

    /// An id of a source. Those of sub-queries that look outwards are never the same twice: only which are the same counts.
    fn id(&mut self, id: u32) {
        if id < FRESH {
            return self.number(u64::from(id) + 1);
        }
        let known = self.fresh.iter().position(|fresh| *fresh == id);
        let position = known.unwrap_or_else(|| {
            self.fresh.push(id);
            self.fresh.len() - 1
        });
        self.number(u64::from(FRESH) + position as u64 + 1);
    }

    fn count(&mut self, count: usize) {
        self.number(count as u64);
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn texts(&mut self, texts: &[Name]) {
        self.count(texts.len());
        texts.iter().for_each(|text| self.text(text));
    }

    fn exprs(&mut self, exprs: &'s [Expr]) {
        self.count(exprs.len());
        exprs.iter().for_each(|expr| self.expr(expr));
    }

    fn option(&mut self, expr: Option<&'s Expr>) {
        self.flag(expr.is_some());
        if let Some(expr) = expr {
            self.expr(expr);
        }
    }

    fn rows(&mut self, rows: &'s [Vec<Expr>]) {
        self.count(rows.len());
        rows.iter().for_each(|row| self.exprs(row));
    }

    fn value(&mut self, value: &'s Value) {
        self.tag(kind(value));
        if let Value::Array(elements) = value {
            self.tag(elements.iter().map(kind).find(|kind| *kind != 0).unwrap_or(0));
        }
        self.values.push(Bound::Value(value));
    }

    fn ty(&mut self, ty: &Type) {
        // Types are few and seldom said: as they are written.
        self.text(&ty.to_string());
    }

    pub(crate) fn expr(&mut self, expr: &'s Expr) {
        // Chains hang to the left, deeper than the stack should be.
        let mut chain = Vec::new();
        let mut first = expr;
        while let Expr::Binary(op, left, right) = first {
            chain.push((*op, &**right));
            first = left;
        }
        if chain.is_empty() {
            return self.node(first);
        }
        self.tag(1);
        self.count(chain.len());
        self.node(first);
        for (op, right) in chain.into_iter().rev() {
            self.tag(op as u8);
            self.expr(right);
        }
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
                self.text(&column.name);
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
            Expr::Match { columns, query } => {
                self.tag(15);
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
                self.text(collation);
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
                self.exprs(arguments);
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
                self.text(name);
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
                self.text(name);
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
        }
    }

    fn function(&mut self, function: &Function) {
        self.text(function.name());
        if let Function::Extract(field) = function {
            self.tag(*field as u8);
        }
        // No name of another function is that of one of ours, as it is written.
        self.flag(matches!(function, Function::Named(_)));
    }

    fn frame(&mut self, frame: &Frame) {
        use crate::expr::Bound::{CurrentRow, Following, Preceding, UnboundedFollowing, UnboundedPreceding};
        self.tag(frame.unit as u8);
        self.tag(frame.exclude.map_or(0, |exclude| exclude as u8 + 1));
        for bound in [frame.start, frame.end] {
            match bound {
                UnboundedPreceding => self.tag(0),
                Preceding(count) => {
                    self.tag(1);
                    self.number(count);
                }
                CurrentRow => self.tag(2),
                Following(count) => {
                    self.tag(3);
                    self.number(count);
                }
                UnboundedFollowing => self.tag(4),
            }
        }
    }

    fn orders(&mut self, orders: &'s [Order]) {
        self.count(orders.len());
        for order in orders {
            self.flag(order.descending);
            self.tag(order.nulls.map_or(0, |nulls| nulls as u8 + 1));
            self.expr(&order.expr);
        }
    }

    pub(crate) fn select(&mut self, select: &'s Select) {
        let Select {
            with,
            distinct,
            distinct_on,
            columns,
            labels,
            from,
            joins,
            filter,
            group_by,
            having,
            compound,
            order_by,
            limit,
            offset,
            lock,
        } = select;
        self.count(with.len());
        for Cte { name, columns, body, recursive, materialized } in with {
            self.text(name);
            self.texts(columns);
            self.flag(*recursive);
            self.tag(materialized.map_or(0, |materialized| u8::from(materialized) + 1));
            self.select(body);
        }
        self.flag(*distinct);
        self.exprs(distinct_on);
        self.exprs(columns);
        self.texts(labels);
        self.sources(from, joins);
        self.option(filter.as_ref());
        self.exprs(group_by);
        self.option(having.as_ref());
        self.count(compound.len());
        for (op, member) in compound {
            self.tag(*op as u8);
            self.select(member);
        }
        self.orders(order_by);
        for count in [limit, offset] {
            self.flag(count.is_some());
            self.values.extend(count.as_ref().map(Bound::Count));
        }
        self.flag(lock.is_some());
        if let Some(Lock { strength, of, wait }) = lock {
            self.tag(*strength as u8);
            self.tag(*wait as u8);
            self.count(of.len());
            of.iter().for_each(|id| self.id(*id));
        }
    }

    fn sources(&mut self, from: &'s [Source], joins: &'s [Join]) {
        self.count(from.len());
        from.iter().for_each(|source| self.source(source));
        self.count(joins.len());
        for Join { kind, source, on } in joins {
            self.tag(*kind as u8);
            self.source(source);
            self.option(on.as_ref());
        }
    }

    fn source(&mut self, source: &'s Source) {
        let Source { id, relation, alias, lateral } = source;
        self.id(*id);
        self.flag(*lateral);
        self.flag(alias.is_some());
        if let Some(alias) = alias {
            self.text(alias);
        }
        match relation {
            Relation::Table(name) => {
                self.tag(0);
                self.text(name);
            }
            Relation::Cte(name) => {
                self.tag(1);
                self.text(name);
            }
            Relation::Query(select) => {
                self.tag(2);
                self.select(select);
            }
            Relation::Values { columns, rows } => {
                self.tag(3);
                self.texts(columns);
                self.rows(rows);
            }
        }
    }

    fn set(&mut self, set: &'s [(Name, Expr)]) {
        self.count(set.len());
        for (column, value) in set {
            self.text(column);
            self.expr(value);
        }
    }

    pub(crate) fn insert(&mut self, insert: &'s Insert) {
        let Insert { table, columns, rows, conflict, returning } = insert;
        self.text(table);
        self.texts(columns);
        match rows {
            Rows::Values(rows) => {
                self.tag(0);
                self.rows(rows);
            }
            Rows::Select(select) => {
                self.tag(1);
                self.select(select);
            }
        }
        self.flag(conflict.is_some());
        if let Some(Conflict { target, action }) = conflict {
            self.texts(target);
            match action {
                ConflictAction::Nothing => self.tag(0),
                ConflictAction::Update { set, filter } => {
                    self.tag(1);
                    self.set(set);
                    self.option(filter.as_ref());
                }
            }
        }
        self.exprs(returning);
    }

    pub(crate) fn update(&mut self, update: &'s Update) {
        let Update { table, set, from, joins, filter, returning } = update;
        self.text(table);
        self.set(set);
        self.sources(from, joins);
        self.option(filter.as_ref());
        self.exprs(returning);
    }

    pub(crate) fn delete(&mut self, delete: &'s Delete) {
        let Delete { table, using, joins, filter, returning } = delete;
        self.text(table);
        self.sources(using, joins);
        self.option(filter.as_ref());
        self.exprs(returning);
    }
}

/// What kind a value is of: some texts differ by it.
fn kind(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::I64(_) => 2,
        Value::F64(_) => 3,
        Value::Decimal(_) => 4,
        Value::Text(_) => 5,
        Value::Bytes(_) => 6,
        Value::Date(_) => 7,
        Value::Time(_) => 8,
        Value::DateTime(_) => 9,
        Value::Timestamp(_) => 10,
        Value::Uuid(_) => 11,
        Value::Json(_) => 12,
        Value::Array(_) => 13,
        Value::Invalid(_) => 14,
    }
}
