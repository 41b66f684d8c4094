//! The pages, made from the templates. What they are given is escaped.

use std::sync::LazyLock;

use aludel::prelude::*;
use axum::response::Html;
use minijinja::{Environment, Value, value::Serde};
use serde::Serialize;

use crate::{
    models::{Post, User},
    routes::{NewPerson, NewPost},
};

/// The templates are part of the program, so a fault in them shows at the first test.
static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    for (name, text) in [
        ("layout.html", include_str!("../templates/layout.html")),
        ("posts.html", include_str!("../templates/posts.html")),
        ("home.html", include_str!("../templates/home.html")),
        ("person.html", include_str!("../templates/person.html")),
        ("missing.html", include_str!("../templates/missing.html")),
    ] {
        templates.add_template(name, text).expect("the templates of this program are right");
    }
    templates
});

/// A post as a page shows it.
#[derive(Serialize)]
pub struct PostView<'a> {
    author: &'a str,
    body: &'a str,
    timestamp: String,
    time: String,
}

impl<'a> PostView<'a> {
    fn new(post: &'a Post, author: &'a User) -> Self {
        PostView {
            author: &author.username,
            body: &post.body,
            timestamp: post.timestamp.to_string(),
            time: post.timestamp.strftime("%-d %B %Y, %H:%M UTC").to_string(),
        }
    }
}

/// The front page: the posts and the two forms. A form that was sent and refused comes back with what was in it.
#[derive(Default, Serialize)]
pub struct Home<'a> {
    /// The posts, as they are shown.
    pub posts: Vec<PostView<'a>>,
    /// What is in the form for a post, and what is wrong with it.
    pub post: NewPost,
    /// What is in the form for a person, and what is wrong with it.
    pub person: NewPerson,
}

impl<'a> Home<'a> {
    /// A page with these posts, whose authors are loaded.
    pub fn new(posts: &'a [Post]) -> Self {
        Home { posts: posts.iter().map(|post| PostView::new(post, post.author.get())).collect(), ..Home::default() }
    }

    /// The page.
    pub fn render(&self) -> Result<Html<String>> {
        render("home.html", self)
    }
}

/// A person's page, with their posts.
pub fn person(user: &User, posts: &[Post]) -> Result<Html<String>> {
    #[derive(Serialize)]
    struct Person<'a> {
        username: &'a str,
        posts: Vec<PostView<'a>>,
    }
    let posts = posts.iter().map(|post| PostView::new(post, user)).collect();
    render("person.html", Person { username: &user.username, posts })
}

/// The page for what is not there.
pub fn missing() -> Result<Html<String>> {
    render("missing.html", ())
}

fn render(template: &str, values: impl Serialize) -> Result<Html<String>> {
    let values = Value::from(Serde(values));
    TEMPLATES.get_template(template).and_then(|template| template.render(values)).map(Html).map_err(|error| {
        Error::new(ErrorKind::Usage, format!("the template `{template}` cannot be rendered")).with_source(error)
    })
}
