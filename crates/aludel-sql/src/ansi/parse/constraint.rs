//! Constraints.

use std::ops::Range;

use super::{Parser, Result, SyntaxError};
use crate::{
    name,
    schema::{Action, Conflict, Constraint, ConstraintKind, Deferrable, Exclusion, ForeignKey, Table},
};

/// Of a constraint as it is read.
pub(super) enum Element {
    PrimaryKey(Vec<String>),
    Constraint(Constraint),
}

impl Element {
    /// The columns of this table that it is over, apart from those in expressions.
    pub(super) fn columns(&self) -> &[String] {
        match self {
            Element::PrimaryKey(columns) => columns,
            Element::Constraint(constraint) => match &constraint.kind {
                ConstraintKind::Unique { columns, .. } => columns,
                ConstraintKind::ForeignKey(key) => &key.columns,
                ConstraintKind::Check(_) | ConstraintKind::Exclusion(_) => &[],
            },
        }
    }

    /// Makes it part of the table, unless there is one like it.
    pub(super) fn add_to(self, table: &mut Table, span: Range<usize>) -> Result<()> {
        match self {
            Element::PrimaryKey(_) if !table.primary_key.is_empty() => {
                Err(SyntaxError::new(span, "the table has a primary key already")
                    .with_help("Write one PRIMARY KEY (a, b) for a key of several columns"))
            }
            Element::PrimaryKey(columns) => {
                table.primary_key = columns;
                Ok(())
            }
            Element::Constraint(constraint) => {
                if table.constraints.iter().any(|other| other.name == constraint.name) {
                    let message = format!("the table has a constraint `{}` already", constraint.name);
                    return Err(SyntaxError::new(span, message));
                }
                table.constraints.push(constraint);
                Ok(())
            }
        }
    }
}

impl Parser<'_> {
    pub(super) fn at_constraint(&self) -> bool {
        ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "EXCLUDE"].iter().any(|word| self.at_keyword(word))
    }

    /// `CONSTRAINT name …`, of the table of this name.
    pub(super) fn constraint(&mut self, table: &str) -> Result<Element> {
        let start = self.span();
        let name = if self.eat("CONSTRAINT") {
            let span = self.span();
            Some((self.name("the constraint's name")?, span))
        } else {
            None
        };
        let element = if self.eat_all(&["PRIMARY", "KEY"]) {
            let columns = self.name_list()?;
            let wanted = name::primary_key_name(table);
            if let Some((name, span)) = &name
                && *name != wanted
            {
                return Err(SyntaxError::new(
                    span.clone(),
                    format!("the primary key of `{table}` is called `{wanted}`"),
                )
                .with_help(format!("Write CONSTRAINT {wanted}")));
            }
            Element::PrimaryKey(columns)
        } else {
            let kind = self.constraint_kind()?;
            let name = name.as_ref().map(|(name, _)| name.clone()).unwrap_or_default();
            Element::Constraint(Constraint { name, kind })
        };
        if name.is_none() {
            let wanted = match &element {
                Element::PrimaryKey(_) => name::primary_key_name(table),
                Element::Constraint(Constraint { kind: ConstraintKind::Unique { columns, .. }, .. }) => {
                    name::unique_name(table, columns)
                }
                Element::Constraint(Constraint { kind: ConstraintKind::ForeignKey(key), .. }) => {
                    name::foreign_key_name(table, &key.columns)
                }
                Element::Constraint(Constraint { kind: ConstraintKind::Exclusion(exclusion), .. }) => {
                    name::exclusion_name(table, &exclusion.columns())
                }
                Element::Constraint(_) => name::check_name(table, "name"),
            };
            return Err(SyntaxError::new(start, "a constraint needs a name")
                .with_help(format!("Write CONSTRAINT {wanted} before it")));
        }
        if self.at_keywords(&["NOT", "VALID"]) {
            return Err(self
                .error("`NOT VALID` is no lasting part of a constraint")
                .with_help("Leave it out; or add and validate it by hand, and record this revision with db stamp"));
        }
        Ok(element)
    }

    fn constraint_kind(&mut self) -> Result<ConstraintKind> {
        if self.eat("UNIQUE") {
            let nulls_not_distinct = self.nulls_not_distinct()?;
            let columns = self.name_list()?;
            if self.at_keyword("DEFERRABLE") {
                return Err(self.error("only foreign keys and exclusions can be DEFERRABLE").with_help("Leave it out"));
            }
            return Ok(ConstraintKind::Unique { columns, nulls_not_distinct });
        }
        if self.eat("CHECK") {
            self.expect_symbol("(")?;
            let expr = self.expr_with(true, false)?;
            self.expect_symbol(")")?;
            return Ok(ConstraintKind::Check(expr));
        }
        if self.eat_all(&["FOREIGN", "KEY"]) {
            return self.foreign_key().map(ConstraintKind::ForeignKey);
        }
        if self.eat("EXCLUDE") {
            return self.exclusion().map(ConstraintKind::Exclusion);
        }
        Err(self.expected("PRIMARY KEY, UNIQUE, CHECK, FOREIGN KEY or EXCLUDE"))
    }

    fn exclusion(&mut self) -> Result<Exclusion> {
        let method = if self.eat("USING") { Some(self.name("an index method, such as gist")?) } else { None };
        self.expect_symbol("(")?;
        let parts = self.comma_separated(|parser| {
            let part = parser.index_part()?;
            parser.expect("WITH")?;
            let conflict = Conflict::ALL.into_iter().find(|conflict| parser.eat_symbol(conflict.operator()));
            Ok((part, conflict.ok_or_else(|| parser.expected("=, <> or &&"))?))
        })?;
        self.expect_symbol(")")?;
        for word in ["INCLUDE", "WITH"] {
            if self.at_keyword(word) {
                return Err(self.unsupported("how the index of an exclusion is stored"));
            }
        }
        let mut predicate = None;
        if self.eat("WHERE") {
            self.expect_symbol("(")?;
            predicate = Some(self.expr_with(true, false)?);
            self.expect_symbol(")")?;
        }
        // The method of one that says none.
        let method = method.filter(|method| method != "btree");
        Ok(Exclusion { method, parts, predicate, deferrable: self.deferrable()? })
    }

    fn deferrable(&mut self) -> Result<Deferrable> {
        if !self.eat("DEFERRABLE") {
            return Ok(Deferrable::No);
        }
        if !self.eat("INITIALLY") {
            return Ok(Deferrable::Yes);
        }
        if self.eat("DEFERRED") {
            return Ok(Deferrable::InitiallyDeferred);
        }
        self.expect("IMMEDIATE")?;
        Ok(Deferrable::Yes)
    }

    fn foreign_key(&mut self) -> Result<ForeignKey> {
        let columns = self.name_list()?;
        self.expect("REFERENCES")?;
        let table = self.table_name()?;
        if !self.at_symbol("(") {
            return Err(self
                .expected("the columns referred to")
                .with_help(format!("Name them: REFERENCES {table} (id)")));
        }
        let start = self.span().start;
        let referred = self.name_list()?;
        if referred.len() != columns.len() {
            return Err(SyntaxError::new(self.since(start), "a foreign key refers to as many columns as it has"));
        }
        let match_full = self.eat_all(&["MATCH", "FULL"]);
        if self.at_keyword("MATCH") && !self.eat_all(&["MATCH", "SIMPLE"]) {
            return Err(self.error("`MATCH` is FULL or SIMPLE").with_help("Leave it out"));
        }
        let (mut on_delete, mut on_update, mut set_columns) = (None, None, Vec::new());
        while self.at_keyword("ON") {
            let start = self.span().start;
            self.expect("ON")?;
            let deletes = self.eat("DELETE");
            let event = if deletes {
                &mut on_delete
            } else if self.eat("UPDATE") {
                &mut on_update
            } else {
                return Err(self.expected("DELETE or UPDATE"));
            };
            if event.is_some() {
                return Err(SyntaxError::new(self.since(start), "the action is said twice"));
            }
            let action = self.action()?;
            *event = Some(action);
            if self.at_symbol("(") {
                if !deletes || !matches!(action, Action::SetNull | Action::SetDefault) {
                    return Err(self
                        .error("only ON DELETE SET NULL and SET DEFAULT name columns")
                        .with_help("Leave them out"));
                }
                let start = self.span().start;
                set_columns = self.name_list()?;
                if let Some(other) = set_columns.iter().find(|column| !columns.contains(column)) {
                    let message = format!("`{other}` is no column of the foreign key");
                    return Err(SyntaxError::new(self.since(start), message));
                }
            }
        }
        if self.at_keyword("MATCH") {
            return Err(self.error("`MATCH` stands before ON DELETE and ON UPDATE"));
        }
        let deferrable = self.deferrable()?;
        let (on_delete, on_update) = (on_delete.unwrap_or_default(), on_update.unwrap_or_default());
        let mut key =
            ForeignKey { columns, table, referred, on_delete, set_columns, on_update, match_full, deferrable };
        key.normalise();
        Ok(key)
    }

    fn action(&mut self) -> Result<Action> {
        if self.eat_all(&["NO", "ACTION"]) {
            Ok(Action::NoAction)
        } else if self.eat("RESTRICT") {
            Ok(Action::Restrict)
        } else if self.eat("CASCADE") {
            Ok(Action::Cascade)
        } else if self.eat_all(&["SET", "NULL"]) {
            Ok(Action::SetNull)
        } else if self.eat_all(&["SET", "DEFAULT"]) {
            Ok(Action::SetDefault)
        } else {
            Err(self.expected("NO ACTION, RESTRICT, CASCADE, SET NULL or SET DEFAULT"))
        }
    }
}
