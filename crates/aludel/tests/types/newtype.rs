//! Types of a program's own.

use aludel::{Field, prelude::*};

use crate::property::as_rust_on_sqlite;
use crate::support::TestDb;

#[derive(Field, Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
struct AuthorId(i64);

#[derive(Field, Clone, Debug, PartialEq, PartialOrd)]
struct Email {
    address: String,
}

#[derive(Model, Debug)]
#[model(table = "n_author")]
struct Author {
    #[column(primary_key)]
    id: AuthorId,
    #[column(length = 20, unique)]
    email: Option<Email>,
    #[relation(back_populates = author)]
    books: HasMany<Book>,
}

#[derive(Model, Debug)]
#[model(table = "n_book")]
struct Book {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Author.id)]
    author_id: AuthorId,
    #[relation(key = author_id, back_populates = books)]
    author: BelongsTo<Author>,
}

round_trips! {
    value, "n_value", Email, given: vec![email(""), email("ä")],
    any: proptest::strategy::Strategy::prop_map("\\PC{0,9}", |address| Email { address }), stored: Email::clone,
    sorts: as_rust_on_sqlite(),
}

fn email(address: &str) -> Email {
    Email { address: address.into() }
}

#[tokio::test]
async fn a_newtype_is_a_key_a_foreign_key_and_a_condition() -> Result<()> {
    let db = TestDb::with_tables().await;
    let mut session = db.session();
    let susan = session.add(new!(Author { email: email("susan@example.com"), books: [Book {}, Book {}] }));
    session.add(new!(Author {}));
    session.commit().await?;
    assert_eq!(session[susan].id, AuthorId(1), "counted by the database");

    let books = Book::query().filter(|b| b.author_id.eq(AuthorId(1))).with(|b| b.author).all(&db).await?;
    assert_eq!(books.len(), 2);
    let mut other = db.session();
    let susan = other.get::<Author>(AuthorId(1)).await?.or_404()?;
    assert_eq!(other[susan].email, Some(email("susan@example.com")));
    assert_eq!(
        Author::query().filter(|a| a.email.in_list([email("x"), email("susan@example.com")])).count(&db).await?,
        1
    );
    assert_eq!(Author::query().filter(|a| a.email.is_null()).count(&db).await?, 1);

    other.add(new!(Author { email: email("longer.than@example.com") }));
    let error = other.commit().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::Check, "`Author.email` holds 23 characters, and has room for 20")
    );
    Ok(())
}
