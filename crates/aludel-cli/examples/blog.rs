//! The program whose commands the tests run: a blog that grows. `BLOG` says how far it has come.

use std::process::ExitCode;

use aludel::prelude::*;

/// The blog at its beginning, and when it has posts.
mod grown {
    use aludel::prelude::*;

    /// A person.
    #[derive(Model, Debug)]
    pub struct User {
        /// The key.
        #[column(primary_key)]
        pub id: i64,
        /// What they are called.
        #[column(length = 64, index, unique)]
        pub username: String,
        /// Where they get their mail.
        #[column(length = 120, index, unique)]
        pub email: String,
        /// What their password becomes.
        #[column(length = 128)]
        pub password_hash: Option<String>,
        /// What they wrote.
        #[relation(back_populates = author)]
        pub posts: HasMany<Post>,
    }

    /// What a person wrote.
    #[derive(Model, Debug)]
    pub struct Post {
        /// The key.
        #[column(primary_key)]
        pub id: i64,
        /// The text.
        #[column(length = 140)]
        pub body: String,
        /// When it was written.
        #[column(index, default = Timestamp::now)]
        pub timestamp: Timestamp,
        /// Who wrote it.
        #[column(index, foreign_key = User.id)]
        pub user_id: i64,
        /// Who wrote it.
        #[relation(key = user_id, back_populates = posts)]
        pub author: BelongsTo<User>,
    }
}

/// The blog after a column was renamed.
mod renamed {
    use aludel::prelude::*;

    /// A person.
    #[derive(Model, Debug)]
    pub struct User {
        /// The key.
        #[column(primary_key)]
        pub id: i64,
        /// What they are called.
        #[column(length = 64, index, unique)]
        pub username: String,
        /// Where they get their mail.
        #[column(length = 120, index, unique)]
        pub address: String,
        /// What their password becomes.
        #[column(length = 128)]
        pub password_hash: Option<String>,
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let models = match std::env::var("BLOG").as_deref() {
        Ok("users") => models![grown::User],
        Ok("posts") => models![grown::User, grown::Post],
        Ok("renamed") => models![renamed::User],
        _ => models![],
    };
    App::new("blog").models(models).main().await
}
