//! The shape of statements.

use std::borrow::Cow;

use super::{Bound, FRESH, Shape};
use crate::{
    expr::{Expr, Name},
    statement::{
        Conflict, ConflictAction, Cte, CteBody, Delete, Insert, Join, Lock, Relation, Rows, Sample, Select, Source,
        TableFunction, Update,
    },
};

impl<'s> Shape<'s> {
    pub(crate) fn select(&mut self, select: &'s Select) {
        self.deeper(|shape| shape.whole(select));
    }

    fn whole(&mut self, select: &'s Select) {
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
            grouping_sets,
            having,
            compound,
            order_by,
            limit,
            with_ties,
            offset,
            lock,
        } = select;
        // Most have nothing of all this.
        let plain = with.is_empty()
            && !distinct
            && distinct_on.is_empty()
            && labels.is_empty()
            && group_by.is_empty()
            && grouping_sets.is_empty()
            && having.is_none()
            && compound.is_empty()
            && order_by.is_empty()
            && !with_ties
            && lock.is_none();
        self.tag(u8::from(plain) | u8::from(limit.is_some()) << 1 | u8::from(offset.is_some()) << 2);
        match columns {
            Cow::Borrowed(columns) if columns.iter().all(is_fixed) => {
                self.part_of_program(columns.as_ptr().addr(), columns.len());
            }
            columns => self.exprs(columns),
        }
        self.sources(from, joins);
        self.option(filter.as_ref());
        self.values.extend([limit, offset].into_iter().flatten().map(Bound::Count));
        if plain {
            return;
        }
        self.with(with);
        self.flag(*distinct);
        self.exprs(distinct_on);
        self.names(labels);
        self.exprs(group_by);
        self.count(grouping_sets.len());
        for set in grouping_sets {
            self.count(set.len());
            set.iter().for_each(|place| self.count(*place));
        }
        self.option(having.as_ref());
        self.count(compound.len());
        for (op, member) in compound {
            self.tag(*op as u8);
            self.select(member);
        }
        self.orders(order_by);
        self.flag(*with_ties);
        self.flag(lock.is_some());
        if let Some(Lock { strength, of, wait }) = lock {
            self.tag(*strength as u8);
            self.tag(*wait as u8);
            self.count(of.len());
            of.iter().for_each(|id| self.id(*id));
        }
    }

    fn with(&mut self, with: &'s [Cte]) {
        self.count(with.len());
        for Cte { name, columns, body, recursive, materialized } in with {
            self.name(name);
            self.names(columns);
            self.flag(*recursive);
            self.tag(materialized.map_or(0, |materialized| u8::from(materialized) + 1));
            match body {
                CteBody::Select(select) => {
                    self.tag(0);
                    self.select(select);
                }
                CteBody::Insert(insert) => {
                    self.tag(1);
                    self.insert(insert);
                }
                CteBody::Update(update) => {
                    self.tag(2);
                    self.update(update);
                }
                CteBody::Delete(delete) => {
                    self.tag(3);
                    self.delete(delete);
                }
            }
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
        let Source { id, relation, alias, lateral, sample } = source;
        self.id(*id);
        self.flag(*lateral);
        self.flag(alias.is_some());
        if let Some(alias) = alias {
            self.name(alias);
        }
        self.flag(sample.is_some());
        if let Some(Sample { blocks, percent, seed }) = sample {
            self.flag(*blocks);
            self.number(percent.to_bits());
            self.number(seed.map_or(0, |seed| u64::from(seed) + 1));
        }
        match relation {
            Relation::Table(name) => {
                self.tag(0);
                self.name(name);
            }
            Relation::Cte(name) => {
                self.tag(1);
                self.name(name);
            }
            Relation::Query(select) => {
                self.tag(2);
                self.select(select);
            }
            Relation::Values { columns, types, rows } => {
                self.tag(3);
                self.names(columns);
                self.count(types.len());
                types.iter().for_each(|ty| self.ty(ty));
                self.rows(rows);
            }
            Relation::Function { function, columns } => {
                self.tag(4);
                self.text(function.name());
                if let TableFunction::Series { step, .. } = **function {
                    self.number(step.cast_unsigned());
                }
                self.names(columns);
                function.arguments().for_each(|argument| self.expr(argument));
            }
        }
    }

    fn set(&mut self, set: &'s [(Name, Expr)]) {
        self.count(set.len());
        for (column, value) in set {
            self.name(column);
            self.expr(value);
        }
    }

    pub(crate) fn insert(&mut self, insert: &'s Insert) {
        let Insert { with, table, columns, rows, conflict, returning } = insert;
        self.with(with);
        self.name(table);
        self.names(columns);
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
            self.names(target);
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
        let Update { with, table, key, set, from, joins, filter, returning } = update;
        self.with(with);
        self.name(table);
        self.names(key);
        self.set(set);
        self.sources(from, joins);
        self.option(filter.as_ref());
        self.exprs(returning);
    }

    pub(crate) fn delete(&mut self, delete: &'s Delete) {
        let Delete { with, table, key, using, joins, filter, returning } = delete;
        self.with(with);
        self.name(table);
        self.names(key);
        self.sources(using, joins);
        self.option(filter.as_ref());
        self.exprs(returning);
    }
}

/// Whether it is a column that says all there is: neither a value nor an id that is never the same twice.
fn is_fixed(expr: &Expr) -> bool {
    matches!(expr, Expr::Column(column) if column.source.is_some_and(|id| id < FRESH))
}
