//! Full-text search.

use std::marker::PhantomData;

pub use aludel_sql::expr::SearchMode;
use aludel_sql::{
    Expr as Node,
    expr::{Match, Name},
};

use super::{Expr, ExprOps, IntoExpr, Text};

/// Texts to look for words in, as the database's own full-text search does: a column, or a tuple of up to four, searched
/// together. `full_text((p.title, p.body)).matches("rust")`.
///
/// What counts as a word, and whether one or all must be found, is the database's affair: PostgreSQL wants all of them, and knows
/// forms of one word by its default language, or by [another](FullText::language); MySQL and MariaDB take any, want a full-text
/// index over exactly these columns, and find words with capital letters only where the collation of the columns does not tell
/// case. [`FullText::mode`] has other ways to search. SQLite has no search over ordinary tables: the query is refused there.
///
/// ```ignore
/// full_text(p.body).mode(SearchMode::Web).matches("rust -\"garbage collection\"")
/// ```
pub fn full_text<T: IntoTexts>(texts: T) -> FullText<T::Scope> {
    FullText { texts: texts.into_texts(), mode: SearchMode::Words, language: None, scope: PhantomData }
}

/// Texts that are searched together.
#[must_use = "say what is looked for: `.matches(\"…\")`"]
pub struct FullText<S> {
    texts: Vec<Node>,
    mode: SearchMode,
    language: Option<Name>,
    scope: PhantomData<fn() -> S>,
}

impl<S> FullText<S> {
    /// How what is looked for is read: as words, unless said otherwise. No database has all modes; one that it lacks is refused.
    pub fn mode(mut self, mode: SearchMode) -> Self {
        self.mode = mode;
        self
    }

    /// The language of the texts, as PostgreSQL calls it, which alone has a choice: `.language("german")`, or `"simple"`, in which
    /// a word has one form. An index over the texts must say the same.
    pub fn language(mut self, name: impl Into<Name>) -> Self {
        self.language = Some(name.into());
        self
    }

    /// Whether the words are found.
    pub fn matches<R: IntoExpr<S, String>>(self, words: R) -> Expr<S> {
        self.search(words, false)
    }

    /// How well the words fit: the more, the better, and 0 where they are not found. What the numbers are differs.
    pub fn rank<R: IntoExpr<S, String>>(self, words: R) -> Expr<S, f64> {
        self.search(words, true)
    }

    fn search<T, R: IntoExpr<S, String>>(self, words: R, rank: bool) -> Expr<S, T> {
        let words = words.into_operand();
        let FullText { texts: columns, mode, language, .. } = self;
        let search = Match { columns, query: words.node, mode, language, rank };
        Expr::new(Node::Match(Box::new(search)), words.nullable)
    }
}

/// Texts of one query: a column or an expression, or a tuple of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no text to search",
    label = "expected a column of text, or a tuple of up to four"
)]
pub trait IntoTexts {
    /// The scope of the query.
    type Scope;

    #[doc(hidden)]
    fn into_texts(self) -> Vec<Node>;
}

#[diagnostic::do_not_recommend]
impl<E: ExprOps> IntoTexts for E
where
    E::Type: Text,
{
    type Scope = E::Scope;

    fn into_texts(self) -> Vec<Node> {
        vec![self.operand().node]
    }
}

macro_rules! tuples {
    ($($first:ident $($name:ident)*;)*) => {$(
        #[allow(non_snake_case)]
        #[diagnostic::do_not_recommend]
        impl<$first: ExprOps, $($name: ExprOps<Scope = $first::Scope>),*> IntoTexts for ($first, $($name),*)
        where
            $first::Type: Text,
            $($name::Type: Text,)*
        {
            type Scope = $first::Scope;

            fn into_texts(self) -> Vec<Node> {
                let ($first, $($name),*) = self;
                vec![$first.operand().node, $($name.operand().node),*]
            }
        }
    )*};
}

tuples! {
    A B;
    A B C;
    A B C D;
}
