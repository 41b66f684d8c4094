//! What is answered to which request.

use aludel::prelude::*;
use axum::{
    Form, Router,
    extract::Path,
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::{Deserialize, Serialize};

use crate::{
    models::{Post, User},
    pages::{self, Home},
};

/// How many posts a page shows.
const PAGE: u64 = 50;

/// All routes.
pub fn routes() -> Router {
    Router::new()
        .route("/", get(home))
        .route("/posts", post(add_post))
        .route("/people", post(add_person))
        .route("/user/{username}", get(person))
        .fallback(missing)
}

/// The form for a post.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
pub struct NewPost {
    username: String,
    body: String,
    #[serde(skip_deserializing)]
    wrong_username: Option<String>,
    #[serde(skip_deserializing)]
    wrong_body: Option<String>,
}

/// The form for a person.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
pub struct NewPerson {
    username: String,
    email: String,
    #[serde(skip_deserializing)]
    wrong_username: Option<String>,
    #[serde(skip_deserializing)]
    wrong_email: Option<String>,
}

async fn home(db: Db) -> Result<Html<String>> {
    Home::new(&newest(&db).await?).render()
}

async fn person(db: Db, Path(username): Path<String>) -> Result<Response> {
    let Some(user) = User::query().filter(|u| u.username.eq(&username)).first(&db).await? else {
        return missing().await;
    };
    let posts = Post::query()
        .filter(|p| p.user_id.eq(user.id))
        .order_by(|p| p.timestamp.desc())
        .order_by(|p| p.id.desc())
        .limit(PAGE)
        .all(&db)
        .await?;
    Ok(pages::person(&user, &posts)?.into_response())
}

async fn add_post(mut session: Session, Form(mut form): Form<NewPost>) -> Result<Response> {
    // Browsers send two characters for the end of a line.
    form.body = form.body.replace("\r\n", "\n").trim().to_owned();
    form.username = form.username.trim().to_owned();
    let author = session.first(User::query().filter(|u| u.username.eq(&form.username))).await?;
    if author.is_none() {
        form.wrong_username = Some(match form.username.as_str() {
            "" => "Who is writing?".to_owned(),
            name => format!("There is nobody called “{name}” yet. Add them below."),
        });
    }
    form.wrong_body = match form.body.chars().count() {
        0 => Some("Write something.".to_owned()),
        1..=140 => None,
        count => Some(format!("That is {count} characters, and a post has room for 140.")),
    };
    match author {
        Some(author) if form.wrong_body.is_none() => {
            session.add(new!(Post { body: form.body, author }));
            session.commit().await?;
            Ok(Redirect::to("/").into_response())
        }
        _ => {
            let posts = newest(session.db()).await?;
            refused(&Home { post: form, ..Home::new(&posts) })
        }
    }
}

async fn add_person(mut session: Session, Form(mut form): Form<NewPerson>) -> Result<Response> {
    form.username = form.username.trim().to_owned();
    form.email = form.email.trim().to_owned();
    form.wrong_username = wrong_username(&form.username);
    form.wrong_email = wrong_email(&form.email);
    if form.wrong_username.is_none() && form.wrong_email.is_none() {
        session.add(new!(User { username: &form.username, email: &form.email }));
        match session.commit().await {
            Ok(()) => return Ok(Redirect::to(&format!("/user/{}", form.username)).into_response()),
            Err(error) if error.violates_unique::<User, _>(|u| u.username) => {
                form.wrong_username = Some("This name is taken.".to_owned());
            }
            Err(error) if error.violates_unique::<User, _>(|u| u.email) => {
                form.wrong_email = Some("Somebody with this address is here already.".to_owned());
            }
            Err(error) => return Err(error),
        }
    }
    let posts = newest(session.db()).await?;
    refused(&Home { person: form, ..Home::new(&posts) })
}

/// The newest posts and, by a second statement, all their authors.
async fn newest(db: &Db) -> Result<Vec<Post>> {
    Post::query()
        .order_by(|p| p.timestamp.desc())
        .order_by(|p| p.id.desc())
        .with(|p| p.author)
        .limit(PAGE)
        .all(db)
        .await
}

fn refused(page: &Home<'_>) -> Result<Response> {
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page.render()?).into_response())
}

async fn missing() -> Result<Response> {
    Ok((StatusCode::NOT_FOUND, pages::missing()?).into_response())
}

/// Names are part of addresses, so they are of letters that mean themselves there.
fn wrong_username(name: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    match name.chars().count() {
        0 => Some("What are they called?".to_owned()),
        1..=64 if name.chars().all(plain) => None,
        1..=64 => Some("Use the letters a to z, digits, “_” and “-”.".to_owned()),
        _ => Some("A name has room for 64 characters.".to_owned()),
    }
}

fn wrong_email(address: &str) -> Option<String> {
    match address.split_once('@') {
        _ if address.chars().count() > 120 => Some("An address has room for 120 characters.".to_owned()),
        Some((who, at)) if !who.is_empty() && !at.is_empty() && !address.contains(char::is_whitespace) => None,
        _ => Some("That is not an e-mail address.".to_owned()),
    }
}
