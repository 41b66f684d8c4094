//! Sequences.

use aludel_sql::{
    Dialect, ErrorKind, Expr,
    dialect::{MARIADB, POSTGRES},
    render,
    schema::{Counter, Sequence},
    statement::Select,
};

use crate::{each, every, every_expr, every_operation, operations};

const SERVERS: [&dyn Dialect; 2] = [&POSTGRES, &MARIADB];

#[test]
fn sequences_are_made_where_there_are_any() {
    insta::assert_snapshot!(every_operation("CREATE SEQUENCE invoice_number;"), @r#"
        sqlite:
        Unsupported: sqlite has no sequences, such as `invoice_number`
          help: Count in a row of a table of your own, or use PostgreSQL or MariaDB
        postgres: CREATE SEQUENCE "invoice_number"
        mysql:
        Unsupported: mysql has no sequences, such as `invoice_number`
          help: Count in a row of a table of your own, or use PostgreSQL or MariaDB
        mariadb: CREATE SEQUENCE `invoice_number` CACHE 1
        "#);
    let source =
        "CREATE SEQUENCE billing.number START WITH 1000 INCREMENT BY 10 MINVALUE 1 MAXVALUE 99999 CYCLE CACHE 20;
        CREATE SEQUENCE countdown INCREMENT BY -1;
        ALTER SEQUENCE billing.number INCREMENT BY 1 NO MINVALUE NO MAXVALUE START WITH 7 NO CYCLE CACHE 1;
        ALTER SEQUENCE billing.number RENAME TO \"order\";
        DROP SEQUENCE billing.\"order\";
        CREATE TABLE invoice (number BIGINT NOT NULL DEFAULT NEXT VALUE FOR billing.number);
        ALTER TABLE invoice ADD COLUMN twice BIGINT DEFAULT (NEXT VALUE FOR \"Odd'\" * 2);";
    let text = each(&SERVERS, |dialect| {
        let operations = operations(source);
        let texts = operations.iter().map(|operation| render::operation(dialect, operation));
        Ok(texts.collect::<aludel_sql::Result<Vec<_>>>()?.join(";\n"))
    });
    insta::assert_snapshot!(text, @r#"
        postgres:
        CREATE SEQUENCE "billing"."number" START WITH 1000 INCREMENT BY 10 MINVALUE 1 MAXVALUE 99999 CYCLE CACHE 20;
        CREATE SEQUENCE "countdown" INCREMENT BY -1;
        ALTER SEQUENCE "billing"."number" INCREMENT BY 1 NO MINVALUE NO MAXVALUE START WITH 7 NO CYCLE CACHE 1;
        ALTER SEQUENCE "billing"."number" RENAME TO "order";
        DROP SEQUENCE "billing"."order";
        CREATE TABLE "invoice" (
            "number" BIGINT NOT NULL DEFAULT (nextval('"billing"."number"'))
        );
        ALTER TABLE "invoice" ADD COLUMN "twice" BIGINT DEFAULT (nextval('"Odd''"') * 2)
        mariadb:
        CREATE SEQUENCE `billing`.`number` START WITH 1000 INCREMENT BY 10 MINVALUE 1 MAXVALUE 99999 CYCLE CACHE 20;
        CREATE SEQUENCE `countdown` INCREMENT BY -1 CACHE 1;
        ALTER SEQUENCE `billing`.`number` INCREMENT BY 1 NO MINVALUE NO MAXVALUE START WITH 7 NOCYCLE CACHE 1;
        RENAME TABLE `billing`.`number` TO `billing`.`order`;
        DROP SEQUENCE `billing`.`order`;
        CREATE TABLE `invoice` (
            `number` BIGINT NOT NULL DEFAULT (NEXT VALUE FOR `billing`.`number`)
        ) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;
        ALTER TABLE `invoice` ADD COLUMN `twice` BIGINT DEFAULT (NEXT VALUE FOR `Odd'` * 2)
        "#);
}

#[test]
fn the_next_number_is_an_expression() {
    insta::assert_snapshot!(every_expr("NEXT VALUE FOR invoice_number + 1"), @r#"
        sqlite:
        Unsupported: sqlite has no sequences, such as `invoice_number`
          help: Count in a row of a table of your own, or use PostgreSQL or MariaDB
        postgres: nextval('"invoice_number"') + 1
        mysql:
        Unsupported: mysql has no sequences, such as `invoice_number`
          help: Count in a row of a table of your own, or use PostgreSQL or MariaDB
        mariadb: NEXT VALUE FOR `invoice_number` + 1
        "#);
    let select = Select { columns: vec![Expr::NextValue("billing.number".into())].into(), ..Select::default() };
    insta::assert_snapshot!(each(&SERVERS, |dialect| Ok(render::select(dialect, &select)?.sql)), @r#"
        postgres: SELECT nextval('"billing"."number"')
        mariadb: SELECT NEXT VALUE FOR `billing`.`number`
        "#);
}

#[test]
fn a_sequence_that_cannot_count_is_refused_before_any_sql() {
    let of = |counter: Counter| {
        let sequence = Sequence { name: "n".into(), counter };
        let error = render::operation(&POSTGRES, &aludel_sql::Operation::CreateSequence(sequence)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        error.message().to_owned()
    };
    let usual = Counter::default();
    insta::assert_snapshot!(of(Counter { increment: 0, ..usual.clone() }), @"the sequence `n` cannot be: it counts by 0");
    insta::assert_snapshot!(of(Counter { start: 0, ..usual.clone() }), @"the sequence `n` cannot be: it starts with 0, which is not from 1 to 9223372036854775807");
    insta::assert_snapshot!(of(Counter { min: Some(5), max: Some(5), ..usual.clone() }), @"the sequence `n` cannot be: its least number, 5, is not below its greatest, 5");
    insta::assert_snapshot!(of(Counter { cache: 0, ..usual }), @"the sequence `n` cannot be: it takes 0 numbers at a time");
    assert_eq!(
        render::operation(&POSTGRES, &aludel_sql::Operation::CreateSequence(Sequence::new("n"))).unwrap(),
        r#"CREATE SEQUENCE "n""#
    );
    insta::assert_snapshot!(every(|dialect| {
        render::operation(dialect, &aludel_sql::Operation::AlterSequence { name: "n".into(), changes: Vec::new() })
    }), @"
        sqlite:
        Unsupported: sqlite has no sequences, such as `n`
          help: Count in a row of a table of your own, or use PostgreSQL or MariaDB
        postgres: Usage: nothing of the sequence `n` is changed
        mysql:
        Unsupported: mysql has no sequences, such as `n`
          help: Count in a row of a table of your own, or use PostgreSQL or MariaDB
        mariadb: Usage: nothing of the sequence `n` is changed
        ");
}
