//! What a CREATE TABLE says that no pragma tells: the names of constraints, checks, collations, what columns are computed
//! from.

use std::collections::BTreeMap;

use aludel_sql::schema::{Action, Deferrable, ForeignKey};

use crate::inspect::expr::lex::{self, Lexeme};

/// What the text says.
#[derive(Debug, Default)]
pub(super) struct TableText {
    pub(super) columns: Vec<ColumnText>,
    pub(super) constraints: Vec<ConstraintText>,
    /// The name of the primary key.
    pub(super) primary_key: Option<String>,
    pub(super) autoincrement: bool,
    /// `INTEGER PRIMARY KEY DESC` is not the row's own number.
    pub(super) descending_key: bool,
    pub(super) options: BTreeMap<String, String>,
}

/// What is said of a column.
#[derive(Debug, Default)]
pub(super) struct ColumnText {
    pub(super) name: String,
    pub(super) collation: Option<String>,
    /// The expression, and whether its value is stored.
    pub(super) generated: Option<(String, bool)>,
    pub(super) unknown: Vec<String>,
}

/// A constraint of the table, or of a column.
#[derive(Debug)]
pub(super) struct ConstraintText {
    pub(super) name: Option<String>,
    /// The column it was written behind.
    pub(super) column: Option<String>,
    pub(super) content: Content,
    /// `ON CONFLICT …`
    pub(super) clause: Option<String>,
}

#[derive(Debug)]
pub(super) enum Content {
    Unique(Vec<String>),
    Check(String),
    ForeignKey(ForeignKey),
    Other(String),
}

impl TableText {
    /// Reads a CREATE TABLE. What cannot be read is kept as a constraint of its own.
    pub(super) fn read(sql: &str) -> Option<Self> {
        let lexemes = lex::lex(sql, false)?;
        let open = lexemes.iter().position(|lexeme| lexeme.is_symbol("("))?;
        let close = lex::closing(&lexemes, open)?;
        let mut table = TableText::default();
        for element in lex::split(&lexemes[open + 1..close]) {
            let constraints = table.constraints.len();
            let mut text = Text { sql, lexemes: element, at: 0 };
            if text.element(&mut table).is_none() || text.at < element.len() {
                table.constraints.truncate(constraints);
                let content = Content::Other(text.from(0));
                table.constraints.push(ConstraintText { name: None, column: None, content, clause: None });
            }
        }
        let end = &lexemes[close + 1..];
        for (i, word) in end.iter().enumerate() {
            if word.is("STRICT") {
                table.options.insert("strict".to_owned(), "yes".to_owned());
            } else if word.is("WITHOUT") && end.get(i + 1).is_some_and(|word| word.is("ROWID")) {
                table.options.insert("without rowid".to_owned(), "yes".to_owned());
            }
        }
        Some(table)
    }
}

/// A column or a constraint, being read.
struct Text<'a> {
    sql: &'a str,
    lexemes: &'a [Lexeme],
    at: usize,
}

impl<'a> Text<'a> {
    fn peek(&self) -> Option<&'a Lexeme> {
        self.lexemes.get(self.at)
    }

    fn eat(&mut self, words: &[&str]) -> bool {
        let here = words.iter().enumerate().all(|(i, word)| self.lexemes.get(self.at + i).is_some_and(|l| l.is(word)));
        if here {
            self.at += words.len();
        }
        here
    }

    /// The text from a lexeme to the last one read; to the end if none was.
    fn from(&self, start: usize) -> String {
        let end = if self.at > start { self.at } else { self.lexemes.len() };
        match (self.lexemes.get(start), self.lexemes.get(end.wrapping_sub(1))) {
            (Some(first), Some(last)) => self.sql[first.span.start..last.span.end].to_owned(),
            _ => String::new(),
        }
    }

    fn name(&mut self) -> Option<String> {
        let name = self.peek()?.name()?.0.to_owned();
        self.at += 1;
        Some(name)
    }

    /// What stands in the parentheses that begin here.
    fn parentheses(&mut self) -> Option<&'a [Lexeme]> {
        if !self.peek()?.is_symbol("(") {
            return None;
        }
        let start = self.at + 1;
        let close = lex::closing(self.lexemes, self.at)?;
        self.at = close + 1;
        Some(&self.lexemes[start..close])
    }

    /// The text in the parentheses that begin here.
    fn expression(&mut self) -> Option<String> {
        let (first, last) = match self.parentheses()? {
            [] => return None,
            inside => (inside.first()?.span.start, inside.last()?.span.end),
        };
        Some(self.sql[first..last].to_owned())
    }

    /// Names in parentheses, with nothing said about them.
    fn names(&mut self) -> Option<Vec<String>> {
        let inside = self.parentheses()?;
        lex::split(inside)
            .into_iter()
            .map(|part| match part {
                [name] => Some(name.name()?.0.to_owned()),
                _ => None,
            })
            .collect()
    }

    fn element(&mut self, table: &mut TableText) -> Option<()> {
        let first = self.peek()?;
        if !["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"].iter().any(|word| first.is(word)) {
            return self.column(table);
        }
        let name = if self.eat(&["CONSTRAINT"]) { Some(self.name()?) } else { None };
        let start = self.at;
        if self.eat(&["PRIMARY", "KEY"]) {
            let columns = self.parentheses()?;
            table.autoincrement |= columns.last().is_some_and(|last| last.is("AUTOINCREMENT"));
            table.primary_key = name;
            if let Some(clause) = self.conflict()? {
                let content = Content::Other(format!("PRIMARY KEY {clause}"));
                table.constraints.push(ConstraintText { name: None, column: None, content, clause: None });
            }
            return Some(());
        }
        let content = if self.eat(&["UNIQUE"]) {
            match self.names() {
                Some(names) => Content::Unique(names),
                None => {
                    self.conflict()?;
                    Content::Other(self.from(start))
                }
            }
        } else if self.eat(&["CHECK"]) {
            Content::Check(self.expression()?)
        } else {
            self.eat(&["FOREIGN", "KEY"]).then_some(())?;
            let columns = self.names()?;
            self.eat(&["REFERENCES"]).then_some(())?;
            Content::ForeignKey(self.reference(columns)?)
        };
        let clause = self.conflict()?;
        table.constraints.push(ConstraintText { name, column: None, content, clause });
        Some(())
    }

    fn column(&mut self, table: &mut TableText) -> Option<()> {
        let mut column = ColumnText { name: self.name()?, ..ColumnText::default() };
        // The type.
        while let Some(lexeme) = self.peek()
            && !BEHIND_TYPES.iter().any(|word| lexeme.is(word))
        {
            if lexeme.is_symbol("(") {
                self.parentheses()?;
            } else {
                self.at += 1;
            }
        }
        while self.at < self.lexemes.len() {
            self.column_constraint(&mut column, table)?;
        }
        table.columns.push(column);
        Some(())
    }

    fn column_constraint(&mut self, column: &mut ColumnText, table: &mut TableText) -> Option<()> {
        let name = if self.eat(&["CONSTRAINT"]) { Some(self.name()?) } else { None };
        let start = self.at;
        let content = if self.eat(&["PRIMARY", "KEY"]) {
            table.descending_key |= self.eat(&["DESC"]);
            self.eat(&["ASC"]);
            if self.conflict()?.is_some() {
                column.unknown.push(self.from(start));
            }
            table.autoincrement |= self.eat(&["AUTOINCREMENT"]);
            table.primary_key = name;
            return Some(());
        } else if self.eat(&["NOT", "NULL"]) || self.eat(&["NULL"]) {
            if self.conflict()?.is_some() {
                column.unknown.push(self.from(start));
            }
            return Some(());
        } else if self.eat(&["DEFAULT"]) {
            if self.parentheses().is_none() {
                self.at += usize::from(self.peek()?.is_symbol("-") || self.peek()?.is_symbol("+"));
                self.peek()?;
                self.at += 1;
            }
            return Some(());
        } else if self.eat(&["COLLATE"]) {
            column.collation = Some(self.name()?);
            return Some(());
        } else if self.eat(&["GENERATED", "ALWAYS", "AS"]) || self.eat(&["AS"]) {
            let expr = self.expression()?;
            let stored = self.eat(&["STORED"]);
            self.eat(&["VIRTUAL"]);
            column.generated = Some((expr, stored));
            return Some(());
        } else if self.eat(&["UNIQUE"]) {
            Content::Unique(vec![column.name.clone()])
        } else if self.eat(&["CHECK"]) {
            Content::Check(self.expression()?)
        } else {
            self.eat(&["REFERENCES"]).then_some(())?;
            Content::ForeignKey(self.reference(vec![column.name.clone()])?)
        };
        let clause = self.conflict()?;
        table.constraints.push(ConstraintText { name, column: Some(column.name.clone()), content, clause });
        Some(())
    }

    /// `ON CONFLICT …`, if that stands here. What is said there by default is nothing.
    fn conflict(&mut self) -> Option<Option<String>> {
        let start = self.at;
        if !self.eat(&["ON", "CONFLICT"]) {
            return Some(None);
        }
        let word = self.name()?;
        Some((!word.eq_ignore_ascii_case("ABORT")).then(|| self.from(start)))
    }

    /// What stands behind REFERENCES. No columns are those of the primary key.
    fn reference(&mut self, columns: Vec<String>) -> Option<ForeignKey> {
        let table = self.name()?;
        let referred = if self.peek().is_some_and(|next| next.is_symbol("(")) { self.names()? } else { Vec::new() };
        let mut key = ForeignKey { columns, table, referred, ..ForeignKey::default() };
        loop {
            if self.eat(&["ON", "DELETE"]) {
                key.on_delete = self.action()?;
            } else if self.eat(&["ON", "UPDATE"]) {
                key.on_update = self.action()?;
            } else if self.eat(&["MATCH"]) {
                // SQLite reads it and does nothing with it.
                self.name()?;
            } else if self.eat(&["NOT", "DEFERRABLE"]) {
                let _ = self.eat(&["INITIALLY", "DEFERRED"]) || self.eat(&["INITIALLY", "IMMEDIATE"]);
            } else if self.eat(&["DEFERRABLE"]) {
                let deferred = self.eat(&["INITIALLY", "DEFERRED"]);
                self.eat(&["INITIALLY", "IMMEDIATE"]);
                key.deferrable = if deferred { Deferrable::InitiallyDeferred } else { Deferrable::Yes };
            } else {
                return Some(key);
            }
        }
    }

    fn action(&mut self) -> Option<Action> {
        let actions = [Action::NoAction, Action::Restrict, Action::Cascade, Action::SetNull, Action::SetDefault];
        actions.into_iter().find(|action| self.eat(&action.sql().split(' ').collect::<Vec<_>>()))
    }
}

/// What can stand behind the type of a column.
const BEHIND_TYPES: [&str; 11] =
    ["CONSTRAINT", "PRIMARY", "NOT", "NULL", "UNIQUE", "CHECK", "DEFAULT", "COLLATE", "REFERENCES", "GENERATED", "AS"];
