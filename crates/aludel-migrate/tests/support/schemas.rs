//! Random schemas.

use std::collections::BTreeMap;

use aludel_migrate::DiffOptions;
use aludel_sql::{
    Expr, Type,
    expr::{BinaryOp, Function},
    schema::{
        Action, Column, Conflict, Constraint, ConstraintKind, Counter, Deferrable, Exclusion, FULL_TEXT, ForeignKey,
        Generated, Index, IndexPart, Nulls, Schema, Sequence, Table,
    },
    types::EnumType,
};
use proptest::prelude::*;

fn types() -> impl Strategy<Value = Type> {
    prop_oneof![
        Just(Type::Integer),
        Just(Type::BigInt),
        Just(Type::Text),
        (1..4u32).prop_map(|n| Type::VarChar(n * 10)),
        Just(Type::Boolean),
        Just(Type::Double),
        Just(Type::Date),
        Just(Type::Enum(EnumType::named("mood"))),
    ]
}

/// Stands for the first label of the enum type until that is known.
const FIRST: &str = "the first";

/// Some of the labels, in any order.
fn labels() -> impl Strategy<Value = Vec<String>> {
    let some = prop::sample::subsequence(vec!["sad", "it's", "So, so", "happy"], 1..=4).prop_shuffle();
    some.prop_map(|labels| labels.into_iter().map(str::to_owned).collect())
}

/// Puts the labels where they belong.
fn set_labels(table: &mut Table, labels: &[String]) {
    let first = |expr: &mut Expr| {
        if *expr == Expr::value(FIRST) {
            *expr = Expr::value(labels[0].as_str());
        }
    };
    for column in &mut table.columns {
        if column.ty.as_enum().is_some() {
            column.ty = Type::Enum(EnumType::new("mood", labels.iter().map(String::as_str)));
        }
        column.default.iter_mut().for_each(first);
    }
    for constraint in &mut table.constraints {
        if let ConstraintKind::Check(Expr::Binary(_, _, right)) = &mut constraint.kind {
            first(right);
        }
    }
}

fn columns() -> impl Strategy<Value = BTreeMap<&'static str, Column>> {
    let names = prop::sample::subsequence(vec!["a", "b", "c", "d"], 0..=4);
    names.prop_flat_map(|names| {
        let columns: Vec<_> = names
            .into_iter()
            .map(|name| {
                (types(), any::<bool>(), 0..3_u8, comment()).prop_map(move |(ty, nullable, default, comment)| {
                    let default = match (default, &ty) {
                        (1.., Type::Enum(_)) => Some(Expr::value(FIRST)),
                        (1, ty) if ty.is_integer() => Some(Expr::value(7)),
                        (2, ty) if ty.is_integer() => Some(Expr::Call(Function::Abs, vec![Expr::value(-7)])),
                        (2, Type::Date) => Some(Expr::CurrentDate),
                        _ => None,
                    };
                    (name, Column { nullable, default, comment, ..Column::new(name, ty) })
                })
            })
            .collect();
        columns.prop_map(|columns| columns.into_iter().collect())
    })
}

fn comment() -> impl Strategy<Value = Option<String>> {
    prop::option::weighted(
        0.3,
        prop_oneof![Just("it's".to_owned()), Just("a \\ b".to_owned()), Just("é\n;--".to_owned())],
    )
}

/// A table `t<n>` with a key, random columns, and indexes, checks and foreign keys over them.
fn table(n: usize) -> impl Strategy<Value = Table> {
    (plain_table(n), any::<[bool; 8]>(), any::<[bool; 12]>(), 0..4usize, comment(), comment()).prop_map(
        move |(mut table, flags, more, target, comment, on_key)| {
            table.comment = comment;
            for column in table.columns.iter_mut().filter(|column| column.name == "id") {
                column.comment.clone_from(&on_key);
            }
            add_rare(&mut table, flags, target);
            add_more(&mut table, more);
            table
        },
    )
}

/// A pair of columns that others refer to together, a column computed from them, and an index of a kind that few have.
fn add_rare(table: &mut Table, flags: [bool; 8], target: usize) {
    let name = table.name.clone();
    let bigint = |name: &str| Column { nullable: true, ..Column::new(name, Type::BigInt) };
    table.columns.push(bigint("x"));
    let pair = ConstraintKind::unique(vec!["id".into(), "x".into()]);
    table.constraints.push(Constraint { name: format!("uq_{name}_pair"), kind: pair });
    if flags[0] {
        table.columns.extend([bigint("y"), bigint("z")]);
        let kind = ConstraintKind::ForeignKey(ForeignKey {
            columns: vec!["y".into(), "z".into()],
            table: format!("t{target}"),
            referred: vec!["id".into(), "x".into()],
            on_delete: if flags[1] { Action::SetNull } else { Action::NoAction },
            set_columns: if flags[1] && flags[7] { vec!["z".into()] } else { Vec::new() },
            on_update: if flags[2] { Action::Cascade } else { Action::NoAction },
            match_full: flags[5],
            deferrable: if flags[3] { Deferrable::InitiallyDeferred } else { Deferrable::No },
        });
        table.constraints.push(Constraint { name: format!("fk_{name}_pair"), kind });
    }
    if flags[4] {
        let expr = Expr::name("x").binary(BinaryOp::Mul, Expr::value(2 + i64::from(flags[5])));
        table.columns.push(Column { generated: Some(Generated { expr, stored: true }), ..bigint("twice") });
    }
    if flags[6] {
        let part = IndexPart { descending: flags[7], ..IndexPart::column("x") };
        table.indexes.push(Index {
            name: format!("ix_{name}_rare"),
            parts: vec![if flags[5] { part.nulls(Nulls::First) } else { IndexPart::column("x") }],
            with: if flags[5] && flags[7] {
                [("fillfactor".to_owned(), "70".to_owned())].into()
            } else {
                BTreeMap::new()
            },
            method: (!flags[5]).then(|| "brin".to_owned()),
            include: if flags[5] { vec!["id".into()] } else { Vec::new() },
            ..Index::default()
        });
    }
}

/// Columns of further types, indexes over the beginnings and the words of texts, and another way to count and to compute.
fn add_more(table: &mut Table, flags: [bool; 12]) {
    let name = table.name.clone();
    let nullable = |name: &str, ty| Column { nullable: true, ..Column::new(name, ty) };
    let index =
        |kind: &str, parts: Vec<IndexPart>| Index { name: format!("ix_{name}_{kind}"), parts, ..Index::default() };
    if flags[0] {
        table.columns.push(nullable("note", Type::Text));
        if flags[1] {
            let prefix = Some(if flags[2] { 20 } else { 30 });
            let parts = vec![IndexPart { prefix, ..IndexPart::column("note") }, IndexPart::column("x")];
            table.indexes.push(index("beginning", parts));
        }
        if flags[2] {
            let ops = Some("text_pattern_ops".to_owned());
            let part = IndexPart { ops, descending: flags[3], ..IndexPart::column("note") };
            table.indexes.push(Index {
                unique: flags[1],
                nulls_not_distinct: flags[1] && flags[8],
                ..index("pattern", vec![part])
            });
        }
        if flags[3] && flags[11] {
            let method = Some(FULL_TEXT.to_owned());
            table.indexes.push(Index { method, ..index("words", vec![IndexPart::column("note")]) });
        }
    }
    if flags[4] {
        let default = Some(Expr::CurrentTimestamp);
        table.columns.push(Column { default, nullable: flags[5], ..Column::new("seen", Type::Timestamp) });
    }
    if flags[6] {
        let scale = if flags[5] { 2 } else { 4 };
        table.columns.push(nullable("amount", Type::Decimal { precision: 12, scale }));
        table.columns.push(Column { collation: Some("C".to_owned()), ..nullable("folded", Type::VarChar(30)) });
    }
    if flags[7] {
        let expr = Expr::Call(Function::Abs, vec![Expr::name("x")]);
        let part = IndexPart { descending: flags[8], ..IndexPart::new(expr.clone()) };
        table.indexes.push(index("computed", vec![part]));
        let generated = Some(Generated { expr, stored: flags[9] });
        table.columns.push(Column { generated, ..nullable("absolute", Type::BigInt) });
    }
    let start = if flags[10] { 1000 } else { 1 };
    table.columns.iter_mut().filter_map(|column| column.identity.as_mut()).for_each(|counter| counter.start = start);
}

/// Numbers that a column takes, unless no table is there to have it.
fn sequence() -> impl Strategy<Value = Option<(Sequence, bool)>> {
    let counter = (1..4_i64, 1..4_u32, any::<bool>()).prop_map(|(increment, cache, cycle)| Counter {
        start: 5,
        increment,
        cache,
        cycle,
        ..Counter::default()
    });
    prop::option::of((counter.prop_map(|counter| Sequence { name: "ticket".into(), counter }), any::<bool>()))
}

fn plain_table(n: usize) -> impl Strategy<Value = Table> {
    (columns(), any::<[bool; 8]>(), 0..4usize, any::<bool>()).prop_map(move |(columns, flags, target, shuffled)| {
        let name = format!("t{n}");
        let mut table = Table { name: name.clone(), primary_key: vec!["id".into()], ..Table::default() };
        let key = Column { identity: Some(Counter::default()), ..Column::new("id", Type::BigInt) };
        table.columns = std::iter::once(key).chain(columns.values().cloned()).collect();
        if shuffled {
            table.columns.reverse();
        }
        for (i, column) in columns.keys().enumerate() {
            if flags[i] {
                table.indexes.push(Index {
                    name: format!("ix_{name}_{column}"),
                    parts: vec![IndexPart { descending: flags[7 - i], ..IndexPart::column(*column) }],
                    unique: flags[(i + 3) % 8],
                    predicate: flags[(i + 5) % 8].then(|| Expr::name("id").binary(BinaryOp::Gt, Expr::value(3))),
                    ..Index::default()
                });
            }
            if flags[(i + 2) % 8] && columns[column].ty.is_integer() {
                let kind =
                    ConstraintKind::Check(Expr::name(*column).binary(BinaryOp::Ge, Expr::value(i64::from(flags[6]))));
                table.constraints.push(Constraint { name: format!("ck_{name}_{column}"), kind });
            }
            if flags[(i + 2) % 8] && columns[column].ty.as_enum().is_some() {
                let kind = ConstraintKind::Check(Expr::name(*column).binary(BinaryOp::Ne, Expr::value(FIRST)));
                table.constraints.push(Constraint { name: format!("ck_{name}_{column}"), kind });
            }
            if flags[(i + 4) % 8] {
                let kind = ConstraintKind::Unique {
                    columns: vec![(*column).to_owned()],
                    nulls_not_distinct: flags[(i + 1) % 8],
                };
                table.constraints.push(Constraint { name: format!("uq_{name}_{column}"), kind });
            }
            if flags[(i + 5) % 8] && flags[(i + 1) % 8] && columns[column].ty.is_integer() {
                let kind = ConstraintKind::Exclusion(Exclusion {
                    parts: vec![(IndexPart::column(*column), Conflict::Equal)],
                    predicate: flags[6].then(|| Expr::name("id").binary(BinaryOp::Gt, Expr::value(3))),
                    deferrable: if flags[7] { Deferrable::Yes } else { Deferrable::No },
                    ..Exclusion::default()
                });
                table.constraints.push(Constraint { name: format!("ex_{name}_{column}"), kind });
            }
            if flags[(i + 6) % 8] && columns[column].ty == Type::BigInt {
                let kind = ConstraintKind::ForeignKey(ForeignKey {
                    columns: vec![(*column).to_owned()],
                    table: format!("t{target}"),
                    referred: vec!["id".into()],
                    on_delete: if flags[0] { Action::Cascade } else { Action::NoAction },
                    ..ForeignKey::default()
                });
                table.constraints.push(Constraint { name: format!("fk_{name}_{column}"), kind });
            }
        }
        table
    })
}

/// Up to four tables, with indexes, checks, unique constraints and foreign keys.
pub fn schemas() -> impl Strategy<Value = Schema> {
    let tables: Vec<_> = (0..4).map(|n| proptest::option::weighted(0.8, table(n))).collect();
    (tables, labels(), sequence()).prop_map(|(tables, labels, sequence)| {
        let labelled = tables.into_iter().flatten().map(|mut table| {
            set_labels(&mut table, &labels);
            table
        });
        let mut schema = Schema::new(labelled);
        let names: Vec<String> = schema.tables.keys().cloned().collect();
        for table in schema.tables.values_mut() {
            table.constraints.retain(|constraint| match &constraint.kind {
                ConstraintKind::ForeignKey(key) => names.contains(&key.table),
                _ => true,
            });
        }
        if let Some((sequence, taken)) = sequence {
            if let Some(table) = schema.tables.values_mut().next().filter(|_| taken) {
                let default = Some(Expr::NextValue(sequence.name.clone().into()));
                table.columns.push(Column { default, nullable: true, ..Column::new("ticket", Type::BigInt) });
            }
            schema.sequences.insert(sequence.name.clone(), sequence);
        }
        schema
    })
}

/// The permission to drop what is no more.
pub fn allow_drops(from: &Schema, to: &Schema) -> DiffOptions {
    let tables = from.tables.keys().filter(|name| !to.tables.contains_key(*name));
    let sequences = from.sequences.keys().filter(|name| !to.sequences.contains_key(*name));
    DiffOptions { drop: tables.chain(sequences).cloned().collect(), ..DiffOptions::default() }
}
