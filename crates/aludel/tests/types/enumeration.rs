//! Enums without fields.

use aludel::{
    Field,
    driver::Query as Sql,
    expr::{Compare, row, row_number},
    insert_all,
    prelude::*,
    sql::{
        ValueRef,
        dialect::Enums,
        render,
        statement::{Insert, Rows},
    },
    values,
};

use crate::{property::as_rust, support::TestDb};

#[derive(DbEnum, Clone, Copy, Debug, PartialEq, PartialOrd)]
#[db_enum(name = "e_status")]
enum Status {
    Draft,
    InReview,
    #[db_enum(rename = "l'ive 🦀")]
    Published,
}

#[derive(DbEnum, Clone, Copy, Debug, PartialEq)]
#[db_enum(name = "loudness", rename_all = "SCREAMING-KEBAB-CASE")]
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
    any: proptest::sample::select(vec![Status::Draft, Status::InReview, Status::Published]), stored: |v| *v, sorts: as_rust(),
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

/// `'draft'` sorts behind `'VERY-LOUD'` as text does, and before it as the variants do.
#[tokio::test]
async fn an_enum_compares_and_sorts_in_the_order_of_its_variants() -> Result<()> {
    let db = TestDb::with_tables().await;
    let mut session = db.session();
    for (status, loud) in
        [(Status::Published, Some(Loud::Quiet)), (Status::Draft, None), (Status::InReview, Some(Loud::VeryLoud))]
    {
        session.add(new!(Article { status: status, loud: loud }));
    }
    session.commit().await?;

    let statuses = |rows: Vec<Article>| rows.into_iter().map(|row| row.status).collect::<Vec<_>>();
    let all = [Status::Draft, Status::InReview, Status::Published];
    let up = Article::query().order_by(|a| a.status.asc()).all(&db).await?;
    assert_eq!(statuses(up), all);
    let down = Article::query().order_by(|a| a.status.desc()).all(&db).await?;
    assert_eq!(statuses(down), [Status::Published, Status::InReview, Status::Draft]);
    let loud = Article::query().filter(|a| a.loud.is_not_null()).order_by(|a| a.loud.asc()).all(&db).await?;
    assert_eq!(statuses(loud), [Status::InReview, Status::Published]);

    let ordered = |query: Query<Article>| query.order_by(|a| a.id.asc());
    let before = ordered(Article::query().filter(|a| a.status.lt(Status::Published))).all(&db).await?;
    assert_eq!(statuses(before), [Status::Draft, Status::InReview]);
    let from = ordered(Article::query().filter(|a| a.status.ge(Status::InReview))).all(&db).await?;
    assert_eq!(statuses(from), [Status::Published, Status::InReview]);
    let some = Article::query().filter(|a| a.status.between(Status::InReview, Status::Published));
    assert_eq!(some.count(&db).await?, 2);
    assert_eq!(Article::query().filter(|a| a.loud.gt(Loud::VeryLoud)).count(&db).await?, 1);
    assert_eq!(Article::query().filter(|a| a.status.le(a.status)).count(&db).await?, 3);

    // What the database sorts by itself it is left to sort.
    let recording = db.record();
    Article::query().order_by(|a| a.status.asc()).all(&db).await?;
    let sql = recording.entries()[0].sql.to_string();
    let on_sqlite = db.engine().dialect().capability().enums == Enums::Checks;
    assert_eq!(sql.contains("CASE"), on_sqlite, "{sql}");
    Ok(())
}

#[derive(DbEnum, Clone, Copy, Debug, PartialEq)]
#[db_enum(name = "size")]
enum Size {
    Small,
    Medium,
    Large,
}

/// As texts its sizes are ordered the other way round.
#[derive(Model, Debug)]
#[model(table = "e_shirt")]
struct Shirt {
    #[column(primary_key)]
    id: i64,
    size: Size,
    other: Option<Size>,
}

async fn shirts() -> Result<TestDb> {
    let db = TestDb::with_tables().await;
    let shirts = [(Size::Small, None), (Size::Large, Some(Size::Medium)), (Size::Medium, Some(Size::Large))];
    insert_all(shirts.map(|(size, other)| new!(Shirt { size: size, other: other }))).exec(&db).await?;
    Ok(db)
}

#[tokio::test]
async fn the_least_and_the_greatest_are_those_of_the_variants() -> Result<()> {
    use Size::{Large, Medium, Small};
    let db = shirts().await?;
    let all = Shirt::query().select(|s| (s.size.min(), s.size.max(), s.other.min(), s.other.max()));
    assert_eq!(all.one(&db).await?, (Some(Small), Some(Large), Some(Medium), Some(Large)));
    let none = Shirt::query().filter(|s| s.id.gt(9)).select(|s| (s.size.max(),));
    assert_eq!(none.one(&db).await?, (None,));
    let some = Shirt::query().select(|s| s.size.max().filter(s.size.lt(Large)));
    assert_eq!(some.one(&db).await?, Some(Medium));
    let groups = Shirt::query()
        .group_by(|s| s.id)
        .having(|s| s.size.max().gt(Small))
        .order_by(|s| s.size.max().desc())
        .select(|s| (s.id, s.size.max()));
    assert_eq!(groups.clone().all(&db).await?, [(2, Some(Large)), (3, Some(Medium))]);
    // What a sub-query made is no column of an enum any more.
    let derived = groups.unordered().subquery().filter(|(_, most)| most.le(Large)).order_by(|(_, most)| most);
    assert_eq!(derived.select(|(id, _)| id).all(&db).await?, [3, 2]);
    let window = Shirt::query().order_by(|s| s.id).select(|s| s.size.max().over(|w| w.order_by(s.id)));
    assert_eq!(window.all(&db).await?, [Some(Small), Some(Large), Some(Large)]);
    let of_two = Shirt::query().order_by(|s| s.id).select(|s| (s.size.greatest(Medium), s.size.least(s.other)));
    assert_eq!(of_two.all(&db).await?, [(Medium, None), (Large, Some(Medium)), (Medium, Some(Medium))]);
    let wide = Shirt::query().filter(|s| s.size.greatest(s.other).ge(Large)).order_by(|s| s.id).select(|s| s.id);
    assert_eq!(wide.all(&db).await?, [2, 3]);
    Ok(())
}

#[tokio::test]
async fn an_enum_is_ordered_by_its_variants_everywhere() -> Result<()> {
    use Size::{Large, Medium, Small};
    let db = shirts().await?;
    let sizes = Shirt::query().order_by(|s| s.size).select(|s| s.size);
    assert_eq!(sizes.clone().all(&db).await?, [Small, Medium, Large]);
    let numbers = Shirt::query().order_by(|s| s.id).select(|s| row_number().over(|w| w.order_by(s.size)));
    assert_eq!(numbers.all(&db).await?, [1, 3, 2]);
    let both = Shirt::query().filter(|s| s.id.lt(3)).union(Shirt::query().filter(|s| s.id.gt(1)));
    assert_eq!(both.order_by(|s| s.size.desc()).select(|s| s.id).all(&db).await?, [2, 3, 1]);
    let firsts = Shirt::query().distinct_on(|s| s.size).order_by(|s| (s.size, s.id)).select(|s| s.id);
    assert_eq!(firsts.all(&db).await?, [1, 3, 2]);

    let above = Shirt::query().filter(|s| row((s.size, s.id)).gt((Small, 1))).order_by(|s| s.id).select(|s| s.id);
    assert_eq!(above.all(&db).await?, [2, 3]);
    let below = Shirt::query().filter(|s| row((s.size, s.id)).lt((Medium, 4))).order_by(|s| s.id).select(|s| s.id);
    assert_eq!(below.all(&db).await?, [1, 3]);
    let same = Shirt::query().filter(|s| row((s.size, s.id)).in_list([(Large, 2), (Small, 3)])).select(|s| s.id);
    assert_eq!(same.all(&db).await?, [2]);
    let most = Shirt::query().filter(|s| s.size.compare_all(Compare::Ge, sizes.clone().unordered())).select(|s| s.id);
    assert_eq!(most.all(&db).await?, [2]);
    let given = values([(Large, "L"), (Small, "S")]);
    let named = Shirt::query().join_query(given, |(s, (size, _))| s.size.eq(size)).order_by(|(s, _)| s.size);
    assert_eq!(named.select(|(_, (_, name))| name).all(&db).await?, ["S", "L"]);
    Ok(())
}

#[tokio::test]
async fn the_database_refuses_what_is_no_variant() -> Result<()> {
    let db = TestDb::with_tables().await;
    let mut connection = db.engine().acquire().await?;
    let insert = "INSERT INTO e_article (status) VALUES ('lost')";
    let error = connection.execute(Sql::write(insert, vec![])).await.unwrap_err();
    match db.engine().dialect().capability().enums {
        Enums::Checks => {
            assert_eq!((error.kind(), error.constraint()), (ErrorKind::Check, Some("ck_e_article_status_enum")));
        }
        Enums::Types => assert_eq!(
            (error.kind(), error.message()),
            (ErrorKind::Database, "a value is none that the enum type `e_status` has")
        ),
        Enums::Columns => assert_eq!(
            (error.kind(), error.message()),
            (ErrorKind::Database, "the value for `status` is none the column can hold")
        ),
    }
    Ok(())
}

#[tokio::test]
async fn the_types_are_those_of_the_database() -> Result<()> {
    let db = TestDb::with_tables().await;
    let dialect = db.engine().dialect();
    let schema = db.models().schema()?;
    assert_eq!(schema.types["e_status"], Status::NAMES);
    assert_eq!(schema.types["loudness"], ["VERY-LOUD", "hush"]);
    let article = &schema.tables["e_article"];
    assert_eq!(article.constraints, [], "no check of its own");
    let mut connection = db.engine().acquire().await?;
    let named = dialect.capability().enums == Enums::Types;
    assert_eq!(render::create_types(dialect, &schema)?.len(), if named { schema.types.len() } else { 0 });
    if named {
        let labels = "SELECT e::text FROM unnest(enum_range(NULL::e_status)) AS e";
        let text = |row: &dyn aludel::driver::Row| match row.get(0)? {
            ValueRef::Text(text) => Ok(text.to_owned()),
            other => panic!("{other:?}"),
        };
        assert_eq!(connection.fetch(Sql::other(labels), text).await?, Status::NAMES);
        // An array of the type's own for many rows.
        let insert = Insert {
            with: Vec::new(),
            table: "e_article".into(),
            columns: vec!["status".into()],
            rows: Rows::Values(Vec::new()),
            conflict: None,
            returning: Vec::new(),
        };
        let types = [article.column("status").unwrap().ty.clone()];
        let sql = render::insert_unnest(dialect, &insert, &types)?.unwrap();
        assert!(sql.contains(r#"$1::"e_status"[]"#), "{sql}");
        let array = aludel::Value::from(r#"{draft,"l'ive 🦀"}"#);
        assert_eq!(connection.execute(Sql::write(sql, vec![array])).await?, 2);
    }
    Ok(())
}

#[tokio::test]
async fn a_text_that_is_no_variant_is_an_error_that_names_the_column_and_the_variants() -> Result<()> {
    // A table from before the constraint was.
    let db = TestDb::new().await;
    let mut connection = db.engine().acquire().await?;
    let create = "CREATE TABLE e_article (id INTEGER PRIMARY KEY, status VARCHAR(9), loud VARCHAR(9))";
    connection.execute(Sql::other(create)).await?;
    let insert = "INSERT INTO e_article (id, status) VALUES (1, 'lost')";
    connection.execute(Sql::write(insert, vec![])).await?;
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

#[cfg(feature = "migrate")]
mod migration {
    use aludel::{
        migrate::{DiffOptions, diff, fold},
        prelude::*,
        sql::{
            ansi,
            schema::{Schema, Table},
        },
    };

    #[derive(DbEnum, Clone, Copy, Debug)]
    #[db_enum(name = "e_page_status")]
    #[allow(dead_code)]
    enum Before {
        Draft,
        Published,
    }

    #[derive(DbEnum, Clone, Copy, Debug)]
    #[db_enum(name = "e_page_status_after")]
    #[allow(dead_code)]
    enum After {
        #[db_enum(renamed_from = "draft")]
        Idea,
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
        // Two models of one program cannot have one table, and their enums not one type.
        let mut after = after::Page::definition().to_table().unwrap();
        after.name = before.name.clone();
        rename_type(&mut after, "e_page_status");
        (Schema::new([before]), Schema::new([after]))
    }

    fn rename_type(table: &mut Table, name: &str) {
        for column in &mut table.columns {
            if let Some(ty) = column.ty.as_enum() {
                let renamed = ty.renamed().iter().map(|(old, new)| (old.as_str(), new.as_str()));
                let labels = ty.labels().iter().map(String::as_str);
                let ty = aludel::sql::types::EnumType::new(name, labels).with_renamed(renamed);
                column.ty = aludel::sql::Type::Enum(ty);
            }
        }
    }

    fn statements(from: &Schema, to: &Schema) -> Vec<String> {
        let diff = diff(from, to, &DiffOptions::default()).unwrap();
        let operations = diff.changes.iter().flat_map(|change| &change.operations);
        operations.map(|operation| ansi::print(operation).unwrap()).collect()
    }

    #[test]
    fn a_variant_that_is_new_or_renamed_is_one_of_the_type() {
        let (before, after) = schemas();
        assert_eq!(
            statements(&before, &after),
            [
                "ALTER TYPE e_page_status RENAME VALUE 'draft' TO 'idea';",
                "ALTER TYPE e_page_status ADD VALUE 'superseded';",
            ]
        );
        // What the model says of the past does not matter any more.
        assert_eq!(statements(&after, &after), [""; 0]);
    }

    #[test]
    fn what_a_migration_says_is_what_the_model_says() {
        let (_, after) = schemas();
        let mut folded = Schema::default();
        let texts = statements(&Schema::default(), &after);
        assert_eq!(texts[0], "CREATE TYPE e_page_status AS ENUM ('idea', 'published', 'superseded');");
        for text in texts {
            for statement in ansi::parse(&text, 0..text.len()).unwrap_or_else(|error| panic!("{text}: {error:?}")) {
                fold::apply(&mut folded, &statement.operation).unwrap();
            }
        }
        assert_eq!(folded, after);
        assert_eq!(statements(&folded, &after), [""; 0]);
    }
}
