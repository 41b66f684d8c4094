//! Enums without fields.

use aludel::{Field, prelude::*, sql::schema::ConstraintKind};

use crate::support::TestDb;

#[derive(DbEnum, Clone, Copy, Debug, PartialEq)]
enum Status {
    Draft,
    InReview,
    #[db_enum(rename = "l'ive 🦀")]
    Published,
}

#[derive(DbEnum, Clone, Copy, Debug, PartialEq)]
#[db_enum(rename_all = "SCREAMING-KEBAB-CASE")]
#[allow(dead_code)]
enum Loud {
    VeryLoud,
    #[db_enum(rename = "hush")]
    Quiet,
}

#[derive(Model, Debug)]
#[model(table = "e_article", display = "<Article {status}>")]
struct Article {
    #[column(primary_key)]
    id: i64,
    #[column(default = Status::Draft, index)]
    status: Status,
    loud: Option<Loud>,
}

round_trips! {
    value, "e_value", Status, given: vec![Status::Draft, Status::InReview, Status::Published],
    any: proptest::sample::select(vec![Status::Draft, Status::InReview, Status::Published]), stored: |v| *v, sorts: None,
}

#[test]
fn names_follow_the_attributes() {
    assert_eq!(Status::NAMES, ["draft", "in_review", "l'ive 🦀"]);
    assert_eq!(Loud::NAMES, ["VERY-LOUD", "hush"]);
    assert_eq!((Status::InReview.name(), Status::from_name("in_review")), ("in_review", Some(Status::InReview)));
    assert_eq!(Status::from_name("InReview"), None);
}

#[tokio::test]
async fn an_enum_is_compared_by_its_variants() -> Result<()> {
    let db = TestDb::with_tables().await;
    let mut session = db.session();
    let article = session.add(new!(Article {}));
    session.add(new!(Article { status: Status::Published, loud: Loud::Quiet }));
    session.commit().await?;
    assert_eq!(session[article].to_string(), "<Article draft>");
    session[article].status = Status::InReview;
    session.commit().await?;

    assert_eq!(Article::query().filter(|a| a.status.eq(Status::InReview)).count(&db).await?, 1);
    assert_eq!(Article::query().filter(|a| a.status.in_list([Status::Draft, Status::Published])).count(&db).await?, 1);
    assert_eq!(Article::query().filter(|a| a.loud.ne(Loud::VeryLoud)).one(&db).await?.loud, Some(Loud::Quiet));
    Ok(())
}

#[tokio::test]
async fn the_database_refuses_what_is_no_variant() -> Result<()> {
    let db = TestDb::with_tables().await;
    let mut connection = db.engine().acquire().await?;
    let insert = "INSERT INTO e_article (status) VALUES ('lost')";
    let error = connection.execute(aludel::driver::Query::write(insert, vec![])).await.unwrap_err();
    assert_eq!((error.kind(), error.constraint()), (ErrorKind::Check, Some("ck_e_article_status_enum")));
    Ok(())
}

#[tokio::test]
async fn a_text_that_is_no_variant_is_an_error_that_names_the_column_and_the_variants() -> Result<()> {
    // A table from before the constraint was.
    let db = TestDb::new().await;
    let mut connection = db.engine().acquire().await?;
    let create = "CREATE TABLE e_article (id INTEGER PRIMARY KEY, status VARCHAR(9), loud VARCHAR(9))";
    connection.execute(aludel::driver::Query::other(create)).await?;
    let insert = "INSERT INTO e_article (id, status) VALUES (1, 'lost')";
    connection.execute(aludel::driver::Query::write(insert, vec![])).await?;
    drop(connection);
    let error = Article::query().all(&db).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.message()),
        (
            ErrorKind::Decode,
            "column `e_article.status`: expected one of `draft`, `in_review`, `l'ive 🦀`, found `lost`"
        )
    );
    Ok(())
}

#[test]
fn the_table_has_a_check_for_each_enum() {
    let table = Article::definition().to_table().unwrap();
    let checks: Vec<&str> = table
        .constraints
        .iter()
        .filter(|constraint| matches!(constraint.kind, ConstraintKind::Check(_)))
        .map(|constraint| constraint.name.as_str())
        .collect();
    assert_eq!(checks, ["ck_e_article_status_enum", "ck_e_article_loud_enum"]);
}

#[cfg(feature = "migrate")]
mod migration {
    use aludel::{
        migrate::{DiffOptions, diff, fold},
        prelude::*,
        sql::{ansi, schema::Schema},
    };

    #[derive(DbEnum, Clone, Copy, Debug)]
    #[allow(dead_code)]
    enum Before {
        Draft,
        Published,
    }

    #[derive(DbEnum, Clone, Copy, Debug)]
    #[allow(dead_code)]
    enum After {
        Draft,
        Published,
        Superseded,
    }

    mod before {
        #[derive(aludel::Model, Debug)]
        #[model(table = "e_page")]
        pub struct Page {
            #[column(primary_key, identity = false)]
            pub id: i64,
            pub status: super::Before,
        }
    }

    mod after {
        #[derive(aludel::Model, Debug)]
        #[model(table = "e_page_after")]
        pub struct Page {
            #[column(primary_key, identity = false)]
            pub id: i64,
            pub status: super::After,
        }
    }

    fn schemas() -> (Schema, Schema) {
        let before = before::Page::definition().to_table().unwrap();
        // Two models of one program cannot have one table.
        let mut after = after::Page::definition().to_table().unwrap();
        after.name = before.name.clone();
        after.constraints[0].name = before.constraints[0].name.clone();
        (Schema::new([before]), Schema::new([after]))
    }

    fn statements(from: &Schema, to: &Schema) -> Vec<String> {
        let diff = diff(from, to, &DiffOptions::default()).unwrap();
        let operations = diff.changes.iter().flat_map(|change| &change.operations);
        operations.map(|operation| ansi::print(operation).unwrap()).collect()
    }

    #[test]
    fn a_new_variant_is_a_new_check() {
        let (before, after) = schemas();
        assert_eq!(
            statements(&before, &after),
            [
                "ALTER TABLE e_page DROP CONSTRAINT ck_e_page_status_enum;",
                "ALTER TABLE e_page ALTER COLUMN status SET DATA TYPE VARCHAR(10);",
                "ALTER TABLE e_page ADD CONSTRAINT ck_e_page_status_enum CHECK (status IN ('draft', 'published', 'superseded'));",
            ]
        );
    }

    #[test]
    fn what_a_migration_says_is_what_the_model_says() {
        let (_, after) = schemas();
        let mut folded = Schema::default();
        for text in statements(&Schema::default(), &after) {
            for statement in ansi::parse(&text, 0..text.len()).unwrap_or_else(|error| panic!("{text}: {error:?}")) {
                fold::apply(&mut folded, &statement.operation).unwrap();
            }
        }
        assert_eq!(statements(&folded, &after), [""; 0]);
    }
}
