//! Keys that the database counts, and sequences.

use aludel::prelude::*;

use crate::change::{Change, read, run};

mod before {
    use aludel::prelude::*;

    #[derive(Model, Debug)]
    #[model(table = "ticket")]
    pub struct Ticket {
        #[column(primary_key)]
        pub id: i64,
        #[column(length = 9)]
        pub what: String,
    }
}

mod later_start {
    use aludel::prelude::*;

    #[derive(Model, Debug)]
    #[model(table = "ticket")]
    pub struct Ticket {
        #[column(primary_key, start = 1000)]
        pub id: i64,
        #[column(length = 9)]
        pub what: String,
    }
}

mod by_tens {
    use aludel::prelude::*;

    #[derive(Model, Debug)]
    #[model(table = "ticket")]
    pub struct Ticket {
        #[column(primary_key, start = 1000, increment = 10, max = 9999, cycle, cache = 3)]
        pub id: i64,
        #[column(length = 9)]
        pub what: String,
    }
}

const ROWS: &[&str] = &["INSERT INTO ticket (what) VALUES ('a')", "INSERT INTO ticket (what) VALUES ('b')"];
const KEPT: &str = "SELECT id, what FROM ticket WHERE id < 3 ORDER BY id";

#[tokio::test]
async fn a_key_starts_later() -> Result<()> {
    let change = Change {
        before: models![before::Ticket],
        after: models![later_start::Ticket],
        detected: &["change of how `ticket.id` is counted"],
        rows: ROWS,
        kept: KEPT,
        only: &[],
        has: |_| true,
    };
    change
        .check(async |db| {
            let mut session = db.session();
            let first = session.add(new!(later_start::Ticket { what: "c" }));
            session.commit().await.unwrap();
            assert_eq!(session[first].id, 1000);
            let second = session.add(new!(later_start::Ticket { what: "d" }));
            session.commit().await.unwrap();
            assert_eq!(session[second].id, 1001);
        })
        .await
}

/// One that starts late and is to start early again counts on behind the numbers there are.
#[tokio::test]
async fn a_key_counts_on_behind_what_is_there() -> Result<()> {
    let change = Change {
        before: models![later_start::Ticket],
        after: models![before::Ticket],
        detected: &["change of how `ticket.id` is counted"],
        rows: ROWS,
        kept: "SELECT id, what FROM ticket WHERE id < 1002 ORDER BY id",
        only: &[],
        has: |_| true,
    };
    change
        .check(async |db| {
            assert_eq!(read(db, "SELECT id FROM ticket ORDER BY id").await.unwrap(), ["1000", "1001"]);
            run(db, &["INSERT INTO ticket (what) VALUES ('c')"]).await.unwrap();
            assert_eq!(read(db, "SELECT max(id) FROM ticket").await.unwrap(), ["1002"]);
        })
        .await
}

#[tokio::test]
async fn a_key_is_counted_otherwise() -> Result<()> {
    let change = Change {
        before: models![before::Ticket],
        after: models![by_tens::Ticket],
        detected: &["change of how `ticket.id` is counted"],
        rows: ROWS,
        kept: KEPT,
        only: &[],
        has: |dialect| dialect.capability().identity_options,
    };
    change
        .check(async |db| {
            run(db, &ROWS.repeat(2)).await.unwrap();
            let ids = read(db, "SELECT id FROM ticket WHERE id > 2 ORDER BY id").await.unwrap();
            assert_eq!(ids, ["1000", "1010", "1020", "1030"]);
        })
        .await
}

mod usual {
    use aludel::prelude::*;

    #[derive(Model, Debug)]
    #[model(table = "bill")]
    pub struct Bill {
        #[column(primary_key)]
        pub id: i64,
        #[column(sequence = "bill_number")]
        pub number: i64,
    }
}

mod bounded {
    use aludel::prelude::*;

    #[derive(Model, Debug)]
    #[model(table = "bill")]
    pub struct Bill {
        #[column(primary_key)]
        pub id: i64,
        #[column(sequence = "bill_number", increment = 5, min = -10, max = 20, cycle, cache = 1)]
        pub number: i64,
    }
}

mod without {
    use aludel::prelude::*;

    #[derive(Model, Debug)]
    #[model(table = "bill")]
    pub struct Bill {
        #[column(primary_key)]
        pub id: i64,
        #[column(server_default = 0)]
        pub number: i64,
    }
}

#[tokio::test]
async fn a_column_takes_numbers_of_a_sequence() -> Result<()> {
    let change = Change {
        before: models![without::Bill],
        after: models![bounded::Bill],
        detected: &["added sequence `bill_number`", "server default on column `bill.number`"],
        rows: &["INSERT INTO bill (number) VALUES (7)"],
        kept: "SELECT id, number FROM bill WHERE id = 1",
        only: &[],
        has: |dialect| dialect.capability().sequences,
    };
    change
        .check(async |db| {
            let mut session = db.session();
            let mut numbers = Vec::new();
            for _ in 0..8 {
                let bill = session.add(new!(bounded::Bill {}));
                session.commit().await.unwrap();
                numbers.push(session[bill].number);
            }
            assert_eq!(numbers, [-10, -5, 0, 5, 10, 15, 20, -10]);
        })
        .await
}

#[tokio::test]
async fn a_sequence_counts_otherwise() -> Result<()> {
    let change = Change {
        before: models![usual::Bill],
        after: models![bounded::Bill],
        detected: &["changed sequence `bill_number`"],
        rows: &["INSERT INTO bill (id) VALUES (1)", "INSERT INTO bill (id) VALUES (2)"],
        kept: "SELECT id, number FROM bill WHERE id < 3 ORDER BY id",
        only: &[],
        has: |dialect| dialect.capability().sequences,
    };
    change
        .check(async |db| {
            // Whether the first number is 2 + 1 or 2 + 5 is the database's.
            for id in 3..10 {
                run(db, &[&format!("INSERT INTO bill (id) VALUES ({id})")]).await.unwrap();
            }
            let (past, around) =
                ("SELECT max(number) FROM bill", "SELECT number FROM bill WHERE number < 0 ORDER BY id");
            assert!(["17", "18"].contains(&&*read(db, past).await.unwrap()[0]));
            assert_eq!(read(db, around).await.unwrap(), ["-10", "-5"], "it began anew");
        })
        .await
}
