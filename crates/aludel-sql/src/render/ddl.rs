//! Tables, columns, constraints and indexes.

use crate::{
    error::{Error, ErrorKind, Result},
    name,
    schema::{Action, Column, Constraint, ConstraintKind, Deferrable, Exclusion, ForeignKey, Table},
};

use super::{Sql, check_keys, malformed};

/// Types longer than this are not lined up with: one long type would push everything to the right.
const LONGEST_ALIGNED_TYPE: usize = 12;

/// The parts a column's definition is laid out by.
pub(super) struct Parts {
    name: String,
    ty: String,
    rest: String,
    identity: bool,
}

impl Sql<'_> {
    /// Laid out for people: names and types in columns, one line each.
    pub(super) fn create_table(&mut self, table: &Table) -> Result<()> {
        if table.columns.is_empty() {
            return Err(malformed(format!("the table `{}` has no columns", table.name)));
        }
        if let Some(column) =
            table.columns.iter().find(|c| c.identity.is_some() && table.primary_key != [c.name.as_str()])
        {
            return Err(malformed(format!("the identity column `{}` is not the primary key", column.name))
                .with_help("Make it the whole primary key of its table"));
        }
        check_keys(self.dialect, table)?;
        self.push("CREATE TABLE ");
        self.new_object(&table.name)?;
        self.push(" (");
        let columns: Vec<Parts> = table
            .columns
            .iter()
            .map(|column| self.column(&table.name, column, &table.primary_key))
            .collect::<Result<_>>()?;
        let width = |text: &str| text.chars().count();
        let names = columns.iter().map(|parts| width(&parts.name)).max().unwrap_or(0);
        let types = columns
            .iter()
            .filter(|parts| !parts.identity && !parts.rest.is_empty())
            .map(|parts| width(&parts.ty))
            .filter(|width| *width <= LONGEST_ALIGNED_TYPE)
            .max()
            .unwrap_or(0);
        for (i, parts) in columns.iter().enumerate() {
            self.push(if i == 0 { "\n    " } else { ",\n    " });
            self.push(&parts.name);
            self.pad(names - width(&parts.name) + 1);
            self.push(&parts.ty);
            if !parts.rest.is_empty() {
                if !parts.identity {
                    self.pad(types.saturating_sub(width(&parts.ty)));
                }
                self.push(&parts.rest);
            }
        }
        let named_key = self.dialect.capability().named_primary_key;
        if table.primary_key.len() > usize::from(!named_key) {
            self.push(",\n    CONSTRAINT ");
            self.name(&name::primary_key_name(&table.name));
            self.push(" PRIMARY KEY (");
            self.names(&table.primary_key);
            self.push(")");
        }
        for constraint in &table.constraints {
            self.push(",\n    ");
            self.constraint(&table.name, constraint)?;
        }
        self.push("\n)");
        self.dialect.table_options(&mut self.out, table);
        self.table_comment(table)
    }

    /// Writes the name of something that is created, unless the database would refuse it, or cut it off.
    pub(crate) fn new_name(&mut self, name: &str) -> Result<()> {
        let most = self.dialect.capability().max_name;
        if name.len() > most {
            let message =
                format!("the name `{name}` has {} bytes, and {} takes {most} at most", name.len(), self.dialect.name());
            return Err(Error::new(ErrorKind::Unsupported, message).with_help("Choose a shorter name"));
        }
        if name.is_empty() || name.contains('\0') {
            return Err(malformed(format!("{name:?} cannot be a name")));
        }
        self.name(name);
        Ok(())
    }

    fn pad(&mut self, blanks: usize) {
        self.out.extend(std::iter::repeat_n(' ', blanks));
    }

    /// Writes a column as CREATE TABLE has it, the primary key left out.
    pub(crate) fn column_definition(&mut self, table: &str, column: &Column) -> Result<()> {
        let parts = self.column(table, column, &[])?;
        self.push(&parts.name);
        self.push(" ");
        self.push(&parts.ty);
        self.push(&parts.rest);
        Ok(())
    }

    fn column(&mut self, table: &str, column: &Column, primary_key: &[String]) -> Result<Parts> {
        // Each part is written to the text and cut off again, to have its width.
        let start = self.out.len();
        self.new_name(&column.name)?;
        let name = self.out.split_off(start);
        let in_key = primary_key.contains(&column.name);
        let sole_key = in_key && primary_key.len() == 1;
        if let Some(counter) = &column.identity {
            let options = self.identity_options(table, column, counter)?;
            self.dialect.identity(&mut self.out, &column.ty, &options)?;
        } else {
            self.dialect.column_type(&mut self.out, &column.ty)?;
        }
        let ty = self.out.split_off(start);
        if let Some(generated) = &column.generated {
            self.collation(column);
            if !generated.stored && !self.dialect.capability().virtual_column {
                return Err(self.unsupported(
                    &format!("compute the column `{table}.{}` when it is read", column.name),
                    "Write STORED instead of VIRTUAL",
                ));
            }
            self.push(" GENERATED ALWAYS AS (");
            self.expr(&generated.expr)?;
            self.push(if generated.stored { ") STORED" } else { ") VIRTUAL" });
        }
        let not_null = if in_key { self.dialect.nullable_primary_key() } else { !column.nullable };
        let can_say = column.generated.is_none() || self.dialect.capability().computed_not_null;
        if not_null && column.identity.is_none() && can_say {
            self.push(" NOT NULL");
        }
        if let Some(default) = &column.default {
            self.push(" DEFAULT ");
            self.dialect.default(self, default, Some(&column.ty))?;
        }
        if column.generated.is_none() {
            self.collation(column);
        }
        if sole_key && column.identity.is_none() && !self.dialect.capability().named_primary_key {
            self.push(" PRIMARY KEY");
        }
        self.column_comment(column)?;
        self.dialect.column_check(self, table, column);
        let rest = self.out.split_off(start);
        Ok(Parts { name, ty, rest, identity: column.identity.is_some() })
    }

    fn collation(&mut self, column: &Column) {
        if let Some(collation) = &column.collation {
            self.push(" COLLATE ");
            self.name(collation);
        }
    }

    /// Writes `CONSTRAINT name …`.
    pub(crate) fn constraint(&mut self, table: &str, constraint: &Constraint) -> Result<()> {
        self.push("CONSTRAINT ");
        self.new_name(&constraint.name)?;
        match &constraint.kind {
            ConstraintKind::Unique { columns, nulls_not_distinct } => {
                self.push(" UNIQUE");
                if *nulls_not_distinct {
                    self.nulls_not_distinct()?;
                }
                self.push(" (");
                self.names(columns);
                self.push(")");
                Ok(())
            }
            ConstraintKind::Check(expr) => {
                self.push(" CHECK (");
                self.expr(expr)?;
                self.push(")");
                Ok(())
            }
            ConstraintKind::ForeignKey(key) => self.foreign_key(table, key),
            ConstraintKind::Exclusion(exclusion) => self.exclusion(table, exclusion),
        }
    }

    fn exclusion(&mut self, table: &str, exclusion: &Exclusion) -> Result<()> {
        if !self.dialect.capability().exclusion {
            let help = "Refuse them by a trigger, or look for them in the transaction that writes the row";
            return Err(self.unsupported("exclude rows that are in conflict with others", help));
        }
        if exclusion.parts.is_empty() {
            return Err(malformed(format!("an exclusion of `{table}` compares nothing")));
        }
        self.push(" EXCLUDE");
        if let Some(method) = &exclusion.method {
            self.push(" USING ");
            self.name(method);
        }
        for (i, (part, conflict)) in exclusion.parts.iter().enumerate() {
            self.push(if i == 0 { " (" } else { ", " });
            self.index_part(part)?;
            self.push(" WITH ");
            self.push(conflict.operator());
        }
        self.push(")");
        if let Some(predicate) = &exclusion.predicate {
            self.push(" WHERE ");
            self.parenthesised(predicate)?;
        }
        self.deferrable(exclusion.deferrable);
        Ok(())
    }

    fn deferrable(&mut self, deferrable: Deferrable) {
        self.push(match deferrable {
            Deferrable::No => "",
            Deferrable::Yes => " DEFERRABLE",
            Deferrable::InitiallyDeferred => " DEFERRABLE INITIALLY DEFERRED",
        });
    }

    fn foreign_key(&mut self, table: &str, key: &ForeignKey) -> Result<()> {
        let capability = self.dialect.capability();
        if key.deferrable != Deferrable::No && !capability.deferrable {
            return Err(self.unsupported("check a foreign key at the end of the transaction", "Leave DEFERRABLE out"));
        }
        if [key.on_delete, key.on_update].contains(&Action::SetDefault) && !capability.set_default {
            return Err(self.unsupported("set a foreign key to its default", "Use SET NULL instead of SET DEFAULT"));
        }
        if key.match_full && !capability.foreign_key_options {
            let help = "Leave MATCH FULL out, and add a check such as (a IS NULL) = (b IS NULL)";
            return Err(self.unsupported("refuse a foreign key of which a part is NULL", help));
        }
        if !key.set_columns.is_empty() {
            if !capability.foreign_key_options {
                let help = "Leave the columns after SET NULL out, and let all of them be NULL";
                return Err(self.unsupported("change some columns of a foreign key alone", help));
            }
            let sets = matches!(key.on_delete, Action::SetNull | Action::SetDefault);
            if let Some(column) = key.set_columns.iter().find(|column| !sets || !key.columns.contains(column)) {
                let message = format!("a foreign key of `{table}` cannot change `{column}` {}", key.on_delete.sql());
                return Err(malformed(message).with_help("Say columns of the key, after SET NULL or SET DEFAULT"));
            }
        }
        self.push(" FOREIGN KEY (");
        self.names(&key.columns);
        self.push(") REFERENCES ");
        if !capability.refers_home && name::schema(table).is_some() && name::schema(&key.table).is_none() {
            // It would be looked for beside the table.
            let Some(home) = self.home else {
                return Err(self.unsupported(
                    &format!("let `{table}` refer to `{}`, which is in no schema that is named", key.table),
                    "Name the schema of both tables, or of none",
                ));
            };
            self.name(home);
            self.push(".");
        }
        self.object(&key.table)?;
        self.push(" (");
        self.names(&key.referred);
        self.push(")");
        if key.match_full {
            self.push(" MATCH FULL");
        }
        for (event, action, columns) in
            [(" ON DELETE ", key.on_delete, &key.set_columns[..]), (" ON UPDATE ", key.on_update, &[])]
        {
            if action != Action::NoAction {
                self.push(event);
                self.push(action.sql());
            }
            if !columns.is_empty() {
                self.push(" (");
                self.names(columns);
                self.push(")");
            }
        }
        self.deferrable(key.deferrable);
        Ok(())
    }
}
