//! The table a model describes.

use aludel_sql::{
    Error, ErrorKind, Expr, Result, Type, Value,
    name::{MAX_LEN, Naming},
    schema::{Column, Constraint, ConstraintKind, Exclusion, ForeignKey, Generated, Index, IndexPart, Table},
};

use super::{
    FieldDef, ModelDef,
    part::{Actions, ExclusionDef, IndexDef, IndexKeyDef, IndexPartDef, PartDef, Said},
};

impl FieldDef {
    fn server_default(&self, model: &ModelDef) -> Result<Option<Expr>> {
        let default = match &self.sequence {
            Some(sequence) => Some(Expr::NextValue((*sequence).into())),
            None => match &self.server_default {
                Some(Said::Typed(default)) => Some(default.clone()),
                Some(said) => Some(said.expr(model, &format!("the server default `{}`", self.name))?),
                None => None,
            },
        };
        let mut mentioned = None;
        default.iter().for_each(|default| {
            default.walk(&mut |part| mentioned = part.as_column().map(str::to_owned).or(mentioned.take()));
        });
        let why = match (&default, &self.ty) {
            (Some(Expr::NextValue(name)), _) if self.sequence.is_none() => {
                Some(format!("say `sequence = \"{name}\"`, which makes the sequence too"))
            }
            _ if let Some(column) = mentioned => Some(format!("it mentions the column `{column}`")),
            (Some(Expr::NextValue(_)), ty) if !ty.is_integer() => {
                Some(format!("the numbers of a sequence are integers, and the column {ty}"))
            }
            (Some(Expr::CurrentTimestamp), Type::DateTime | Type::Timestamp)
            | (Some(Expr::CurrentDate), Type::Date) => None,
            (Some(Expr::CurrentTimestamp), ty) => Some(format!("now() is a timestamp, and the column {ty}")),
            (Some(Expr::CurrentDate), ty) => Some(format!("today() is a date, and the column {ty}")),
            (Some(Expr::Value(Value::Invalid(why))), _) => Some(why.clone()),
            _ => None,
        };
        match why {
            None => Ok(default),
            Some(why) => {
                let message = format!("`{}.{}` cannot have its server default: {why}", model.name, self.name);
                Err(self
                    .error(model, message)
                    .with_help("Give the column a default of its own type, the same for every row."))
            }
        }
    }

    fn error(&self, model: &ModelDef, message: String) -> Error {
        Error::new(ErrorKind::Config, message)
            .with_model(model.name)
            .with_table(model.table)
            .with_columns([self.column])
    }

    fn to_column(&self, model: &ModelDef) -> Result<Column> {
        let mut column = Column::new(self.column, self.ty.clone());
        column.nullable = self.nullable;
        if self.identity {
            let counter = self.counter();
            let what = format!("the key `{}.{}`", model.name, self.name);
            if !self.ty.is_integer() {
                let message = format!("{what} is counted by the database and {}", self.ty);
                return Err(self.error(model, message).with_help("Only integers are: leave out how it is counted."));
            }
            counter.check(&what).map_err(|error| error.with_model(model.name).with_table(model.table))?;
            column.identity = Some(counter);
        }
        column.default = self.server_default(model)?;
        column.comment = self.comment.map(str::to_owned);
        column.collation = self.collation.map(str::to_owned);
        if self.collation.is_some() && !matches!(self.ty, Type::VarChar(_) | Type::Text) {
            let message = format!("`{}.{}` has a collation and is {}", model.name, self.name, self.ty);
            return Err(self.error(model, message).with_help("Texts alone have one: leave `collate` out."));
        }
        if let Some(computed) = &self.computed {
            let expr = computed.expr.expr(model, &format!("the computed column `{}`", self.name))?;
            let mut itself = false;
            expr.walk(&mut |part| itself |= part.as_column() == Some(self.column));
            if itself {
                let message = format!("`{}.{}` is computed from itself", model.name, self.name);
                return Err(self.error(model, message).with_help("Compute it from the other columns."));
            }
            column.generated = Some(Generated { expr, stored: computed.stored });
        }
        Ok(column)
    }
}

impl ModelDef {
    /// The table the model describes, with names by the convention there is unless an application has its own.
    ///
    /// # Errors
    /// As [`ModelDef::to_table_named`].
    pub fn to_table(&self) -> Result<Table> {
        self.to_table_named(&Naming::default())
    }

    /// The table the model describes, with names by this convention.
    ///
    /// # Errors
    /// Two things of the table have one name, or what an expression says is no portable SQL over its columns.
    pub fn to_table_named(&self, naming: &Naming) -> Result<Table> {
        let comment = self.comment.map(str::to_owned);
        let mut table = Table { name: self.table.into(), comment, ..Table::default() };
        for field in &self.fields {
            // Most databases know no upper and lower case in the names of columns.
            let lower = field.column.to_lowercase();
            if let Some(other) = table.columns.iter().find(|column| column.name.to_lowercase() == lower) {
                let message = if other.name == field.column {
                    format!("model `{}` has two columns called `{}`", self.name, field.column)
                } else {
                    let (name, one, other) = (self.name, &other.name, field.column);
                    format!(
                        "the columns `{one}` and `{other}` of model `{name}` differ in upper and lower case alone, and are one on most databases"
                    )
                };
                return Err(Error::new(ErrorKind::Config, message)
                    .with_model(self.name)
                    .with_help("Give one of them another name: `#[column(name = \"…\")]`."));
            }
            table.columns.push(field.to_column(self)?);
            self.add_field(&mut table, naming, field)?;
        }
        for part in &self.parts {
            self.add_part(&mut table, naming, part)?;
        }
        table.primary_key = self.key.iter().map(|&column| self.fields[column].column.into()).collect();
        table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
        self.check_names(&table)?;
        self.check_unique(&table)?;
        Ok(table)
    }

    /// What a column brings along.
    fn add_field(&self, table: &mut Table, naming: &Naming, field: &FieldDef) -> Result<()> {
        let mut constrain = |name, kind| table.constraints.push(Constraint { name, kind });
        if let Some(check) = &field.check {
            let expr = check.expr(self, &format!("the check of `{}`", field.name))?;
            constrain(naming.check(self.table, field.column)?, ConstraintKind::Check(expr));
        }
        if let Some(key) = &field.foreign_key {
            let to = (key.target)().table;
            let name = naming.foreign_key(self.table, &[field.column], to, &[key.column])?;
            let key = foreign_key(vec![field.column.into()], to, vec![key.column.into()], key.actions);
            constrain(name, ConstraintKind::ForeignKey(key));
        }
        if field.index || field.unique {
            table.indexes.push(Index {
                name: naming.index(self.table, &[field.column])?,
                parts: vec![IndexPart::column(field.column)],
                unique: field.unique,
                ..Index::default()
            });
        }
        Ok(())
    }

    fn add_part(&self, table: &mut Table, naming: &Naming, part: &PartDef) -> Result<()> {
        let columns = |numbers: &[usize]| numbers.iter().map(|&number| self.fields[number].column).collect::<Vec<_>>();
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        match part {
            PartDef::Check { name, expr } => {
                let expr = expr.expr(self, &format!("the check `{name}`"))?;
                let name = naming.check(self.table, name)?;
                table.constraints.push(Constraint { name, kind: ConstraintKind::Check(expr) });
            }
            PartDef::Unique { name, columns: numbers, nulls_not_distinct } => {
                let columns = columns(numbers);
                let name = self.part_name(*name, || naming.unique(self.table, &columns))?;
                let kind = ConstraintKind::Unique { columns: owned(&columns), nulls_not_distinct: *nulls_not_distinct };
                table.constraints.push(Constraint { name, kind });
            }
            PartDef::Index(index) => {
                let include = owned(&columns(&index.include));
                table.indexes.push(self.to_index(naming, index, include)?);
            }
            PartDef::ForeignKey(reference) => {
                let set_columns = owned(&columns(&reference.set_columns));
                let (columns, to) = (columns(&reference.columns), (reference.target)().table);
                let convention = || naming.foreign_key(self.table, &columns, to, &reference.referred);
                let name = self.part_name(reference.name, convention)?;
                let key = foreign_key(owned(&columns), to, owned(&reference.referred), reference.actions);
                let mut key = ForeignKey { set_columns, match_full: reference.match_full, ..key };
                key.normalise();
                table.constraints.push(Constraint { name, kind: ConstraintKind::ForeignKey(key) });
            }
            PartDef::Exclusion(exclusion) => table.constraints.push(self.to_exclusion(naming, exclusion)?),
        }
        Ok(())
    }

    fn to_index(&self, naming: &Naming, index: &IndexDef, include: Vec<String>) -> Result<Index> {
        let name = self.part_name(index.name, || naming.index(self.table, &self.plain_columns(&index.parts)))?;
        let what = format!("the index `{name}`");
        Ok(Index {
            parts: index.parts.iter().map(|part| self.to_part(part, &what)).collect::<Result<_>>()?,
            unique: index.unique,
            nulls_not_distinct: index.nulls_not_distinct,
            method: index.method.filter(|method| *method != "btree").map(str::to_owned),
            include,
            with: index.with.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            predicate: match &index.filter {
                Some(filter) => Some(filter.expr(self, &format!("the rows of the index `{name}`"))?),
                None => None,
            },
            name,
        })
    }

    /// The columns among the parts of an index.
    fn plain_columns<'a>(&self, parts: impl IntoIterator<Item = &'a IndexPartDef>) -> Vec<&'static str> {
        let column = |part: &IndexPartDef| match part.key {
            IndexKeyDef::Column(number) => Some(self.fields[number].column),
            IndexKeyDef::Expr(_) => None,
        };
        parts.into_iter().filter_map(column).collect()
    }

    fn to_part(&self, part: &IndexPartDef, what: &str) -> Result<IndexPart> {
        let expr = match &part.key {
            IndexKeyDef::Column(number) => Expr::name(self.fields[*number].column),
            IndexKeyDef::Expr(said) => said.expr(self, what)?,
        };
        let ops = part.ops.map(str::to_owned);
        let plain = IndexPart { prefix: part.prefix, ops, descending: part.descending, ..IndexPart::new(expr) };
        Ok(match part.nulls {
            Some(nulls) => plain.nulls(nulls),
            None => plain,
        })
    }

    fn to_exclusion(&self, naming: &Naming, exclusion: &ExclusionDef) -> Result<Constraint> {
        let columns = || self.plain_columns(exclusion.parts.iter().map(|(part, _)| part));
        let name = self.part_name(exclusion.name, || naming.exclusion(self.table, &columns()))?;
        let what = format!("the exclusion `{name}`");
        let parts = exclusion.parts.iter().map(|(part, conflict)| Ok((self.to_part(part, &what)?, *conflict)));
        let kind = ConstraintKind::Exclusion(Exclusion {
            method: exclusion.method.filter(|method| *method != "btree").map(str::to_owned),
            parts: parts.collect::<Result<_>>()?,
            predicate: match &exclusion.filter {
                Some(filter) => Some(filter.expr(self, &format!("the rows of {what}"))?),
                None => None,
            },
            deferrable: exclusion.deferrable,
        });
        Ok(Constraint { name, kind })
    }

    /// The name that was given, unless it is too long, or one by the convention.
    fn part_name(&self, given: Option<&str>, convention: impl FnOnce() -> Result<String>) -> Result<String> {
        match given {
            None => convention(),
            Some(name) if name.len() <= MAX_LEN => Ok(name.to_owned()),
            Some(name) => {
                let message = format!("the name `{name}` in model `{}` has {} bytes", self.name, name.len());
                Err(Error::new(ErrorKind::Config, message)
                    .with_model(self.name)
                    .with_table(self.table)
                    .with_help(format!("Give it one of {MAX_LEN} bytes at most: databases cut longer ones off.")))
            }
        }
    }

    fn check_names(&self, table: &Table) -> Result<()> {
        let constraints = table.constraints.iter().map(|constraint| &constraint.name);
        let mut names: Vec<&String> = constraints.chain(table.indexes.iter().map(|index| &index.name)).collect();
        names.sort_unstable();
        let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) else { return Ok(()) };
        let message = format!("model `{}` has two constraints or indexes that are called `{}`", self.name, pair[0]);
        Err(Error::new(ErrorKind::Config, message)
            .with_model(self.name)
            .with_table(self.table)
            .with_constraint(pair[0])
            .with_help("Say it once, or give one of them another name."))
    }
}

impl ModelDef {
    /// What is unique is said once: PostgreSQL would leave the second out.
    fn check_unique(&self, table: &Table) -> Result<()> {
        let mut known: Vec<(&str, &[String])> = vec![("its primary key", &table.primary_key)];
        for constraint in &table.constraints {
            let ConstraintKind::Unique { columns, .. } = &constraint.kind else { continue };
            if let Some((by, _)) = known.iter().find(|(_, other)| other == columns) {
                let columns = columns.join(", ");
                let message = format!("model `{}` says that ({columns}) is unique, and {by} makes it so", self.name);
                return Err(Error::new(ErrorKind::Config, message)
                    .with_model(self.name)
                    .with_table(self.table)
                    .with_constraint(&constraint.name)
                    .with_help("Leave `unique` out."));
            }
            known.push((&constraint.name, columns));
        }
        Ok(())
    }
}

fn foreign_key(columns: Vec<String>, to: &str, referred: Vec<String>, actions: Actions) -> ForeignKey {
    let Actions { on_delete, on_update, deferrable } = actions;
    ForeignKey { columns, table: to.into(), referred, on_delete, on_update, deferrable, ..ForeignKey::default() }
}

#[cfg(test)]
mod tests {
    use std::any::TypeId;

    use super::*;

    fn refused(ty: Type, default: Expr) -> Option<String> {
        let field = FieldDef { ty, server_default: Some(Said::Typed(default)), ..FieldDef::of::<i64>("at") };
        let model = ModelDef {
            name: "Event",
            table: "event",
            display: "<Event>",
            fields: vec![field],
            columns: Box::default(),
            key: vec![0],
            relations: Vec::new(),
            parts: Vec::new(),
            references: Default::default(),
            comment: None,
            module: "",
            type_id: TypeId::of::<()>(),
        };
        model.to_table().err().map(|error| error.message().to_owned())
    }

    #[test]
    fn a_server_default_has_the_type_of_its_column() {
        assert_eq!(refused(Type::Timestamp, Expr::CurrentTimestamp), None);
        assert_eq!(refused(Type::Date, Expr::CurrentDate), None);
        assert_eq!(
            refused(Type::Text, Expr::CurrentTimestamp).as_deref(),
            Some("`Event.at` cannot have its server default: now() is a timestamp, and the column TEXT")
        );
        assert_eq!(
            refused(Type::BigInt, Expr::Value(Value::Invalid("7 is too much".into()))).as_deref(),
            Some("`Event.at` cannot have its server default: 7 is too much")
        );
    }
}
