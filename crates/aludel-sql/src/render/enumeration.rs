//! Enum types, and the order of their values.

use std::fmt::Write;

use super::{Sql, malformed};
use crate::{
    dialect::Enums,
    error::{Error, ErrorKind, Result},
    expr::Expr,
    operation::{Place, TypeChange},
    types::{EnumType, check_label, check_name},
    value::Value,
};

impl Sql<'_> {
    fn needs_types(&self) -> Result<()> {
        match self.dialect.capability().enums {
            Enums::Types => Ok(()),
            _ => Err(self.unsupported(
                "have a type by itself",
                "Change the columns that have it: their own types say what values they can hold",
            )),
        }
    }

    pub(super) fn create_type(&mut self, name: &str, labels: &[String]) -> Result<()> {
        self.needs_types()?;
        if let Err(why) = check_name(name) {
            let message = format!("`{name}` cannot be the name of an enum type: {why}");
            return Err(Error::new(ErrorKind::Unsupported, message).with_help("Choose another name"));
        }
        EnumType::new(name, labels.iter().map(String::as_str)).check()?;
        self.push("CREATE TYPE ");
        self.name(name);
        self.push(" AS ENUM (");
        self.labels(labels);
        self.push(")");
        Ok(())
    }

    pub(super) fn drop_type(&mut self, name: &str) -> Result<()> {
        self.needs_types()?;
        self.push("DROP TYPE ");
        self.name(name);
        Ok(())
    }

    pub(super) fn rename_type(&mut self, name: &str, to: &str) -> Result<()> {
        self.needs_types()?;
        self.push("ALTER TYPE ");
        self.name(name);
        self.push(" RENAME TO ");
        self.new_name(to)
    }

    pub(super) fn alter_type(&mut self, name: &str, change: &TypeChange) -> Result<()> {
        self.needs_types()?;
        self.push("ALTER TYPE ");
        self.name(name);
        match change {
            TypeChange::AddValue { label, place } => {
                self.enum_value(" ADD VALUE ", label)?;
                match place {
                    Place::Last => Ok(()),
                    Place::Before(other) => self.enum_value(" BEFORE ", other),
                    Place::After(other) => self.enum_value(" AFTER ", other),
                }
            }
            TypeChange::RenameValue { label, to } => {
                self.enum_value(" RENAME VALUE ", label)?;
                self.enum_value(" TO ", to)
            }
            TypeChange::DropValue { .. } if !self.dialect.capability().drop_enum_value => {
                Err(self.unsupported("take a value from a type", "Create a new type, and change the columns to it"))
            }
            TypeChange::DropValue { label, using } => {
                self.enum_value(" DROP VALUE ", label)?;
                using.iter().try_for_each(|other| self.enum_value(" USING ", other))
            }
        }
    }

    fn enum_value(&mut self, before: &str, label: &str) -> Result<()> {
        if let Err(why) = check_label(label) {
            return Err(malformed(format!("{label:?} cannot be a value of an enum: {why}")));
        }
        self.push(before);
        self.dialect.literal(&mut self.out, &Value::Text(label.to_owned()))
    }

    /// Writes labels, which are known to be legal, with commas between.
    pub(crate) fn labels(&mut self, labels: &[String]) {
        for (i, label) in labels.iter().enumerate() {
            self.push(if i == 0 { "" } else { ", " });
            // Only a NUL has no literal.
            let _ = self.dialect.literal(&mut self.out, &Value::Text(label.clone()));
        }
    }

    /// Writes what compares as the place of an enum's value among its labels does.
    pub(super) fn enum_place(&mut self, value: &Expr, labels: &[Expr]) -> Result<()> {
        if self.dialect.capability().enums == Enums::Types {
            // A label has the type of what it is compared with.
            return self.bare(value, super::Level::Primary);
        }
        self.push("CASE ");
        self.expr(value)?;
        for (place, label) in labels.iter().enumerate() {
            self.push(" WHEN ");
            self.enum_text(label)?;
            let _ = write!(self.out, " THEN {place}");
        }
        self.push(" END");
        Ok(())
    }

    /// Writes the value of an enum that was compared by its place.
    pub(super) fn enum_label(&mut self, place: &Expr, labels: &[Expr]) -> Result<()> {
        if self.dialect.capability().enums == Enums::Types {
            return self.expr(place);
        }
        self.push("CASE ");
        self.expr(place)?;
        for (place, label) in labels.iter().enumerate() {
            let _ = write!(self.out, " WHEN {place} THEN ");
            self.enum_text(label)?;
        }
        self.push(" END");
        Ok(())
    }

    /// Writes a label in the text of the statement, which is then the same whatever is compared.
    fn enum_text(&mut self, label: &Expr) -> Result<()> {
        match label {
            Expr::Value(text @ Value::Text(_)) => self.dialect.literal(&mut self.out, text),
            _ => Err(malformed("the labels of an enum are texts")),
        }
    }
}
