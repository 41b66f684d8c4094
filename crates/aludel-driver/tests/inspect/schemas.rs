//! Random schemas that a database can hold.

use std::collections::BTreeMap;

use aludel_sql::{
    Dialect, Expr, Type,
    dialect::IndexMethod,
    expr::{BinaryOp, Function, RangeOf},
    schema::{
        Action, Column, Conflict, Constraint, ConstraintKind, Counter, Deferrable, Exclusion, ForeignKey, Generated,
        Index, IndexPart, Nulls, Schema, Sequence, Table,
    },
    types::Geometry,
};
use proptest::prelude::*;

use super::values::{condition, ty, value};

/// Up to three tables, which refer to one another.
pub(crate) fn schemas(dialect: &'static dyn Dialect) -> BoxedStrategy<Schema> {
    let tables: Vec<_> = (0..3).map(|n| table(dialect, n)).collect();
    let sequence =
        prop::option::of(sequence()).prop_map(|sequence| sequence.filter(|_| dialect.capability().sequences));
    (tables, sequence, 0..3_usize)
        .prop_map(|(mut tables, sequence, counted)| {
            if let Some(sequence) = &sequence {
                let default = Some(Expr::NextValue(sequence.name.clone().into()));
                tables[counted].columns.push(Column { default, ..Column::new("ticket", Type::BigInt) });
            }
            let mut schema = Schema::new(tables);
            schema.sequences.extend(sequence.map(|sequence| (sequence.name.clone(), sequence)));
            schema
        })
        .boxed()
}

fn sequence() -> impl Strategy<Value = Sequence> {
    let name = prop::sample::select(vec!["tickets", "Ticket Number"]);
    (name, -3..4_i64, 1..50_u32, any::<[bool; 4]>()).prop_map(|(name, step, cache, flags)| {
        let increment = if step == 0 { 10 } else { step };
        let counter = Counter {
            start: if flags[0] { 7 } else { -7 },
            increment,
            min: (flags[0] != (increment > 0) || flags[1]).then_some(-1000),
            max: (flags[0] == (increment < 0) || flags[2]).then_some(1000),
            cycle: flags[3],
            cache,
        };
        Sequence { name: name.to_owned(), counter }
    })
}

fn table(dialect: &'static dyn Dialect, n: usize) -> BoxedStrategy<Table> {
    let columns: Vec<_> = (0..4).map(|i| column(dialect, i)).collect();
    (columns, 0..5_usize, 0..4_u8)
        .prop_flat_map(move |(mut columns, count, key)| {
            columns.truncate(count);
            let plain = columns.clone();
            let conditions = prop::collection::vec(condition(&plain), 0..3);
            let predicate = prop::option::of(condition(&plain));
            (Just(columns), Just(key), conditions, predicate, foreign_key(dialect, n), any::<[bool; 12]>())
        })
        .prop_map(move |(columns, key, conditions, predicate, foreign_key, flags)| {
            let name = ["base", "order", "third table"][n].to_owned();
            let mut table = Table { name: name.clone(), columns, ..Table::default() };
            add_keys(&mut table, key, counter(dialect, flags), foreign_key);
            add_computed(dialect, &mut table, flags);
            for (i, check) in conditions.into_iter().enumerate() {
                let kind = ConstraintKind::Check(check);
                table.constraints.push(Constraint { name: format!("ck_{name}_{i}"), kind });
            }
            add_indexes(dialect, &mut table, predicate, flags);
            table
        })
        .prop_flat_map(move |table| (Just(table), comment(), prop::collection::vec(comment(), 8), any::<[bool; 8]>()))
        .prop_map(move |(mut table, on_table, on_columns, flags)| {
            table.comment = on_table;
            add_rest(dialect, n, &mut table, flags);
            add_native(dialect, &mut table, flags);
            for (column, comment) in table.columns.iter_mut().zip(on_columns) {
                column.comment = comment;
            }
            table
        })
        .boxed()
}

fn comment() -> impl Strategy<Value = Option<String>> {
    prop::option::weighted(0.4, prop_oneof!["[a-z' \"\\\\%;?-]{1,6}", Just("é\u{20ac}\n".to_owned())])
}

/// A pair of columns that others refer to together, a collation, and an index with all that few databases have.
fn add_rest(dialect: &dyn Dialect, n: usize, table: &mut Table, flags: [bool; 8]) {
    let (name, capability) = (table.name.clone(), dialect.capability());
    let nullable = |name: &str| Column { nullable: true, ..Column::new(name, Type::BigInt) };
    table.columns.extend([nullable("left"), nullable("right")]);
    let nulls_not_distinct = capability.index_options && flags[5];
    let kind = ConstraintKind::Unique { columns: vec!["left".into(), "right".into()], nulls_not_distinct };
    table.constraints.push(Constraint { name: format!("uq_{name}_pair"), kind });
    let options = capability.foreign_key_options;
    if n > 0 && flags[0] {
        table.columns.extend([nullable("l"), nullable("r")]);
        let kind = ConstraintKind::ForeignKey(ForeignKey {
            columns: vec!["l".into(), "r".into()],
            table: "base".into(),
            referred: vec!["left".into(), "right".into()],
            on_delete: if flags[1] { Action::SetNull } else { Action::NoAction },
            set_columns: if flags[1] && flags[4] && options { vec!["r".into()] } else { Vec::new() },
            on_update: if flags[2] { Action::Cascade } else { Action::NoAction },
            match_full: flags[3] && options,
            deferrable: Deferrable::No,
        });
        table.constraints.push(Constraint { name: format!("fk_{name}_pair"), kind });
    }
    if flags[3] {
        let collation = match dialect.name() {
            "sqlite" => "NOCASE",
            "postgres" => "C",
            _ => "utf8mb4_general_ci",
        };
        let collation = Some(collation.to_owned());
        table.columns.push(Column { nullable: true, collation, ..Column::new("folded", Type::VarChar(30)) });
    }
    if capability.exclusion && flags[6] {
        let (left, right) = (Expr::name("left"), Expr::name("right"));
        let arguments = if flags[1] { vec![left, right, Expr::value("[]")] } else { vec![left, right] };
        let range = IndexPart::new(Expr::Call(Function::Range(RangeOf::BigInt), arguments));
        let positive = || Expr::name("left").binary(BinaryOp::Gt, Expr::value(3_i64));
        let exclusion = Exclusion {
            method: flags[2].then(|| "gist".into()),
            parts: match flags[2] {
                true => vec![(range, Conflict::Overlap)],
                false => vec![(IndexPart::column("right"), Conflict::Equal), (range, Conflict::Equal)],
            },
            predicate: flags[3].then(positive),
            deferrable: match (flags[4], flags[5]) {
                (false, _) => Deferrable::No,
                (true, false) => Deferrable::Yes,
                (true, true) => Deferrable::InitiallyDeferred,
            },
        };
        let kind = ConstraintKind::Exclusion(exclusion);
        table.constraints.push(Constraint { name: format!("ex_{name}"), kind });
    }
    if capability.index_options && flags[4] {
        let part = IndexPart { descending: flags[5], ..IndexPart::column("left") };
        let index = match flags[6] {
            true => Index {
                parts: vec![part.nulls(Nulls::First)],
                unique: flags[1],
                nulls_not_distinct: flags[1] && flags[2],
                include: vec!["right".into()],
                with: if flags[7] { with("fillfactor", "70") } else { BTreeMap::new() },
                ..Index::default()
            },
            false => Index {
                parts: vec![IndexPart::column("right")],
                method: Some(if flags[7] { "hash" } else { "brin" }.into()),
                with: if flags[1] || flags[7] { BTreeMap::new() } else { with("autosummarize", "on") },
                ..Index::default()
            },
        };
        table.indexes.push(Index { name: format!("ix_{name}_more"), ..index });
    }
}

fn with(parameter: &str, value: &str) -> BTreeMap<String, String> {
    [(parameter.to_owned(), value.to_owned())].into()
}

const POINT: Type = Type::Geometry(Geometry::Point);

/// Indexes over beginnings of columns, over the words in them and over what is inside them, as far as the database has them.
fn add_native(dialect: &dyn Dialect, table: &mut Table, flags: [bool; 8]) {
    let has = |method: &str| dialect.index_method(method) != IndexMethod::Unknown;
    let first = |is: &dyn Fn(&Type) -> bool| {
        let column = table.columns.iter().find(|column| is(&column.ty) && column.generated.is_none());
        column.map(|column| IndexPart::column(column.name.clone()))
    };
    let long = first(&|ty| matches!(ty, Type::VarChar(64) | Type::Text | Type::VarBinary(_) | Type::Blob));
    let words = first(&|ty| matches!(ty, Type::VarChar(64) | Type::Text));
    let inside = first(&|ty| matches!(ty, Type::Json | Type::Array(_)));
    let json = first(&|ty| *ty == Type::Json);
    let text = first(&|ty| matches!(ty, Type::Text));
    let place = dialect.column_type(&mut String::new(), &POINT).is_ok().then(|| IndexPart::column("place"));
    let name = table.name.clone();
    let index = |kind: &str, parts: Vec<IndexPart>, method: Option<&str>| {
        let method = method.map(str::to_owned);
        Index { name: format!("ix_{name}_{kind}"), parts, method, ..Index::default() }
    };
    let mut indexes = Vec::new();
    if let Some(part) = long.filter(|_| dialect.capability().index_prefix && flags[0]) {
        let parts = vec![IndexPart { prefix: Some(7), descending: flags[1], ..part }, IndexPart::column("left")];
        indexes.push(Index { unique: flags[2], ..index("beginning", parts, None) });
    }
    let class = |part: IndexPart, ops: &str| IndexPart { ops: Some(ops.to_owned()), ..part };
    let options = dialect.capability().index_options;
    if let Some(part) = words.clone().filter(|_| options && flags[4]) {
        let lower = IndexPart::new(Expr::Call(Function::Lower, vec![part.expr.clone()]));
        let part = class(if flags[5] { lower } else { part }, "text_pattern_ops");
        indexes.push(index("pattern", vec![IndexPart { descending: flags[6], ..part }], None));
    }
    if let Some(part) = json.filter(|_| options && flags[7]) {
        indexes.push(index("paths", vec![class(part, "jsonb_path_ops")], Some("gin")));
    }
    table.columns.extend(place.iter().map(|_| Column::new("place", POINT)));
    for (method, part) in [("fulltext", words), ("gin", inside), ("spgist", text), ("spatial", place)] {
        if let Some(part) = part.filter(|_| has(method) && flags[3]) {
            indexes.push(index(method, vec![part], Some(method)));
        }
    }
    table.indexes.extend(indexes);
}

fn column(dialect: &'static dyn Dialect, i: usize) -> BoxedStrategy<Column> {
    let name = ["a", "b", "Mixed Case", "select"][i];
    ty(dialect)
        .prop_flat_map(move |ty| {
            let default = match ty {
                Type::Geometry(_) => Just(None).boxed(),
                _ => prop::option::of(default(&ty)).boxed(),
            };
            (Just(ty), any::<bool>(), default)
        })
        .prop_map(move |(ty, nullable, default)| Column { nullable, default, ..Column::new(name, ty) })
        .boxed()
}

fn default(ty: &Type) -> BoxedStrategy<Expr> {
    let value = value(ty).prop_map(Expr::Value);
    match ty {
        Type::DateTime | Type::Timestamp => prop_oneof![value, Just(Expr::CurrentTimestamp)].boxed(),
        Type::Date => prop_oneof![value, Just(Expr::CurrentDate)].boxed(),
        _ => match computed(ty) {
            Some(computed) => prop_oneof![3 => value, 1 => Just(computed)].boxed(),
            None => value.boxed(),
        },
    }
}

/// An expression of this type, over no columns.
fn computed(ty: &Type) -> Option<Expr> {
    Some(match ty {
        Type::SmallInt | Type::Integer | Type::BigInt => Expr::Call(Function::Abs, vec![Expr::value(-7)]),
        Type::Boolean => Expr::value(1).binary(BinaryOp::Lt, Expr::value(2)),
        Type::VarChar(2..) | Type::Text => Expr::Call(Function::Lower, vec![Expr::value("A 'b'")]),
        _ => return None,
    })
}

fn foreign_key(dialect: &'static dyn Dialect, n: usize) -> BoxedStrategy<Option<ForeignKey>> {
    if n == 0 {
        return Just(None).boxed();
    }
    let capability = dialect.capability();
    let mut actions = vec![Action::NoAction, Action::Restrict, Action::Cascade, Action::SetNull];
    if capability.set_default {
        actions.push(Action::SetDefault);
    }
    let mut deferrable = vec![Deferrable::No];
    if capability.deferrable {
        deferrable.extend([Deferrable::Yes, Deferrable::InitiallyDeferred]);
    }
    let action = prop::sample::select(actions);
    let key =
        (action.clone(), action, prop::sample::select(deferrable)).prop_map(|(on_delete, on_update, deferrable)| {
            ForeignKey {
                columns: vec!["parent".into()],
                table: "base".into(),
                referred: vec!["code".into()],
                on_delete,
                on_update,
                deferrable,
                ..ForeignKey::default()
            }
        });
    prop::option::of(key).boxed()
}

/// How an identity counts: as far as the database can.
fn counter(dialect: &dyn Dialect, flags: [bool; 12]) -> Counter {
    let counter = Counter { start: if flags[0] { 1000 } else { 1 }, ..Counter::default() };
    match flags[1] && dialect.capability().identity_options {
        false => counter,
        true => Counter { increment: -10, max: Some(2000), cycle: flags[2], cache: 5, ..counter },
    }
}

/// The primary key, the unique `code` that others refer to, and the reference.
fn add_keys(table: &mut Table, key: u8, counter: Counter, foreign_key: Option<ForeignKey>) {
    let name = table.name.clone();
    let integer = |name: &str| Column::new(name, Type::Integer);
    match key {
        0 => {
            table.columns.insert(0, Column { identity: Some(counter), ..Column::new("id", Type::BigInt) });
            table.primary_key = vec!["id".into()];
        }
        1 => {
            table.columns.insert(0, Column::new("key", Type::VarChar(20)));
            table.primary_key = vec!["key".into()];
        }
        2 => {
            table.columns.extend([integer("x"), Column::new("y", Type::BigInt)]);
            table.primary_key = vec!["y".into(), "x".into()];
        }
        _ => table.columns.push(integer("lonely")),
    }
    table.columns.push(integer("code"));
    let kind = ConstraintKind::unique(vec!["code".into()]);
    table.constraints.push(Constraint { name: format!("uq_{name}_code"), kind });
    if let Some(foreign_key) = foreign_key {
        table.columns.push(Column { nullable: true, ..integer("parent") });
        let kind = ConstraintKind::ForeignKey(foreign_key);
        table.constraints.push(Constraint { name: format!("fk_{name}_parent"), kind });
    }
}

fn add_computed(dialect: &dyn Dialect, table: &mut Table, flags: [bool; 12]) {
    if !flags[0] {
        return;
    }
    let stored = flags[1] || !dialect.capability().virtual_column;
    let expr = Expr::Call(Function::Abs, vec![Expr::name("code").binary(BinaryOp::Mul, Expr::value(2))]);
    let generated = Some(Generated { expr, stored });
    table.columns.push(Column { nullable: flags[2], generated, ..Column::new("twice", Type::BigInt) });
}

fn add_indexes(dialect: &dyn Dialect, table: &mut Table, predicate: Option<Expr>, flags: [bool; 12]) {
    let capability = dialect.capability();
    let name = table.name.clone();
    if flags[3] {
        table.indexes.push(Index {
            name: format!("ix_{name}_code"),
            parts: vec![IndexPart { descending: flags[4], ..IndexPart::column("code") }],
            unique: flags[5],
            predicate: predicate.filter(|_| flags[6] && capability.partial_index),
            ..Index::default()
        });
    }
    if flags[7] {
        let mut parts = vec![IndexPart::column("code")];
        if capability.expression_index && flags[8] {
            let expr = Expr::name("code").binary(BinaryOp::Add, Expr::value(1));
            parts.push(IndexPart { descending: flags[9], ..IndexPart::new(expr) });
        }
        parts.insert(0, IndexPart { descending: flags[10], ..IndexPart::column(table.columns[0].name.clone()) });
        let keyable = matches!(table.columns[0].ty, Type::Integer | Type::BigInt | Type::Boolean | Type::VarChar(_));
        if keyable && table.columns[0].name != "code" {
            table.indexes.push(Index { name: format!("ix_{name}_2"), parts, unique: flags[11], ..Index::default() });
        }
    }
}
