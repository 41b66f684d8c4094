use aludel_sql::{
    expr::{BinaryOp as B, Expr, Function, Is},
    statement::{
        Conflict, ConflictAction, Cte, CteBody, Delete, Insert, Join, JoinKind, Relation, Rows, Select, SetOp, Source,
        Update,
    },
};

use super::{Case, case, tree::*};

fn insert(columns: &[&'static str], rows: Vec<Vec<Expr>>) -> Insert {
    Insert {
        with: Vec::new(),
        table: "tally".into(),
        columns: names(columns),
        rows: Rows::Values(rows),
        conflict: None,
        returning: vec![],
    }
}

fn upsert(target: &[&'static str], set: Vec<(&'static str, Expr)>, filter: Option<Expr>) -> Insert {
    let set = set.into_iter().map(|(column, value)| (column.into(), value)).collect();
    Insert {
        conflict: Some(Conflict { target: names(target), action: ConflictAction::Update { set, filter } }),
        ..insert(&["k", "v", "w"], vec![vec![v("a"), v(5), v(6)], vec![v("c"), v(3), null()]])
    }
}

fn new(name: &'static str) -> Expr {
    Expr::Excluded(name.into())
}

fn all() -> Select {
    tally(vec![c("k"), c("v"), c("w")])
}

fn update(set: Vec<(&'static str, Expr)>, filter: Expr) -> Update {
    let set = set.into_iter().map(|(column, value)| (column.into(), value)).collect();
    Update { set, filter: Some(filter), ..Update::table("tally") }
}

fn anywhere() -> Expr {
    Expr::And(Vec::new())
}

/// Of the table with its key.
fn by_key(set: Vec<(&'static str, Expr)>, filter: Expr) -> Update {
    Update { key: names(&["k"]), ..update(set, filter) }
}

/// The items of the key's kind that have much, if there are any.
fn of_much() -> Join {
    join(JoinKind::Left, table(1, "item"), of_kind().and(gt(d("n"), v(25))))
}

fn coalesced() -> Expr {
    call(Function::Coalesce, vec![d("n"), v(-1)])
}

/// A sub-query with a name.
fn read(id: u32, name: &'static str) -> Source {
    Source::new(id, Relation::Cte(name.into()))
}

fn from_best(columns: Vec<Expr>, filter: Expr) -> Select {
    Select { from: vec![read(0, "best")], filter: Some(filter), ..alone(columns) }
}

/// The most that each kind of item has.
fn best() -> Cte {
    let most = call(Function::Max, vec![c("n")]);
    cte("best", &["kind", "n"], Select { group_by: vec![c("kind")], ..unordered(vec![c("kind"), most]) })
}

/// The numbers from this one to 3.
fn counted_from(first: i64) -> Cte {
    let again = Select {
        from: vec![read(0, "counted")],
        filter: Some(op(c("n"), B::Lt, v(3))),
        ..alone(vec![add(c("n"), v(1))])
    };
    let body = with(labelled(alone(vec![v(first)]), &["n"]), SetOp::UnionAll, again);
    Cte { recursive: true, ..cte("counted", &["n"], body) }
}

/// The key a, deleted.
fn deleted() -> Cte {
    let delete = Delete { filter: Some(eq(c("k"), v("a"))), ..Delete::table("tally") };
    cte("gone", &["k", "v"], CteBody::Delete(Delete { returning: vec![c("k"), c("v")], ..delete }))
}

fn from_gone(columns: Vec<Expr>) -> Select {
    Select { from: vec![read(0, "gone")], ..alone(columns) }
}

/// The items whose kind is the key.
fn of_kind() -> Expr {
    eq(d("kind"), c("k"))
}

/// As a column of other integers than its type has is set.
fn within(least: i64, greatest: i64, number: Expr) -> Expr {
    call(Function::Stored { least, greatest }, vec![number])
}

pub fn cases() -> Vec<Case> {
    const ONE_KEY: &str = "Name no columns where no other key can be in conflict; else look for the row first";
    const NO_RETURNING: &str = "Insert the rows one at a time, and read the key the database counted after each";
    const A_KEY: &str = "Name the columns of the primary key or of a unique constraint";
    let nothing = |target: &[&'static str]| Insert {
        conflict: Some(Conflict { target: names(target), action: ConflictAction::Nothing }),
        ..insert(&["k", "v"], vec![vec![v("a"), v(5)], vec![v("c"), v(3)]])
    };
    let from_items = |conflict| Insert {
        rows: Rows::Select(Box::new(Select {
            filter: Some(op(c("id"), B::Le, v(2))),
            ..unordered(vec![c("kind"), c("id")])
        })),
        conflict,
        ..insert(&["k", "v"], vec![])
    };
    const TWO: &str =
        "Run two statements in one session: select what the first is to change, and give the second those rows";
    let elsewhere = |case: Case| case.refused("sqlite", TWO).refused_by_mysql(TWO);
    let mut cases = vec![
        elsewhere(
            case(
                "INSERT … SELECT what a DELETE hands back",
                Insert {
                    with: vec![deleted()],
                    rows: Rows::Select(Box::new(from_gone(vec![v("c"), add(c("v"), v(2))]))),
                    ..insert(&["k", "v"], vec![])
                },
                "b|2|NULL\nc|3|NULL",
            )
            .then(all()),
        ),
        elsewhere(case(
            "SELECT what an UPDATE hands back",
            Select {
                with: vec![cte(
                    "more",
                    &["k", "v"],
                    CteBody::Update(Update {
                        returning: vec![c("k"), c("v")],
                        ..update(vec![("v", add(c("v"), v(1)))], anywhere())
                    }),
                )],
                from: vec![read(0, "more")],
                order_by: vec![asc(c("k"))],
                ..alone(vec![c("k"), c("v")])
            },
            "a|2\nb|3",
        )),
        elsewhere(
            case(
                "UPDATE from what an INSERT hands back",
                Update {
                    with: vec![cte(
                        "made",
                        &["v"],
                        CteBody::Insert(Insert {
                            returning: vec![c("v")],
                            ..insert(&["k", "v"], vec![vec![v("c"), v(3)]])
                        }),
                    )],
                    from: vec![read(1, "made")],
                    ..update(vec![("w", d("v"))], eq(c("k"), v("b")))
                },
                "a|1|10\nb|2|3\nc|3|NULL",
            )
            .then(all()),
        ),
        elsewhere(
            case(
                "DELETE by what a DELETE hands back",
                Delete {
                    with: vec![deleted()],
                    using: vec![read(1, "gone")],
                    filter: Some(gt(c("v"), d("v"))),
                    ..Delete::table("tally")
                },
                "",
            )
            .then(all()),
        ),
        elsewhere(
            case(
                "a DELETE in a WITH that nothing reads",
                Select { with: vec![deleted()], ..alone(vec![v(1)]) },
                "b|2|NULL",
            )
            .then(all()),
        ),
        case(
            "INSERT … RETURNING expressions",
            Insert { returning: vec![c("k"), add(c("v"), v(1))], ..insert(&["k", "v"], vec![vec![v("c"), v(3)]]) },
            "c|4",
        )
        .refused("mysql", NO_RETURNING),
        case(
            "INSERT DEFAULT as a value",
            insert(&["k", "v"], vec![vec![v("c"), Expr::Default]]),
            "a|1|10\nb|2|NULL\nc|7|NULL",
        )
        .then(all())
        .refused("sqlite", "Leave the column out: it then gets its default"),
        case(
            "INSERT … SELECT",
            Insert {
                rows: Rows::Select(Box::new(Select {
                    filter: Some(eq(c("id"), v(3))),
                    ..unordered(vec![c("name"), c("n")])
                })),
                ..insert(&["k", "v"], vec![])
            },
            "a|1|10\nb|2|NULL\ncherry|30|NULL",
        )
        .then(all()),
        case("INSERT, or nothing", nothing(&[]), "a|1|10\nb|2|NULL\nc|3|NULL").then(all()),
        case("INSERT, or nothing on a conflict with a key", nothing(&["k"]), "a|1|10\nb|2|NULL\nc|3|NULL")
            .then(all())
            .refused_by_mysql(ONE_KEY),
        case("INSERT, or nothing, RETURNING", Insert { returning: vec![c("k")], ..nothing(&[]) }, "c")
            .refused("mysql", "Hand back nothing, and select the rows")
            .refused("mariadb", "Hand back nothing, and select the rows"),
        case(
            "INSERT, or UPDATE on a conflict with a key",
            upsert(&["k"], vec![("v", add(c("v"), new("v"))), ("w", new("w"))], None),
            "a|6|6\nb|2|NULL\nc|3|NULL",
        )
        .then(all())
        .refused_by_mysql(ONE_KEY),
        case(
            "INSERT, or UPDATE on a condition",
            upsert(&["k"], vec![("v", new("v")), ("w", new("w"))], Some(gt(c("v"), new("v")))),
            "a|1|10\nb|2|NULL\nc|3|NULL",
        )
        .then(all())
        .refused_by_mysql(ONE_KEY),
        case(
            "INSERT … SELECT, or nothing",
            from_items(Some(Conflict { target: vec![], action: ConflictAction::Nothing })),
            "a|1|10\nb|2|NULL",
        )
        .then(all()),
        case("UPDATE", update(vec![("v", add(c("v"), v(1)))], eq(c("k"), v("a"))), "a|2|10\nb|2|NULL").then(all()),
        case(
            "UPDATE within the range of a narrower integer",
            update(
                vec![("v", within(0, 255, add(c("v"), v(253)))), ("w", within(-128, 127, minus(c("w"))))],
                anywhere(),
            ),
            "a|254|-10\nb|255|NULL",
        )
        .then(all()),
        case(
            "UPDATE of one column by the other",
            update(vec![("w", add(c("v"), v(100))), ("v", v(0))], anywhere()),
            "a|0|101\nb|0|102",
        )
        .then(all()),
        case(
            "UPDATE, the values before",
            update(vec![("v", v(0)), ("w", add(c("v"), v(100)))], anywhere()),
            "a|0|101\nb|0|102",
        )
        .then(all()),
        case(
            "UPDATE … SET a = b, b = a",
            update(vec![("v", c("w")), ("w", c("v"))], eq(c("k"), v("a"))),
            "a|10|1\nb|2|NULL",
        )
        .then(all())
        .refused_by_mysql("Assign `v` in a statement of its own"),
        case("UPDATE … SET a = DEFAULT", update(vec![("v", Expr::Default)], eq(c("k"), v("a"))), "a|7|10\nb|2|NULL")
            .then(all())
            .refused("sqlite", "Leave the column out: it then gets its default"),
        case(
            "UPDATE … RETURNING",
            Update { returning: vec![c("k"), c("v")], ..update(vec![("v", v(9))], eq(c("k"), v("a"))) },
            "a|9",
        )
        .refused_by_mysql("Select the rows after the UPDATE"),
        case(
            "UPDATE … FROM",
            Update {
                from: vec![table(1, "item")],
                ..update(vec![("v", d("n")), ("w", v(0))], of_kind().and(d("flag")))
            },
            "a|10|0\nb|30|0",
        )
        .then(all()),
        case(
            "UPDATE … FROM … JOIN",
            Update {
                from: vec![table(1, "item")],
                joins: vec![join(JoinKind::Inner, table(2, "part"), eq(Expr::column(2, "item_id"), d("id")))],
                ..update(vec![("v", Expr::column(2, "id"))], of_kind().and(eq(Expr::column(2, "label"), v("two"))))
            },
            "a|3|10\nb|2|NULL",
        )
        .then(all()),
        case(
            "UPDATE … FROM … LEFT JOIN",
            Update {
                from: vec![table(1, "item")],
                joins: vec![join(JoinKind::Left, table(2, "part"), eq(Expr::column(2, "item_id"), d("id")))],
                ..update(vec![("w", Expr::column(2, "id"))], of_kind().and(eq(d("id"), v(2))))
            },
            "a|1|3\nb|2|NULL",
        )
        .then(all()),
        case(
            "UPDATE … FROM the same table",
            Update {
                from: vec![table(1, "tally")],
                ..update(vec![("w", d("v"))], eq(c("k"), v("a")).and(eq(d("k"), v("b"))))
            },
            "a|1|2\nb|2|NULL",
        )
        .then(all()),
        case(
            "UPDATE with a sub-query",
            update(
                vec![(
                    "v",
                    Expr::Subquery(Box::new(Select { filter: Some(eq(c("id"), v(2))), ..unordered(vec![c("n")]) })),
                )],
                eq(c("k"), v("a")),
            ),
            "a|20|10\nb|2|NULL",
        )
        .then(all()),
        case(
            "UPDATE … LEFT JOIN",
            Update { joins: vec![of_much()], ..by_key(vec![("w", coalesced())], anywhere()) },
            "a|1|-1\nb|2|30",
        )
        .then(all()),
        case(
            "UPDATE … LEFT JOIN … JOIN … RETURNING",
            Update {
                joins: vec![
                    of_much(),
                    join(JoinKind::Inner, table(2, "part"), eq(Expr::column(2, "id"), add(c("v"), v(1)))),
                ],
                returning: vec![c("k"), c("v"), c("w")],
                ..by_key(vec![("v", add(c("v"), Expr::column(2, "item_id"))), ("w", coalesced())], eq(c("k"), v("a")))
            },
            "a|2|-1",
        )
        .refused_by_mysql("Select the rows after the UPDATE"),
        case(
            "WITH … UPDATE",
            Update { with: vec![best()], from: vec![read(1, "best")], ..update(vec![("v", d("n"))], of_kind()) },
            "a|20|10\nb|30|NULL",
        )
        .then(all()),
        case(
            "WITH … UPDATE, read by another and by sub-queries",
            Update {
                with: vec![best(), cte("a_few", &["kind"], from_best(vec![c("kind")], op(c("n"), B::Lt, v(25))))],
                ..update(
                    vec![("v", Expr::Subquery(Box::new(from_best(vec![Expr::CountAll], anywhere()))))],
                    Expr::InQuery {
                        expr: Box::new(c("k")),
                        select: Box::new(Select { from: vec![read(0, "a_few")], ..alone(vec![c("kind")]) }),
                        negated: false,
                    },
                )
            },
            "a|3|10\nb|2|NULL",
        )
        .then(all()),
        case("DELETE", Delete { filter: Some(eq(c("k"), v("a"))), ..Delete::table("tally") }, "b|2|NULL").then(all()),
        case(
            "DELETE … RETURNING",
            Delete { filter: Some(eq(c("k"), v("a"))), returning: vec![c("k"), c("v")], ..Delete::table("tally") },
            "a|1",
        )
        .refused("mysql", "Select the rows before the DELETE"),
        case(
            "DELETE … USING",
            Delete {
                using: vec![table(1, "item")],
                filter: Some(of_kind().and(eq(d("name"), v("date")))),
                ..Delete::table("tally")
            },
            "a|1|10",
        )
        .then(all()),
        case(
            "DELETE … USING … JOIN",
            Delete {
                using: vec![table(1, "item")],
                joins: vec![join(JoinKind::Inner, table(2, "part"), eq(Expr::column(2, "item_id"), d("id")))],
                filter: Some(of_kind()),
                ..Delete::table("tally")
            },
            "b|2|NULL",
        )
        .then(all()),
        case(
            "DELETE … LEFT JOIN",
            Delete {
                key: names(&["k"]),
                joins: vec![of_much()],
                filter: Some(Expr::Is { expr: Box::new(d("id")), what: Is::Null, negated: false }),
                ..Delete::table("tally")
            },
            "b|2|NULL",
        )
        .then(all()),
        case(
            "WITH RECURSIVE … DELETE",
            Delete {
                with: vec![counted_from(2)],
                using: vec![read(1, "counted")],
                filter: Some(eq(d("n"), c("v"))),
                ..Delete::table("tally")
            },
            "a|1|10",
        )
        .then(all()),
        case(
            "DELETE … USING the same table",
            Delete { using: vec![table(1, "tally")], filter: Some(gt(d("v"), c("v"))), ..Delete::table("tally") },
            "b|2|NULL",
        )
        .then(all()),
    ];
    // What is said to databases that know no one key.
    let duplicate = |name: &str, insert: Insert, rows: &str| {
        case(name, insert, rows).then(all()).refused("sqlite", A_KEY).refused("postgres", A_KEY)
    };
    for case in [
        duplicate(
            "INSERT, or UPDATE on any conflict",
            upsert(&[], vec![("v", add(c("v"), new("v"))), ("w", new("w"))], None),
            "a|6|6\nb|2|NULL\nc|3|NULL",
        ),
        duplicate(
            "INSERT, or UPDATE on any conflict, on a condition",
            upsert(&[], vec![("v", new("v")), ("w", new("w"))], Some(op(c("v"), B::Lt, new("v")))),
            "a|5|6\nb|2|NULL\nc|3|NULL",
        ),
    ] {
        cases.push(case);
    }
    cases
}
