//! Functions that migrations call.

use aludel_driver::Query;
use aludel_migrate::Hooks;
use aludel_sql::{Error, ErrorKind};
use insta::assert_snapshot;

use super::{Database, USERS, chain, chain_with, local};

const CALL: &str = "ALTER TABLE \"user\" ADD COLUMN nick TEXT;\nCALL fill_nicks();\nALTER TABLE \"user\" ALTER COLUMN nick SET NOT NULL;\n";

#[tokio::test]
async fn a_function_sees_the_table_of_its_moment_and_works_inside_the_transaction() {
    let database = Database::new().await;
    database.upgrade(&chain(&[USERS])).await.unwrap();
    database.execute("INSERT INTO \"user\" (name) VALUES ('susan'), ('john')").await;
    let hooks = Hooks::new().add("fill_nicks", |context| {
        Box::pin(async move {
            assert_eq!(context.revision(), "r2");
            let nullable = context.table("user")?.column("nick").map(|column| column.nullable);
            assert_eq!(nullable, Some(true), "as it is between the two ALTERs");
            assert!(context.table("post").is_err());
            let ids = local(context.connection().dialect(), "SELECT id FROM \"user\" ORDER BY id");
            let names = context.connection().fetch(Query::read(ids, vec![]), |row| match row.get(0)? {
                aludel_sql::ValueRef::I64(id) => Ok(id),
                other => Err(Error::new(ErrorKind::Decode, other.kind())),
            });
            for id in names.await? {
                let sql = local(
                    context.connection().dialect(),
                    &format!("UPDATE \"user\" SET nick = 'nick{id}' WHERE id = {id}"),
                );
                context.connection().execute(Query::write(sql, vec![])).await?;
            }
            Ok(())
        })
    });
    let migrator = chain_with(&[USERS, CALL], hooks);
    let applied = database.upgrade(&migrator).await.unwrap();
    assert_eq!(applied[0].sql[1], "CALL fill_nicks()");
    assert_eq!(database.query("SELECT name, nick FROM \"user\" ORDER BY id").await, "susan|nick1\njohn|nick2");
}

#[tokio::test]
async fn a_missing_function_is_noticed_before_any_sql() {
    let database = Database::new().await;
    assert_snapshot!(database.upgrade(&chain(&[USERS, CALL])).await.unwrap_err(), @r#"
    no function `fill_nicks` is registered, which a migration calls
      help: Register it with `.add("fill_nicks", …)`, and run the migrations from the program that has it
    "#);
    assert_eq!(database.schema().await, "");
}

#[tokio::test]
async fn a_function_that_fails_undoes_its_revision() {
    let database = Database::new().await;
    let failing = Hooks::new().add("fill_nicks", |context| {
        Box::pin(async move {
            let insert = local(context.connection().dialect(), "INSERT INTO \"user\" (name) VALUES ('x')");
            context.connection().execute(Query::write(insert, vec![])).await?;
            Err(Error::new(ErrorKind::Usage, "no nicks today"))
        })
    });
    let error = database.upgrade(&chain_with(&[USERS, CALL], failing)).await.unwrap_err();
    let expected = "the upgrade of revision `r2` failed, migrations/r2.sql:10:1: `CALL fill_nicks()`: no nicks today";
    assert!(error.message().starts_with(expected), "{error}");
    assert_eq!(database.query("SELECT COUNT(*) FROM \"user\"").await, "0");
    assert_eq!(database.schema().await.contains("nick"), !database.rolls_back());

    let ending =
        Hooks::new().add("fill_nicks", |context| Box::pin(async move { context.connection().rollback().await }));
    let error = database.upgrade(&chain_with(&[USERS, CALL], ending)).await.unwrap_err();
    assert!(error.to_string().contains("function `fill_nicks` ended the transaction of its revision"), "{error}");
    let migrator = chain_with(&[USERS, CALL], Hooks::new().add("fill_nicks", |_| Box::pin(async { Ok(()) })));
    assert_eq!(migrator.current(&database.engine).await.unwrap(), ["r1"]);
    database.upgrade(&migrator).await.unwrap();
    assert_eq!(migrator.current(&database.engine).await.unwrap(), ["r2"]);
}
