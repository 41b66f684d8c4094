//! Renames, as a person states them.

use std::str::FromStr;

use aludel_sql::{Error, ErrorKind, Operation, Result, name};

use super::{Work, unsupported};

/// What was renamed: `old=new` for a table, a sequence or an enum type, `table.old=new` for a column, `type.old=new` for a value
/// of an enum type. A table in a schema has that before it: `billing.invoice=bill`, `billing.invoice.number=no`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rename {
    /// A table, a sequence, or an enum type.
    Table {
        /// the old name
        from: String,
        /// the new one
        to: String,
    },
    /// A column, or a value of an enum type.
    Column {
        /// the table or type, by its new name if it was renamed as well
        table: String,
        /// the old name
        from: String,
        /// the new one
        to: String,
    },
}

impl FromStr for Rename {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = || {
            Error::new(ErrorKind::Usage, format!("`{text}` is not a rename"))
                .with_help("Write `user.name=username` for a column, `old=new` for a table; types of enums are named as tables are, and their values as columns")
        };
        let (from, to) = text.split_once('=').ok_or_else(wrong)?;
        let (from, to) = (from.trim(), to.trim());
        let table = from.rsplit_once('.');
        // `user.name=user.username` says the table twice.
        let to = match (table, to.rsplit_once('.')) {
            (Some((table, _)), Some((same, to))) if table == same => to,
            _ => to,
        };
        match table {
            _ if from.is_empty() || to.is_empty() || to.contains(['.', '=']) => Err(wrong()),
            Some((table, column)) if !table.is_empty() && !column.is_empty() => {
                Ok(Rename::Column { table: table.to_owned(), from: column.to_owned(), to: to.to_owned() })
            }
            Some(_) => Err(wrong()),
            None => Ok(Rename::Table { from: from.to_owned(), to: to.to_owned() }),
        }
    }
}

impl Work<'_> {
    pub(super) fn rename(&mut self, rename: &Rename) -> Result<()> {
        let no_model = |what: String| {
            Err(unsupported(format!("{what} in no model, so it cannot be what something was renamed to"))
                .with_help("Rename it in the model first"))
        };
        // `billing.invoice=bill` is a table if there is one of that name.
        let whole = match rename {
            Rename::Column { table, from, to } if !self.state.tables.contains_key(table) => {
                let name = name::qualified(Some(table), from);
                let to = name::qualified(Some(table), to);
                let known = self.state.tables.contains_key(&name) || self.state.sequences.contains_key(&name);
                known.then_some(Rename::Table { from: name, to })
            }
            _ => None,
        };
        if let Rename::Table { from, to } = whole.as_ref().unwrap_or(rename)
            && self.state.sequences.contains_key(from)
            && self.to.sequences.contains_key(to)
        {
            let operation = Operation::RenameSequence { name: from.clone(), to: to.clone() };
            return self.emit(format!("Detected renamed sequence `{from}` to `{to}`"), vec![operation]);
        }
        // Tables and types share one namespace.
        let is_type = |name: &str| self.to.types.contains_key(name);
        match whole.as_ref().unwrap_or(rename) {
            Rename::Table { from, to } if is_type(to) => self.rename_type(from, to),
            Rename::Column { table, from, to } if is_type(table) => self.rename_value(table, from, to),
            Rename::Table { from, to } => {
                if !self.to.tables.contains_key(to) {
                    return no_model(format!("there is a table `{to}`"));
                }
                if self.to.tables.contains_key(from) {
                    return Err(unsupported(format!("table `{from}` cannot have been renamed: a model still has it")));
                }
                let operation = Operation::RenameTable { name: from.clone(), to: to.clone() };
                self.emit(format!("Detected renamed table `{from}` to `{to}`"), vec![operation])
            }
            Rename::Column { table, from, to } => {
                let model = self.to.tables.get(table);
                if model.and_then(|table| table.column(to)).is_none() {
                    return no_model(format!("there is a column `{table}.{to}`"));
                }
                if model.and_then(|table| table.column(from)).is_some() {
                    return Err(unsupported(format!(
                        "column `{table}.{from}` cannot have been renamed: the model still has it"
                    )));
                }
                let operation = Operation::RenameColumn { table: table.clone(), column: from.clone(), to: to.clone() };
                self.emit(format!("Detected renamed column `{table}.{from}` to `{to}`"), vec![operation])
            }
        }
    }
}
