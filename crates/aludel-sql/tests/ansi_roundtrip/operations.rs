//! Random operations in the normal form that the parser gives.

use aludel_sql::{
    Expr, Operation, Type, Value,
    expr::{BinaryOp, ColumnRef, Field, Function, Is, RangeOf, UnaryOp},
    operation::{ColumnChange, Place, TypeChange},
    schema::{
        Action, Column, Conflict, Constraint, ConstraintKind, Counter, Deferrable, Exclusion, ForeignKey, Generated,
        Index, IndexPart, Nulls, Sequence, Table,
    },
    statement::{Delete, Insert, Order, Relation, Rows, Select, Source, Update},
    types::{EnumType, check_name},
};
use jiff::{Timestamp, civil};
use proptest::{
    collection::{btree_map, vec},
    option,
    prelude::*,
    sample,
};

/// Pieces of the language, for texts that are nearly in it.
pub const VOCABULARY: &[&str] = &[
    "SELECT",
    "FROM",
    "WHERE",
    "AND",
    "OR",
    "NOT",
    "IN",
    "IS",
    "NULL",
    "TRUE",
    "LIKE",
    "BETWEEN",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "CAST",
    "AS",
    "EXISTS",
    "DISTINCT",
    "GROUP",
    "BY",
    "ORDER",
    "DESC",
    "LIMIT",
    "OFFSET",
    "UPDATE",
    "SET",
    "INSERT",
    "INTO",
    "VALUES",
    "DELETE",
    "CREATE",
    "TABLE",
    "INDEX",
    "UNIQUE",
    "USING",
    "INCLUDE",
    "NULLS",
    "FIRST",
    "COMMENT",
    "ON",
    "ALTER",
    "COLUMN",
    "ADD",
    "DROP",
    "CONSTRAINT",
    "CHECK",
    "PRIMARY",
    "KEY",
    "FOREIGN",
    "REFERENCES",
    "DEFAULT",
    "RENAME",
    "TO",
    "CALL",
    "DATE",
    "TIMESTAMP",
    "WITH",
    "TIME",
    "ZONE",
    "COUNT",
    "SUBSTRING",
    "POSITION",
    "EXTRACT",
    "TYPE",
    "ENUM",
    "VALUE",
    "status",
    "YEAR",
    "COALESCE",
    "(",
    ")",
    ",",
    ";",
    "*",
    "+",
    "-",
    "/",
    "||",
    "=",
    "<>",
    "<",
    ".",
    "a",
    "b",
    "t",
    "\"q\"\"r\"",
    "'it''s'",
    "'2026-01-02'",
    "1",
    "2.5",
    "1e3",
    "X'00'",
    "TEXT",
    "ARRAY",
    "[",
    "]",
    "BIGINT",
    "VARCHAR(5)",
    "DECIMAL(5,2)",
    "CURRENT_TIMESTAMP",
    "GENERATED",
    "ALWAYS",
    "STORED",
    "COLLATE",
    "'",
    "\"",
    "--",
    "/*",
    "*/",
    "::",
    "é",
    "🦀",
];

pub fn name() -> BoxedStrategy<String> {
    prop_oneof![
        4 => "[a-z_][a-z0-9_]{0,8}",
        2 => "[A-Z0-9 \"'éß🦀.;`%-]{1,6}",
        1 => sample::select(vec!["user", "order", "select", "values", "Name", "1st", "--", "timestamp", "date", "position"])
            .prop_map(str::to_owned),
    ]
    .boxed()
}

/// The name of something a schema can hold.
fn plain() -> BoxedStrategy<String> {
    name().prop_map(|name| name.replace('.', "_")).boxed()
}

/// Such a name, with or without a schema before it.
fn object() -> BoxedStrategy<String> {
    prop_oneof![3 => plain(), 1 => (plain(), plain()).prop_map(|(schema, name)| format!("{schema}.{name}"))].boxed()
}

/// Two such names in one schema.
fn renamed() -> BoxedStrategy<(String, String)> {
    (object(), plain()).prop_map(|(name, to)| (name.clone(), aludel_sql::name::beside(&name, &to))).boxed()
}

fn names(least: usize, most: usize) -> BoxedStrategy<Vec<String>> {
    vec(name(), least..=most)
        .prop_map(|mut names| {
            let mut seen = std::collections::HashSet::new();
            names.retain(|name| seen.insert(name.clone()));
            names
        })
        .boxed()
}

fn text() -> BoxedStrategy<String> {
    prop_oneof![any::<String>(), "[a-z'\"\\\\\n\r\t%;🦀é-]{0,10}", "--.*", "[/*]{0,4}"]
        .prop_map(|text| text.replace('\0', ""))
        .boxed()
}

fn ty() -> BoxedStrategy<Type> {
    prop_oneof![4 => element_type(), 1 => element_type().prop_map(|element| Type::Array(Box::new(element)))].boxed()
}

fn element_type() -> BoxedStrategy<Type> {
    prop_oneof![
        sample::select(vec![
            Type::Boolean,
            Type::SmallInt,
            Type::Integer,
            Type::BigInt,
            Type::Real,
            Type::Double,
            Type::Text,
            Type::Blob,
            Type::Date,
            Type::Time,
            Type::DateTime,
            Type::Timestamp,
            Type::Uuid,
            Type::Json,
        ]),
        (1..=65_u8, 0..=30_u8).prop_map(|(precision, scale)| Type::Decimal { precision, scale: scale.min(precision) }),
        enum_name().prop_map(|name| Type::Enum(EnumType::named(name))),
        (1..=u32::MAX).prop_map(Type::VarChar),
        (1..=u32::MAX).prop_map(Type::VarBinary),
    ]
    .boxed()
}

fn date() -> impl Strategy<Value = civil::Date> {
    (0..=9999_i16, 1..=12_i8, 1..=28_i8).prop_map(|(y, m, d)| civil::date(y, m, d))
}

fn time() -> impl Strategy<Value = civil::Time> {
    (0..24_i8, 0..60_i8, 0..60_i8, prop_oneof![Just(0), 0..1_000_000])
        .prop_map(|(h, m, s, micros)| civil::time(h, m, s, micros * 1000))
}

pub fn value() -> BoxedStrategy<Value> {
    prop_oneof![12 => plain_value(), 1 => vec(plain_value(), 0..4).prop_map(Value::Array)].boxed()
}

fn plain_value() -> BoxedStrategy<Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        prop_oneof![any::<i64>(), -9..10_i64, Just(i64::MIN)].prop_map(Value::I64),
        prop_oneof![any::<f64>(), -9.0..9.0, Just(-0.0)]
            .prop_filter("finite", |number| number.is_finite())
            .prop_map(Value::F64),
        "-?[0-9]{1,20}(\\.[0-9]{1,10})?".prop_map(Value::Decimal),
        text().prop_map(Value::Text),
        vec(any::<u8>(), 0..6).prop_map(Value::Bytes),
        date().prop_map(Value::Date),
        time().prop_map(Value::Time),
        (date(), time()).prop_map(|(date, time)| Value::DateTime(date.to_datetime(time))),
        (-62_167_219_200_000_000..253_402_207_200_000_000_i64)
            .prop_map(|micros| Value::Timestamp(Timestamp::from_microsecond(micros).unwrap())),
        any::<[u8; 16]>().prop_map(Value::Uuid),
        text().prop_map(Value::Json),
    ]
    .boxed()
}

#[derive(Clone, Copy)]
struct Within {
    columns: bool,
    subqueries: bool,
}

const ROW: Within = Within { columns: true, subqueries: false };
const NOTHING: Within = Within { columns: false, subqueries: false };
const STATEMENT: Within = Within { columns: true, subqueries: true };

fn expr(within: Within, depth: u32) -> BoxedStrategy<Expr> {
    let mut leaves = vec![value().prop_map(Expr::Value).boxed(), Just(Expr::CurrentTimestamp).boxed()];
    leaves.extend([Just(Expr::CurrentDate).boxed(), Just(Expr::CountAll).boxed()]);
    if within.columns {
        leaves.push(name().prop_map(Expr::name).boxed());
        // Which number makes sense is settled when the statement is whole.
        let source = if within.subqueries { option::of(any::<u32>()).boxed() } else { Just(None).boxed() };
        leaves.push(
            (source, name()).prop_map(|(source, name)| Expr::Column(ColumnRef { source, name: name.into() })).boxed(),
        );
    }
    let leaf = proptest::strategy::Union::new(leaves).boxed();
    if depth == 0 {
        return leaf;
    }
    let inner = move || expr(within, depth - 1);
    let boxed = move || inner().prop_map(Box::new);
    let list = move |least, most| vec(expr(within, depth - 1), least..=most);
    let mut choices = vec![
        leaf,
        boxed().prop_map(|operand| Expr::Unary(UnaryOp::Not, operand)).boxed(),
        boxed().prop_map(|operand| Expr::Unary(UnaryOp::Negate, operand)).boxed(),
        (binary_op(), inner(), inner()).prop_map(|(op, left, right)| binary(op, left, right)).boxed(),
        (binary_op(), inner(), inner()).prop_map(|(op, left, right)| binary(op, left, right)).boxed(),
        list(2, 4).prop_map(|list| list.into_iter().reduce(Expr::and).unwrap()).boxed(),
        list(2, 4).prop_map(|list| list.into_iter().reduce(Expr::or).unwrap()).boxed(),
        (boxed(), sample::select(vec![Is::Null, Is::True, Is::False]), any::<bool>())
            .prop_map(|(expr, what, negated)| Expr::Is { expr, what, negated })
            .boxed(),
        (boxed(), list(1, 3), any::<bool>()).prop_map(|(expr, list, negated)| Expr::In { expr, list, negated }).boxed(),
        (boxed(), boxed(), boxed(), any::<bool>())
            .prop_map(|(expr, low, high, negated)| Expr::Between { expr, low, high, negated })
            .boxed(),
        (boxed(), boxed(), option::of(any::<char>().prop_filter("no NUL", |c| *c != '\0')), any::<bool>())
            .prop_map(|(expr, pattern, escape, negated)| Expr::Like {
                expr,
                pattern,
                escape,
                insensitive: false,
                negated,
            })
            .boxed(),
        (option::of(boxed()), vec((inner(), inner()), 1..3), option::of(boxed()))
            .prop_map(|(operand, arms, otherwise)| Expr::Case { operand, arms, otherwise })
            .boxed(),
        (boxed(), ty()).prop_map(|(expr, ty)| Expr::Cast(expr, ty)).boxed(),
        call(within, depth - 1),
    ];
    if within.subqueries {
        choices.push(select(depth - 1, 1).prop_map(|select| Expr::Subquery(Box::new(select))).boxed());
        choices.push(
            (select(depth - 1, 2), any::<bool>())
                .prop_map(|(select, negated)| Expr::Exists { select: Box::new(select), negated })
                .boxed(),
        );
    }
    proptest::strategy::Union::new(choices).boxed()
}

fn binary_op() -> impl Strategy<Value = BinaryOp> {
    sample::select(vec![
        BinaryOp::Eq,
        BinaryOp::Ne,
        BinaryOp::Lt,
        BinaryOp::Le,
        BinaryOp::Gt,
        BinaryOp::Ge,
        BinaryOp::IsDistinct,
        BinaryOp::IsNotDistinct,
        BinaryOp::Add,
        BinaryOp::Sub,
        BinaryOp::Mul,
        BinaryOp::Div,
        BinaryOp::Concat,
    ])
}

fn binary(op: BinaryOp, left: Expr, right: Expr) -> Expr {
    // The quotient of two integers is refused.
    let right = if op == BinaryOp::Div { Expr::Cast(Box::new(right), Type::Double) } else { right };
    left.binary(op, right)
}

fn call(within: Within, depth: u32) -> BoxedStrategy<Expr> {
    let functions = vec![
        (Function::Coalesce, 2, 4),
        (Function::NullIf, 2, 2),
        (Function::Abs, 1, 1),
        (Function::Round, 1, 2),
        (Function::Mod, 2, 2),
        (Function::Lower, 1, 1),
        (Function::Upper, 1, 1),
        (Function::Trim, 1, 1),
        (Function::Replace, 3, 3),
        (Function::CharLength, 1, 1),
        (Function::Position, 2, 2),
        (Function::Substring, 2, 3),
        (Function::Concat, 1, 4),
        (Function::Greatest, 2, 3),
        (Function::Least, 2, 3),
        (Function::Extract(Field::Year), 1, 1),
        (Function::Extract(Field::Second), 1, 1),
        (Function::Range(RangeOf::Date), 2, 3),
        (Function::Count, 1, 1),
        (Function::Sum, 1, 1),
        (Function::Min, 1, 1),
        (Function::Max, 1, 1),
        (Function::Avg, 1, 1),
    ];
    sample::select(functions)
        .prop_flat_map(move |(function, least, most)| (Just(function), vec(expr(within, depth), least..=most)))
        .prop_map(|(function, arguments)| Expr::Call(function, arguments))
        .boxed()
}

/// A SELECT with as many columns, whose sources have no names yet.
fn select(depth: u32, columns: usize) -> BoxedStrategy<Select> {
    let list = move |least, most| vec(expr(STATEMENT, depth), least..=most);
    let order =
        (expr(STATEMENT, depth), any::<bool>()).prop_map(|(expr, descending)| Order { expr, descending, nulls: None });
    (
        any::<bool>(),
        list(columns, columns),
        0..3_usize,
        option::of(expr(STATEMENT, depth)),
        list(0, 1),
        vec(order, 0..2),
        option::of(any::<u64>()),
        option::of(any::<u64>()),
    )
        .prop_map(|(distinct, columns, sources, filter, group_by, order_by, limit, offset)| Select {
            distinct,
            columns: columns.into(),
            from: vec![Source::table(""); sources],
            filter,
            group_by,
            order_by,
            limit,
            offset,
            ..Select::default()
        })
        .boxed()
}

/// Gives sources names of their own and columns the numbers of sources there are, as the parser would.
struct Settle {
    scopes: Vec<usize>,
}

impl Settle {
    fn select(&mut self, select: &mut Select) {
        let first: usize = self.scopes.iter().sum();
        for (i, source) in select.from.iter_mut().enumerate() {
            let number = first + i;
            let table =
                if number.is_multiple_of(2) { "the source".into() } else { format!("the_source_{number}").into() };
            *source = Source {
                id: u32::try_from(number).unwrap(),
                relation: Relation::Table(table),
                lateral: false,
                sample: None,
                alias: number.is_multiple_of(2).then(|| format!("the alias {number}").into()),
            };
        }
        self.scopes.push(select.from.len());
        select.columns.to_mut().iter_mut().for_each(|column| self.expr(column));
        select.filter.iter_mut().for_each(|filter| self.expr(filter));
        select.group_by.iter_mut().for_each(|expr| self.expr(expr));
        select.order_by.iter_mut().for_each(|order| self.expr(&mut order.expr));
        self.scopes.pop();
    }

    fn expr(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Column(column) => {
                let sources: usize = self.scopes.iter().sum();
                let alone = sources == 0 || self.scopes == [1];
                column.source = column.source.filter(|_| !alone).map(|number| number % u32::try_from(sources).unwrap());
            }
            Expr::Exists { select, .. } | Expr::Subquery(select) => self.select(select),
            other => other.parts_mut(&mut |part| self.expr(part)),
        }
    }
}

fn default() -> BoxedStrategy<Expr> {
    prop_oneof![value().prop_map(Expr::Value), Just(Expr::CurrentTimestamp), next_value(), expr(NOTHING, 2)].boxed()
}

fn next_value() -> impl Strategy<Value = Expr> {
    object().prop_map(|name| Expr::NextValue(name.into()))
}

fn column() -> BoxedStrategy<Column> {
    let generated = (expr(ROW, 2), any::<bool>()).prop_map(|(expr, stored)| Generated { expr, stored });
    (
        name(),
        ty(),
        any::<bool>(),
        option::of(default()),
        option::weighted(0.1, name()),
        option::weighted(0.1, generated),
    )
        .prop_map(|(name, ty, nullable, default, collation, generated)| Column {
            name,
            ty,
            nullable,
            identity: None,
            default: default.filter(|_| generated.is_none()),
            collation,
            generated,
            comment: None,
        })
        .boxed()
}

fn action() -> impl Strategy<Value = Action> {
    sample::select(vec![Action::NoAction, Action::Restrict, Action::Cascade, Action::SetNull, Action::SetDefault])
}

/// A constraint over some of these columns.
fn constraint(columns: Vec<String>) -> BoxedStrategy<Constraint> {
    let most = columns.len();
    let some = move || sample::subsequence(columns.clone(), 1..=most);
    let deferrable = sample::select(vec![Deferrable::No, Deferrable::Yes, Deferrable::InitiallyDeferred]);
    let when = deferrable.clone();
    let key = (some(), object(), vec("[a-z]{3}", most), action(), action(), deferrable, any::<[bool; 2]>()).prop_map(
        |(columns, table, referred, on_delete, on_update, deferrable, [match_full, set])| {
            let referred = referred.into_iter().take(columns.len()).enumerate().map(|(i, name)| format!("{name}{i}"));
            let set = set && matches!(on_delete, Action::SetNull | Action::SetDefault);
            let set_columns = columns.iter().skip(1).filter(|_| set).cloned().collect();
            let referred = referred.collect();
            let mut key =
                ForeignKey { table, referred, columns, on_delete, set_columns, on_update, match_full, deferrable };
            key.normalise();
            key
        },
    );
    let kind = prop_oneof![
        (some(), any::<bool>())
            .prop_map(|(columns, nulls_not_distinct)| ConstraintKind::Unique { columns, nulls_not_distinct }),
        expr(ROW, 2).prop_map(ConstraintKind::Check),
        key.prop_map(ConstraintKind::ForeignKey),
        (
            option::of(name()),
            vec((index_part(), sample::select(&Conflict::ALL[..])), 1..3),
            option::of(expr(ROW, 2)),
            when
        )
            .prop_map(|(method, parts, predicate, deferrable)| {
                let method = method.filter(|method| method != "btree");
                ConstraintKind::Exclusion(Exclusion { method, parts, predicate, deferrable })
            }),
    ];
    (name(), kind).prop_map(|(name, kind)| Constraint { name, kind }).boxed()
}

fn table() -> BoxedStrategy<Table> {
    (object(), vec(column(), 1..6))
        .prop_flat_map(|(name, columns)| {
            let mut seen = std::collections::HashSet::new();
            let columns: Vec<Column> = columns.into_iter().filter(|column| seen.insert(column.name.clone())).collect();
            let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
            let key = sample::subsequence(names.clone(), 0..=names.len().min(3));
            (Just(name), Just(columns), key, vec(constraint(names), 0..3), option::of(counter()))
        })
        .prop_map(|(name, mut columns, primary_key, mut constraints, mut identity)| {
            for column in columns.iter_mut().filter(|column| primary_key.contains(&column.name)) {
                column.nullable = false;
                if primary_key.len() == 1 {
                    column.generated = None;
                    if let Some(counter) = identity.take() {
                        *column = Column { identity: Some(counter), ..Column::new(column.name.clone(), Type::BigInt) };
                    }
                }
            }
            let mut seen = std::collections::HashSet::new();
            constraints.retain(|constraint| seen.insert(constraint.name.clone()));
            Table { name, columns, primary_key, constraints, ..Table::default() }
        })
        .boxed()
}

fn index_part() -> impl Strategy<Value = IndexPart> {
    let part = prop_oneof![name().prop_map(Expr::name), expr(ROW, 2)];
    let nulls = option::of(prop_oneof![Just(Nulls::First), Just(Nulls::Last)]);
    let prefix = option::weighted(0.2, 1..99_u32);
    let ops = option::weighted(0.2, name());
    (part, prefix, ops, any::<bool>(), nulls).prop_map(|(expr, prefix, ops, descending, nulls)| {
        let prefix = prefix.filter(|_| expr.as_column().is_some());
        let part = IndexPart { prefix, ops, descending, ..IndexPart::new(expr) };
        nulls.map_or(part.clone(), |nulls| part.nulls(nulls))
    })
}

fn index() -> BoxedStrategy<Index> {
    let method = option::of(name().prop_filter("is the one not said", |method| method != "btree"));
    let with = btree_map(name(), "[1-9][0-9]{0,2}|0\\.[0-9]{1,2}|off|auto", 0..3);
    (plain(), vec(index_part(), 1..4), any::<[bool; 2]>(), method, names(0, 2), with, option::of(expr(ROW, 2)))
        .prop_map(|(name, parts, [unique, same], method, include, with, predicate)| Index {
            name,
            parts,
            unique,
            nulls_not_distinct: unique && same,
            method,
            include,
            with,
            predicate,
        })
        .boxed()
}

fn sequence() -> BoxedStrategy<Sequence> {
    (object(), counter()).prop_map(|(name, counter)| Sequence { name, counter }).boxed()
}

fn counter() -> BoxedStrategy<Counter> {
    let bound = || option::of(-1000..1000_i64);
    (bound(), -3..4_i64, bound(), bound(), any::<bool>(), 1..30_u32)
        .prop_map(|(start, increment, min, max, cycle, cache)| {
            let counter = Counter { increment, min, max, cycle, cache, ..Counter::default() };
            Counter { start: start.unwrap_or(counter.usual_start()), ..counter }
        })
        .prop_filter("it cannot count", |counter| counter.check("it").is_ok())
        .boxed()
}

fn change() -> BoxedStrategy<ColumnChange> {
    prop_oneof![
        (ty(), option::of(expr(ROW, 2))).prop_map(|(ty, using)| ColumnChange::Type { ty, using }),
        Just(ColumnChange::SetNotNull),
        Just(ColumnChange::DropNotNull),
        default().prop_map(ColumnChange::SetDefault),
        Just(ColumnChange::DropDefault),
        (counter(), counter()).prop_filter_map("nothing changes", |(a, b)| {
            let changes = a.changes(&b);
            (!changes.is_empty()).then_some(ColumnChange::Identity(changes))
        }),
    ]
    .boxed()
}

fn insert() -> BoxedStrategy<Insert> {
    let rows = |width: usize| {
        let within = Within { columns: false, subqueries: true };
        prop_oneof![
            vec(vec(expr(within, 2), width), 1..3).prop_map(Rows::Values),
            select(2, width).prop_map(|select| Rows::Select(Box::new(select))),
        ]
    };
    (object(), names(1, 3))
        .prop_flat_map(move |(table, columns)| (Just(table), Just(columns.clone()), rows(columns.len())))
        .prop_map(|(table, columns, mut rows)| {
            let mut settle = Settle { scopes: Vec::new() };
            match &mut rows {
                Rows::Values(rows) => rows.iter_mut().flatten().for_each(|expr| settle.expr(expr)),
                Rows::Select(select) => settle.select(select),
            }
            let columns = columns.into_iter().map(Into::into).collect();
            Insert { with: Vec::new(), table: table.into(), columns, rows, conflict: None, returning: Vec::new() }
        })
        .boxed()
}

fn update() -> BoxedStrategy<Update> {
    (object(), names(1, 2), vec(expr(STATEMENT, 3), 2), option::of(expr(STATEMENT, 3)))
        .prop_map(|(table, columns, mut values, mut filter)| {
            let mut settle = Settle { scopes: vec![1] };
            values.iter_mut().chain(&mut filter).for_each(|expr| settle.expr(expr));
            Update { set: columns.into_iter().map(Into::into).zip(values).collect(), filter, ..Update::table(table) }
        })
        .boxed()
}

fn delete() -> BoxedStrategy<Delete> {
    (object(), option::of(expr(STATEMENT, 3)))
        .prop_map(|(table, mut filter)| {
            filter.iter_mut().for_each(|filter| Settle { scopes: vec![1] }.expr(filter));
            Delete { filter, ..Delete::table(table) }
        })
        .boxed()
}

/// Any operation.
/// The name of an enum type: some of them look like those of other types.
fn enum_name() -> BoxedStrategy<String> {
    let odd = sample::select(vec!["status", "Status", "dates", "datetime", "enum", "serial", "int", "order"]);
    prop_oneof![odd.prop_map(str::to_owned), name()]
        .prop_filter("not a type of PostgreSQL", |name| check_name(name).is_ok())
        .boxed()
}

fn label() -> impl Strategy<Value = String> + Clone {
    prop_oneof!["[a-zA-Z _'\\\\]{0,8}[a-z]", Just("it's \u{1f980}".to_owned())]
}

fn type_change() -> BoxedStrategy<TypeChange> {
    let place = prop_oneof![Just(Place::Last), label().prop_map(Place::Before), label().prop_map(Place::After)];
    prop_oneof![
        (label(), place).prop_map(|(label, place)| TypeChange::AddValue { label, place }),
        (label(), label()).prop_map(|(label, to)| TypeChange::RenameValue { label, to }),
        (label(), option::of(label())).prop_map(|(label, using)| TypeChange::DropValue { label, using }),
    ]
    .boxed()
}

fn type_operation() -> BoxedStrategy<Operation> {
    let labels = vec(label(), 1..4).prop_map(|mut labels| {
        labels.sort();
        labels.dedup();
        labels
    });
    prop_oneof![
        (enum_name(), labels).prop_map(|(name, labels)| Operation::CreateType { name, labels }),
        enum_name().prop_map(|name| Operation::DropType { name }),
        (enum_name(), enum_name()).prop_map(|(name, to)| Operation::RenameType { name, to }),
        (enum_name(), type_change()).prop_map(|(name, change)| Operation::AlterType { name, change }),
    ]
    .boxed()
}

pub fn operation() -> BoxedStrategy<Operation> {
    let constraint = names(1, 3).prop_flat_map(constraint);
    prop_oneof![
        4 => table().prop_map(Operation::CreateTable),
        1 => object().prop_map(|name| Operation::DropTable { name }),
        1 => renamed().prop_map(|(name, to)| Operation::RenameTable { name, to }),
        2 => (object(), column()).prop_map(|(table, column)| Operation::AddColumn { table, column }),
        1 => (object(), name()).prop_map(|(table, column)| Operation::DropColumn { table, column }),
        1 => (object(), name(), name()).prop_map(|(table, column, to)| Operation::RenameColumn { table, column, to }),
        2 => (object(), name(), change())
            .prop_map(|(table, column, change)| Operation::AlterColumn { table, column, change }),
        2 => (object(), constraint).prop_map(|(table, constraint)| Operation::AddConstraint { table, constraint }),
        1 => (object(), name()).prop_map(|(table, name)| Operation::DropConstraint { table, name }),
        1 => (object(), name(), name()).prop_map(|(table, name, to)| Operation::RenameConstraint { table, name, to }),
        2 => (object(), index()).prop_map(|(table, index)| Operation::CreateIndex { table, index }),
        1 => object().prop_map(|name| Operation::DropIndex { name }),
        1 => renamed().prop_map(|(name, to)| Operation::RenameIndex { name, to }),
        1 => plain().prop_map(|name| Operation::CreateSchema { name }),
        1 => plain().prop_map(|name| Operation::DropSchema { name }),
        2 => (object(), option::of(name()), option::of("[a-z'\"\\\\;é\n -]{1,9}"))
            .prop_map(|(table, column, text)| Operation::Comment { table, column, text }),
        2 => sequence().prop_map(Operation::CreateSequence),
        1 => (object(), sequence()).prop_filter_map("nothing changes", |(name, sequence)| {
            let changes = sequence.counter.options();
            (!changes.is_empty()).then_some(Operation::AlterSequence { name, changes })
        }),
        1 => object().prop_map(|name| Operation::DropSequence { name }),
        1 => renamed().prop_map(|(name, to)| Operation::RenameSequence { name, to }),
        3 => type_operation(),
        4 => insert().prop_map(Operation::Insert),
        4 => update().prop_map(Operation::Update),
        2 => delete().prop_map(Operation::Delete),
        1 => name().prop_map(|name| Operation::Call { name }),
    ]
    .boxed()
}
