//! Names by a convention of the application's own.

use aludel::{Naming, prelude::*};

use crate::support::TestDb;

#[derive(Model, Debug)]
#[model(table = "n_author", unique(first, last), check(named = |a| a.first.ne("")))]
struct Author {
    #[column(primary_key)]
    id: i64,
    #[column(length = 20, unique)]
    email: String,
    #[column(length = 20)]
    first: String,
    #[column(length = 20)]
    last: String,
    #[column(foreign_key = Author.id)]
    mentor: Option<i64>,
}

fn naming() -> Naming {
    Naming {
        index: "idx_{table}_{column}",
        unique: "uq_{columns}_of_{table}",
        check: "{table}_must_be_{name}",
        foreign_key: "{table}_to_{referred_table}",
        ..Naming::default()
    }
}

fn names(models: Models) -> Vec<String> {
    let schema = models.schema().unwrap();
    let table = &schema.tables["n_author"];
    let constraints = table.constraints.iter().map(|constraint| constraint.name.clone());
    constraints.chain(table.indexes.iter().map(|index| index.name.clone())).collect()
}

#[test]
fn names_follow_the_convention() {
    assert_eq!(
        names(models![Author]),
        ["fk_n_author_mentor", "uq_n_author_first_last", "ck_n_author_named", "ix_n_author_email"]
    );
    assert_eq!(
        names(models![Author].naming(naming())),
        ["n_author_to_n_author", "uq_first_last_of_n_author", "n_author_must_be_named", "idx_n_author_email"]
    );
}

#[test]
fn a_template_with_a_word_nobody_knows_is_refused() {
    let error = models![Author].naming(Naming { index: "ix_{tables}", ..Naming::default() }).schema().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert_eq!(
        error.to_string(),
        "the naming convention `index: \"ix_{tables}\"` has a word `{tables}` that means nothing there\n  \
         help: Write a template with {table}, {columns}, {column}."
    );
}

/// An error names the column, whatever its index and its foreign key are called.
#[tokio::test]
async fn errors_know_the_convention() -> Result<()> {
    let db = TestDb::new().await;
    let db = Db::new(db.engine().clone(), models![Author].naming(naming()));
    db.create_all().await?;
    let author = |email: &str, first: &str| new!(Author { email: email, first: first, last: "x" });
    let mut session = db.session();
    session.add(author("a", "one"));
    session.commit().await?;
    session.add(author("a", "two"));
    let error = session.commit().await.unwrap_err();
    assert_eq!((error.kind(), error.columns()), (ErrorKind::Unique, Some(&["email".to_owned()][..])));
    let mut session = db.session();
    session.add(author("c", "one"));
    let error = session.commit().await.unwrap_err();
    let both = ["first".to_owned(), "last".to_owned()];
    assert_eq!((error.kind(), error.columns()), (ErrorKind::Unique, Some(&both[..])));
    let mut session = db.session();
    let orphan = session.add(author("b", "three"));
    session[orphan].mentor = Some(77);
    let error = session.commit().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ForeignKey);
    assert_eq!(error.message(), "a `Author` refers to a row that is not there, by `Author.mentor`");
    db.drop_all().await
}
