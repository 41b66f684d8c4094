//! Texts.

use aludel::{
    expr::{SearchMode, full_text, value},
    prelude::*,
};

use crate::{
    construct::{Construct, OfDatabase},
    models::{Article, Person, PersonFields},
};

/// `%` is any text, `_` any character; upper and lower case differ, on every database.
pub fn like() -> impl Construct {
    Person::query().filter(|p| p.name.like("_us%")).select(|p| p.name)
}

/// In `starts_with`, `contains` and `ends_with` a text stands for itself.
pub fn starts_with() -> impl Construct {
    Article::query().filter(|a| a.title.ends_with("0%")).select(|a| a.title)
}

/// Whatever the case of letters.
pub fn ilike() -> impl Construct {
    Person::query().filter(|p| p.name.ilike("JO%")).select(|p| p.name)
}

/// With `icontains`, `istarts_with` and `iends_with` a text stands for itself, whatever its case.
pub fn icontains() -> impl Construct {
    Article::query().filter(|a| a.title.icontains("CAT")).select(|a| a.title)
}

/// A regular expression, in the database's own dialect of them.
pub fn regexp() -> impl Construct {
    Person::query().filter(|p| p.name.regexp("^[jm].+[ny]$")).order_by(|p| p.id).select(|p| p.name)
}

/// Whatever the case of letters.
pub fn iregexp() -> impl Construct {
    Person::query().filter(|p| p.name.iregexp("^J")).select(|p| p.name)
}

/// All that a regular expression finds, replaced: `$1` to `$9` stand for what its groups found, `$0` for all of it, `$$` for a
/// dollar.
pub fn regexp_replaced() -> impl Construct {
    Person::query().order_by(|p| p.id).select(|p| p.name.regexp_replace("([aeiou])(.)", "$2$1."))
}

/// Whatever the case of letters.
pub fn iregexp_replaced() -> impl Construct {
    Person::query().order_by(|p| p.id).select(|p| p.nick.iregexp_replace("^[MS]", ""))
}

/// Compared and ordered by a collation of the database, each of which has names of its own.
pub fn collated() -> impl Construct {
    OfDatabase(|database| {
        let collation = match database {
            "sqlite" => "NOCASE",
            "postgres" => "C",
            _ => "utf8mb4_general_ci",
        };
        Person::query().filter(|p| p.nick.is_not_null()).order_by(|p| p.nick.collate(collation)).select(|p| p.nick)
    })
}

/// Joined together.
pub fn concat() -> impl Construct {
    Person::query().order_by(|p| p.id).select(|p| p.name.concat(" & ").concat(p.nick.coalesce("nobody")))
}

/// In upper and lower case.
pub fn case_of_letters() -> impl Construct {
    Person::query().order_by(|p| p.id).select(|p| (p.name.upper(), p.nick.lower()))
}

/// Length and parts, in characters, from 1.
pub fn parts_of_a_text() -> impl Construct {
    Person::query().filter(|p| p.id.eq(1)).select(|p| {
        (p.name.char_length(), p.name.substring(2, 3), p.name.position_of("san"), p.name.left(2), p.name.right(2))
    })
}

/// Replaced and repeated.
pub fn replaced() -> impl Construct {
    Person::query().filter(|p| p.id.eq(1)).select(|p| (p.name.replace("s", "z"), p.name.repeat(2)))
}

/// Without blanks: on both sides, before, behind.
pub fn trimmed() -> impl Construct {
    let padded = || value("  a ".to_owned());
    Person::query()
        .filter(|p| p.id.eq(1))
        .select(move |_| (padded().trim(), padded().trim_start(), padded().trim_end()))
}

/// Words, by the full-text search of the database. MySQL and MariaDB want an index for it.
pub fn words() -> impl Construct {
    Person::query().filter(|p| full_text((p.name, p.nick)).matches("susan")).select(|p| p.name)
}

/// The best ones first.
pub fn rank() -> impl Construct {
    Person::query().order_by(|p| (full_text((p.name, p.nick)).rank("mary").desc(), p.id)).select(|p| p.name)
}

/// A phrase: words that follow each other.
pub fn phrase() -> impl Construct {
    let search = |p: PersonFields<Person>| full_text((p.name, p.nick)).mode(SearchMode::Phrase);
    Person::query().filter(move |p| search(p).matches("susan sue")).select(|p| p.name)
}

/// As people write it for search engines.
pub fn web_search() -> impl Construct {
    let search = |p: PersonFields<Person>| full_text((p.name, p.nick)).mode(SearchMode::Web);
    Person::query()
        .filter(move |p| search(p).matches("\"susan sue\" or john -mary"))
        .order_by(|p| p.id)
        .select(|p| p.name)
}

/// With operators.
pub fn boolean_search() -> impl Construct {
    let search = |p: PersonFields<Person>| full_text((p.name, p.nick)).mode(SearchMode::Boolean);
    Person::query().filter(move |p| search(p).matches("+sus* -john")).select(|p| p.name)
}

/// And once more, with the words that stand beside them in what is found.
pub fn query_expansion() -> impl Construct {
    let search = |p: PersonFields<Person>| full_text((p.name, p.nick)).mode(SearchMode::Expansion);
    Person::query().filter(move |p| search(p).matches("susan")).select(|p| p.name)
}

/// In a language, whose forms of a word are one word.
pub fn language_of_texts() -> impl Construct {
    Person::query().filter(|p| full_text(p.name).language("english").matches("susans")).select(|p| p.name)
}
