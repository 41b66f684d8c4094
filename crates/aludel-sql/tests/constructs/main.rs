//! Everything a query can say, as each database is told it. The pages in `snapshots` are read to see what that is; that databases
//! understand it and give the same rows is proved by `constructs` of `aludel-driver`, on the same cases.

#[path = "cases.rs"]
mod cases;

use std::{fmt::Write, sync::Arc, time::Duration};

use aludel_sql::{
    Dialect, ErrorKind, Value,
    dialect::{ANSI, MARIADB, MYSQL, POSTGRES, SQLITE},
    expr::{BinaryOp, Bound, Distance, Expr, Frame, FrameUnit, Function, Over},
    render::{self, TextCache},
    statement::{Cartesian, Cte, CteBody, Delete, Join, JoinKind, Nulls, Relation, Select, Source},
};
use cases::{
    Case, Statement,
    tree::{
        add, alone, asc, c, call, cte, d, eq, gt, inner, items, join, labelled, null, nulls, op, parts_of, query,
        table, unordered, v, where_,
    },
};

#[test]
fn every_construct_on_every_database() {
    for (group, cases) in cases::all() {
        let page: String = cases.iter().map(section).collect();
        insta::assert_snapshot!(group.to_lowercase().replace(' ', "_"), page);
    }
}

#[test]
fn what_people_read_is_portable() {
    for (_, cases) in cases::all() {
        for case in cases {
            for statement in &case.statements {
                if let Err(error) = statement.render(&ANSI) {
                    assert!(
                        error.help().is_some_and(|help| help.starts_with("Name the columns")),
                        "{}: {error}",
                        case.name
                    );
                }
            }
        }
    }
}

fn section(case: &Case) -> String {
    let mut page = format!("## {}\n", case.name);
    for dialect in [&SQLITE as &dyn Dialect, &POSTGRES, &MYSQL, &MARIADB] {
        let name = dialect.name();
        if !case.is_about(name) {
            continue;
        }
        let refused = case.refused.iter().find(|(database, _)| *database == name);
        let rendered: Result<Vec<_>, _> = case.statements.iter().map(|statement| statement.render(dialect)).collect();
        match (rendered, refused) {
            (Ok(statements), None) => {
                let texts: Vec<_> = statements.into_iter().map(|statement| statement.sql).collect();
                let _ = writeln!(page, "{name}: {}", texts[0]);
            }
            (Err(error), Some((_, help))) => {
                assert_eq!(error.help(), Some(*help), "{}, {name}: {error}", case.name);
                let _ = writeln!(page, "{name}: refused: {}. {help}.", error.message());
            }
            (Ok(statements), Some(_)) => panic!("{}, {name}: is not refused: {}", case.name, statements[0].sql),
            (Err(error), None) => panic!("{}, {name}: {error}", case.name),
        }
    }
    page
}

#[test]
fn texts_are_kept_by_the_shape_of_their_statements() {
    for dialect in [&SQLITE as &dyn Dialect, &POSTGRES, &MYSQL, &MARIADB] {
        let cache = TextCache::default();
        let mut statements = 0;
        // Twice: the second time, most are there.
        for _ in 0..2 {
            for case in cases::all().into_iter().flat_map(|(_, cases)| cases) {
                for statement in &case.statements {
                    let Ok(rendered) = statement.render(dialect) else { continue };
                    let cached = match statement {
                        Statement::Select(select) => cache.select(dialect, select),
                        Statement::Insert(insert) => cache.insert(dialect, insert),
                        Statement::Update(update) => cache.update(dialect, update),
                        Statement::Delete(delete) => cache.delete(dialect, delete),
                    };
                    let cached = cached.unwrap();
                    assert_eq!((&*cached.sql, &cached.params), (&*rendered.sql, &rendered.params), "{}", case.name);
                    statements += 1;
                }
            }
        }
        assert!(cache.len() * 2 < statements, "statements of one shape share a text");
    }
}

#[test]
fn one_group_of_all_rows_is_not_no_groups() {
    let cache = TextCache::default();
    let plain = unordered(vec![Expr::CountAll]);
    let grouped = Select { grouping_sets: vec![Vec::new()], ..plain.clone() };
    let texts = [&plain, &grouped].map(|select| cache.select(&POSTGRES, select).unwrap().sql);
    assert_ne!(texts[0], texts[1]);
}

#[test]
fn a_kept_text_has_the_values_of_each_statement() {
    let cache = TextCache::default();
    // On SQLite each operand is written twice.
    let xor = |left: i64, right: i64, limit| Select {
        limit: Some(limit),
        ..alone(vec![op(v(left), BinaryOp::BitXor, v(right)), v(left + right)])
    };
    let first = cache.select(&SQLITE, &xor(1, 2, 10)).unwrap();
    let second = cache.select(&SQLITE, &xor(5, 6, 20)).unwrap();
    assert!(Arc::ptr_eq(&first.sql, &second.sql));
    assert_eq!(second.params, [5, 6, 5, 6, 11, 20].map(Value::I64));
    assert_eq!(cache.len(), 1);

    // Kinds of values, lengths of lists, names and dialects make other shapes.
    let list = |list: Vec<Expr>| where_(Expr::In { expr: Box::new(c("n")), list, negated: false });
    for (select, dialect) in [
        (list(vec![v(1)]), &SQLITE as &dyn Dialect),
        (list(vec![v(1), v(2)]), &SQLITE),
        (list(vec![v("1")]), &SQLITE),
        (list(vec![null()]), &SQLITE),
        (list(vec![v(1)]), &POSTGRES),
    ] {
        let before = cache.len();
        let cached = cache.select(dialect, &select).unwrap();
        assert_eq!(&*cached.sql, render::select(dialect, &select).unwrap().sql);
        assert_eq!(cache.len(), before + 1);
    }

    // A value that is part of the text is never another's.
    let joined = |separator: &'static str| unordered(vec![call(Function::StringAgg, vec![c("name"), v(separator)])]);
    for separator in ["a", "b"] {
        let cached = cache.select(&MARIADB, &joined(separator)).unwrap();
        assert_eq!(&*cached.sql, format!("SELECT GROUP_CONCAT(`name` SEPARATOR '{separator}') FROM `item`"));
    }

    // What cannot be sent cannot be sent from a kept text either.
    let invalid = Expr::Value(Value::Invalid("too long".into()));
    assert!(cache.select(&SQLITE, &alone(vec![invalid])).is_err());
}

#[test]
fn the_opposite_is_said_in_few_words() {
    let text = |expr: Expr| render::expr(&ANSI, &expr).unwrap();
    let (a, b) = (|| Expr::name("a"), || Expr::name("b"));
    assert_eq!(text(eq(a(), b()).negated()), "a <> b");
    assert_eq!(text(gt(a(), b()).negated()), "a <= b");
    assert_eq!(text(eq(a(), b()).negated().negated()), "a = b");
    assert_eq!(text((!a()).negated()), "a");
    assert_eq!(text(a().and(b()).negated()), "NOT (a AND b)");
    let within = Expr::In { expr: Box::new(a()), list: vec![v(1)], negated: false };
    assert_eq!(text(within.negated()), "a NOT IN (1)");
    assert_eq!(text(op(a(), BinaryOp::IsDistinct, b()).negated()), "a IS NOT DISTINCT FROM b");
}

#[test]
fn what_replaces_a_match_is_part_of_the_text_and_has_no_dollar_alone() {
    let cache = TextCache::default();
    let replaced = |with: &'static str| {
        let function = Function::RegexpReplace { with: with.into(), insensitive: false };
        items(vec![call(function, vec![c("name"), v("(a)")])])
    };
    for dialect in [&SQLITE as &dyn Dialect, &POSTGRES, &MYSQL, &MARIADB] {
        let first = cache.select(dialect, &replaced("one")).unwrap();
        let other = cache.select(dialect, &replaced("two")).unwrap();
        assert!(other.written && first.sql != other.sql, "{}", other.sql);
        assert!(!cache.select(dialect, &replaced("one")).unwrap().written);
        for with in ["$", "a$b", "$$$", "${1}"] {
            let refused = render::select(dialect, &replaced(with)).unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Usage, "{refused}");
        }
    }
}

#[test]
fn conditions_that_are_put_together_are_one_list_in_their_order() {
    let text = |expr: Expr| render::expr(&ANSI, &expr).unwrap();
    let [a, b, c, d] = ["a", "b", "c", "d"].map(|name| move || Expr::name(name));
    assert_eq!(text(a().or(b().or(c().or(d())))), "a OR b OR c OR d");
    assert_eq!(text(a().or(b()).or(c()).or(d())), "a OR b OR c OR d");
    assert_eq!(text(a().and(b()).and(c().and(d()))), "a AND b AND c AND d");
    assert_eq!(a().or(b().or(c())), Expr::Or(vec![a(), b(), c()]));
    assert_eq!(text(a().or(b()).and(c().or(d()))), "(a OR b) AND (c OR d)");
    assert_eq!(text(a().and(b().or(c())).or(d())), "a AND (b OR c) OR d");
}

#[test]
fn what_nothing_connects_is_found() {
    let joined =
        |kind, on| Select { joins: vec![Join { kind, source: table(1, "part"), on }], ..unordered(vec![v(1)]) };
    let comma = |filter| Select { from: vec![table(0, "item"), table(1, "part")], filter, ..alone(vec![v(1)]) };
    let together = || eq(c("id"), d("item_id"));
    let apart = Some(Cartesian { connected: vec!["item".into()], others: vec!["part".into()] });

    assert_eq!(comma(None).cartesian(), apart);
    assert_eq!(comma(Some(gt(c("id"), v(1)).and(gt(d("id"), v(1))))).cartesian(), apart);
    assert_eq!(comma(Some(together().and(gt(d("id"), v(1))))).cartesian(), None);
    assert_eq!(joined(JoinKind::Inner, Some(together())).cartesian(), None);
    assert_eq!(joined(JoinKind::Inner, Some(gt(d("id"), v(1)))).cartesian(), apart);
    // Meant so.
    assert_eq!(joined(JoinKind::Cross, None).cartesian(), None);
    assert_eq!(joined(JoinKind::Left, Some(Expr::And(vec![]))).cartesian(), None);
    // A sub-query that looks at both connects them; one of its own, with the same ids, does not.
    let exists = |select| Some(Expr::Exists { select: Box::new(select), negated: false });
    let of_both = op(inner("id"), BinaryOp::Eq, add(c("id"), d("id")));
    assert_eq!(comma(exists(parts_of(vec![v(1)], of_both))).cartesian(), None);
    assert_eq!(comma(exists(joined(JoinKind::Inner, Some(together())))).cartesian(), apart);
    // And in a sub-query itself.
    let nested = Select { filter: exists(comma(None)), ..unordered(vec![v(1)]) };
    assert_eq!(nested.cartesian(), apart);
    for case in cases::all().into_iter().flat_map(|(_, cases)| cases) {
        for statement in case.statements {
            if let Statement::Select(select) = statement {
                assert_eq!(select.cartesian(), None, "{}", case.name);
            }
        }
    }
}

#[test]
fn what_is_of_no_source_in_sight_is_not_sent() {
    let kind = |select: Select| render::select(&SQLITE, &select).unwrap_err().kind();
    assert_eq!(kind(unordered(vec![d("id")])), ErrorKind::Usage);
    // A source of FROM does not look at the others, unless it is lateral.
    let sideways = |lateral| Select {
        columns: vec![c("id")].into(),
        joins: vec![join(
            JoinKind::Inner,
            Source { lateral, ..query(1, parts_of(vec![inner("id")], eq(inner("id"), c("id")))) },
            Expr::And(vec![]),
        )],
        ..unordered(vec![])
    };
    assert_eq!(kind(sideways(false)), ErrorKind::Usage);
    assert!(render::select(&POSTGRES, &sideways(true)).is_ok());
    // A name of WITH is that of one in sight, and hides no table unseen.
    let from = |relation| Select { from: vec![Source::new(0, relation)], ..alone(vec![c("id")]) };
    assert_eq!(kind(from(Relation::Cte("gone".into()))), ErrorKind::Usage);
    let cte = Cte {
        name: "part".into(),
        columns: vec![],
        body: labelled(unordered(vec![c("id")]), &["id"]).into(),
        recursive: false,
        materialized: None,
    };
    let hidden = Select { with: vec![cte], ..from(Relation::Table("part".into())) };
    assert_eq!(kind(hidden), ErrorKind::Usage);
    // No name of a function is more than a name.
    let call = |name: &'static str| alone(vec![call(Function::Named(name.into()), vec![])]);
    for name in ["f(1); DROP TABLE item --", "", "a.", "1a", "a b"] {
        assert_eq!(kind(call(name)), ErrorKind::Usage, "{name}");
    }
    assert!(render::select(&SQLITE, &call("pg_catalog.now")).is_ok());
}

#[test]
fn what_changes_rows_is_in_the_outermost_with() {
    let delete = |columns| {
        let delete = Delete { returning: vec![c("id")], ..Delete::table("part") };
        Cte { columns, ..cte("gone", &["id"], CteBody::Delete(delete)) }
    };
    let reads = |cte: Cte| Select {
        with: vec![cte],
        from: vec![Source::new(0, Relation::Cte("gone".into()))],
        ..alone(vec![c("id")])
    };
    let outermost = reads(delete(vec!["id".into()]));
    assert!(render::select(&POSTGRES, &outermost).is_ok());
    assert!(outermost.writes() && outermost.reads("part") && !outermost.reads("item"));
    let inner = Select { from: vec![query(0, labelled(outermost, &["id"]))], ..alone(vec![c("id")]) };
    assert_eq!(render::select(&POSTGRES, &inner).unwrap_err().kind(), ErrorKind::Usage);
    let misnamed = reads(delete(vec!["id".into(), "label".into()]));
    assert_eq!(render::select(&POSTGRES, &misnamed).unwrap_err().kind(), ErrorKind::Usage);
}

#[test]
fn a_distance_is_in_the_one_thing_that_rows_are_ordered_by() {
    let kind = |dialect: &dyn Dialect, unit, distance, order_by| {
        let frame = Frame { unit, start: Bound::Preceding(distance), end: Bound::CurrentRow, exclude: None };
        let over = Over { call: Expr::CountAll, partition_by: vec![], order_by, frame: Some(frame) };
        let select = items(vec![Expr::Over(Box::new(over))]);
        render::select(dialect, &select).err().map(|error| error.kind())
    };
    let (time, far) = (|| Distance::Time(Duration::from_secs(1)), |far| Distance::Number(Value::F64(far)));
    let by_x = || vec![asc(c("x"))];
    for dialect in [&SQLITE as &dyn Dialect, &POSTGRES, &MYSQL, &MARIADB] {
        assert_eq!(kind(dialect, FrameUnit::Range, far(0.5), by_x()), None);
        for order_by in [vec![], vec![asc(c("x")), asc(c("id"))]] {
            assert_eq!(kind(dialect, FrameUnit::Range, far(0.5), order_by), Some(ErrorKind::Usage));
        }
        for (unit, distance) in [
            (FrameUnit::Range, far(-0.5)),
            (FrameUnit::Range, far(f64::NAN)),
            (FrameUnit::Range, Distance::Number(Value::from("1"))),
            (FrameUnit::Rows, time()),
            (FrameUnit::Rows, far(1.0)),
        ] {
            assert_eq!(kind(dialect, unit, distance, by_x()), Some(ErrorKind::Usage));
        }
    }
    // There, NULLs would be a second thing to order by.
    let nulls_last = || vec![nulls(asc(c("x")), Nulls::Last)];
    assert_eq!(kind(&POSTGRES, FrameUnit::Range, time(), nulls_last()), None);
    assert_eq!(kind(&MARIADB, FrameUnit::Range, time(), nulls_last()), Some(ErrorKind::Unsupported));
}

#[test]
fn ties_need_an_order() {
    let tied = Select { limit: Some(2), with_ties: true, ..unordered(vec![c("id")]) };
    for dialect in [&SQLITE as &dyn Dialect, &POSTGRES, &MYSQL, &MARIADB] {
        assert_eq!(render::select(dialect, &tied).unwrap_err().kind(), ErrorKind::Usage);
        let ordered = Select { limit: None, ..items(vec![c("id")]) };
        let unlimited = Select { with_ties: true, ..ordered };
        assert_eq!(render::select(dialect, &unlimited).unwrap_err().kind(), ErrorKind::Usage);
    }
}

#[test]
fn rows_are_counted_from_where_every_database_begins() {
    let refused = |function, arguments| {
        let select = items(vec![call(function, arguments)]);
        render::select(&MARIADB, &select).is_err_and(|error| error.kind() == ErrorKind::Usage)
    };
    assert!(refused(Function::Ntile, vec![v(0)]));
    assert!(refused(Function::NthValue, vec![c("id"), v(0)]));
    assert!(refused(Function::Lag, vec![c("id"), v(-1)]));
    assert!(refused(Function::Lead, vec![c("id"), v(-1)]));
    assert!(!refused(Function::Lead, vec![c("id"), v(0)]));
}

#[test]
fn names_of_a_statement_are_as_long_as_the_database_reads_them() {
    let long = "a".repeat(70);
    let select = labelled(unordered(vec![c("id")]), &[]);
    let select = Select { labels: vec![long.clone().into()], ..select };
    assert_eq!(render::select(&POSTGRES, &select).unwrap_err().kind(), ErrorKind::Unsupported);
    assert!(render::select(&SQLITE, &select).is_ok());
    // Those that are made are made to fit.
    let name = "ü".repeat(31);
    let twice = Select {
        columns: vec![c("id"), d("id")].into(),
        from: vec![Source::table(name.clone()), Source { id: 1, ..Source::table(name) }],
        ..Select::default()
    };
    let sql = render::select(&POSTGRES, &twice).unwrap().sql;
    let names: Vec<&str> = sql.split('"').skip(1).step_by(2).filter(|name| name.starts_with('ü')).collect();
    assert!(names.iter().all(|name| name.len() <= 63), "{names:?}");
    assert!(names.iter().any(|name| name.ends_with("_2")));
}

#[test]
fn what_is_deep_is_written_or_refused_and_never_too_much_for_the_stack() {
    let long = (0..3_000).fold(c("n"), |sum, _| add(sum, v(1)));
    assert!(render::select(&SQLITE, &items(vec![long])).is_ok());
    let deep = (0..2_000).fold(c("flag"), |expr, _| !(expr.and(c("flag"))));
    assert_eq!(render::select(&SQLITE, &where_(deep)).unwrap_err().kind(), ErrorKind::Unsupported);
    let allowed = (0..120).fold(c("flag"), |expr, _| !(expr.and(c("flag"))));
    assert!(render::select(&MARIADB, &where_(allowed)).is_ok());
}
