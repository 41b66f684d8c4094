//! Reads the page a revision is written on.

use std::ops::Range;

use aludel_sql::{
    Error, ErrorKind, Result,
    ansi::{self, SyntaxError},
};
use jiff::Timestamp;

use super::{
    Allow, Downgrade, Item, Revision, Section, Statement, check_id,
    checksum::Checksum,
    directive::{self, Directive, suggest},
};

const KEYS: [&str; 3] = ["revision", "parents", "created"];
const LATER: [&str; 5] = ["depends", "labels", "replaces", "adopts", "transaction"];

pub(super) fn parse(file: &str, source: &str) -> Result<Revision> {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source).replace("\r\n", "\n");
    let mut reader =
        Reader { source: &source, header: Header::default(), part: Part::Header, checksum: Checksum::new() };
    match reader.read() {
        Ok((upgrade, downgrade)) => {
            let Header { message, revision, parents, created } = reader.header;
            let missing = |key: &str| {
                Error::new(ErrorKind::Migration, format!("{file}: the header has no line `-- {key}:`"))
                    .with_help("Begin the file as `db revision` writes it: title, `--`, revision, parents, created")
            };
            Ok(Revision {
                id: revision.ok_or_else(|| missing("revision"))?,
                message: message.unwrap_or_default(),
                parents: parents.ok_or_else(|| missing("parents"))?,
                created: created.ok_or_else(|| missing("created"))?,
                file: file.to_owned(),
                upgrade,
                downgrade,
                checksum: reader.checksum.finish(),
                source,
            })
        }
        Err(error) => Err(error.in_file(file, &source)),
    }
}

struct Reader<'a> {
    source: &'a str,
    header: Header,
    part: Part,
    checksum: Checksum,
}

#[derive(Default)]
struct Header {
    message: Option<String>,
    revision: Option<String>,
    parents: Option<Vec<String>>,
    created: Option<Timestamp>,
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Header,
    Upgrade,
    Downgrade,
    Irreversible,
}

impl Reader<'_> {
    /// The page is cut by line at its directives before anything of it is lexed, so that no quote or comment can hide one.
    fn read(&mut self) -> Result<(Section, Downgrade), SyntaxError> {
        let mut upgrade = Builder::default();
        let mut downgrade = Builder::default();
        let mut irreversible = None;
        let mut start = 0;
        let mut segment = 0;
        for line in self.source.split_inclusive('\n') {
            let span = start..start + line.trim_end().len();
            start += line.len();
            let found = directive::read(line).map_err(|(message, help)| syntax(message, help, span.clone()))?;
            if self.part == Part::Header {
                match found {
                    Some(Directive::Upgrade) => {
                        self.part = Part::Upgrade;
                        self.checksum.directive("upgrade", "");
                        segment = start;
                    }
                    Some(_) => {
                        return Err(syntax(
                            "the first directive must be `@upgrade`",
                            "Write `-- @upgrade` after the header",
                            span,
                        ));
                    }
                    None => self.header_line(line.trim_end(), span)?,
                }
                continue;
            }
            let Some(directive) = found else { continue };
            let section = if self.part == Part::Upgrade { &mut upgrade } else { &mut downgrade };
            self.statements(section, segment..span.start)?;
            segment = start;
            match directive {
                Directive::Allow(allow) => section.allow(allow, span),
                Directive::Commit => {
                    section.end()?;
                    section.section.items.push(Item::Commit);
                    self.checksum.directive("commit", "");
                }
                Directive::Downgrade if self.part == Part::Upgrade => {
                    section.end()?;
                    self.part = Part::Downgrade;
                    self.checksum.directive("downgrade", "");
                }
                Directive::Irreversible(why) if self.part == Part::Upgrade => {
                    section.end()?;
                    self.part = Part::Irreversible;
                    self.checksum.directive("irreversible", &why);
                    irreversible = Some(why);
                }
                Directive::Upgrade | Directive::Downgrade | Directive::Irreversible(_) => {
                    return Err(syntax(
                        "this section is there already",
                        "Keep one `-- @upgrade`, and after it one `-- @downgrade` or `-- @irreversible: why`",
                        span,
                    ));
                }
            }
        }
        let section = match self.part {
            Part::Header => {
                return Err(syntax("the file has no `-- @upgrade`", "Write `-- @upgrade` after the header", 0..0));
            }
            Part::Upgrade => &mut upgrade,
            Part::Downgrade | Part::Irreversible => &mut downgrade,
        };
        self.statements(section, segment..self.source.len())?;
        section.end()?;
        let downgrade = match self.part {
            Part::Header | Part::Upgrade => Downgrade::Computed,
            Part::Downgrade => Downgrade::Written(downgrade.section),
            Part::Irreversible => match downgrade.section.items.is_empty() {
                true => Downgrade::Irreversible(irreversible.unwrap_or_default()),
                false => {
                    return Err(syntax(
                        "a revision that is irreversible has no statements after `@irreversible`",
                        "Write `-- @downgrade` instead, or remove the statements",
                        segment..segment,
                    ));
                }
            },
        };
        Ok((upgrade.section, downgrade))
    }

    fn header_line(&mut self, line: &str, span: Range<usize>) -> Result<(), SyntaxError> {
        let Some(comment) = line.strip_prefix("--") else {
            return match line.is_empty() {
                true => Ok(()),
                false => Err(syntax(
                    "a statement before `-- @upgrade`",
                    "Write `-- @upgrade` between the header and the statements",
                    span,
                )),
            };
        };
        let text = comment.trim();
        if self.header.message.is_none() {
            self.header.message = Some(text.to_owned());
            return Ok(());
        }
        let Some((key, value)) = text.split_once(':') else { return Ok(()) };
        if key.is_empty() || !key.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_') {
            return Ok(());
        }
        let value = value.trim();
        let twice = |taken: bool| match taken {
            true => Err(syntax(format!("`{key}` is there twice"), "Keep one of them", span.clone())),
            false => Ok(()),
        };
        match key {
            "revision" => {
                twice(self.header.revision.is_some())?;
                id(value, &span)?;
                self.header.revision = Some(value.to_owned());
            }
            "parents" => {
                twice(self.header.parents.is_some())?;
                let parents: Vec<String> =
                    value.split([' ', ',', '\t']).filter(|id| !id.is_empty()).map(str::to_owned).collect();
                self.header.parents = Some(match parents.as_slice() {
                    [] => {
                        return Err(syntax(
                            "`parents` is empty",
                            "Write `none` for a revision that builds on no other",
                            span,
                        ));
                    }
                    [none] if none == "none" => Vec::new(),
                    ids => {
                        ids.iter().try_for_each(|parent| id(parent, &span))?;
                        if let Some(same) =
                            ids.iter().enumerate().find_map(|(i, id)| ids[..i].contains(id).then_some(id))
                        {
                            return Err(syntax(format!("`{same}` is a parent twice"), "Name each parent once", span));
                        }
                        parents
                    }
                });
            }
            "created" => {
                twice(self.header.created.is_some())?;
                let created = value.parse().map_err(|_| {
                    syntax(format!("`{value}` is not a point in time"), "Write it as 2026-11-23T03:21:07Z", span)
                })?;
                self.header.created = Some(created);
            }
            key if LATER.contains(&key) => {
                return Err(syntax(format!("the header line `{key}` is not supported yet"), "Remove the line", span));
            }
            key => return Err(syntax(format!("there is no header line `{key}`"), suggest(key, &KEYS), span)),
        }
        Ok(())
    }

    fn statements(&mut self, section: &mut Builder, range: Range<usize>) -> Result<(), SyntaxError> {
        self.checksum.statements(self.source, range.clone())?;
        for statement in ansi::parse(self.source, range)? {
            let allow = section.pending.drain(..).map(|(allow, _)| allow).collect();
            let statement = Statement { operation: statement.operation, span: statement.span, allow };
            section.section.items.push(Item::Statement(statement));
        }
        Ok(())
    }
}

/// A section under construction: its items, and the `@allow`s that wait for the next statement.
#[derive(Default)]
struct Builder {
    section: Section,
    pending: Vec<(Allow, Range<usize>)>,
}

impl Builder {
    fn allow(&mut self, allow: Allow, span: Range<usize>) {
        self.pending.push((allow, span));
    }

    fn end(&mut self) -> Result<(), SyntaxError> {
        match self.pending.pop() {
            Some((_, span)) => {
                Err(syntax("no statement follows this `@allow`", "Move it above the statement it is about", span))
            }
            None => Ok(()),
        }
    }
}

fn id(id: &str, span: &Range<usize>) -> Result<(), SyntaxError> {
    check_id(id).map_err(|error| syntax(error.message(), error.help().unwrap_or_default(), span.clone()))
}

fn syntax(message: impl Into<String>, help: impl Into<String>, span: Range<usize>) -> SyntaxError {
    SyntaxError { message: message.into(), help: Some(help.into()), span }
}
