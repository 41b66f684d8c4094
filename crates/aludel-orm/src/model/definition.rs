//! What there is to know about a model while the program runs.

use std::{any::TypeId, fmt};

use aludel_sql::{
    Dialect, Error, ErrorKind, Expr, Result, Type, Value, ValueRef, name,
    schema::{Action, Column, Constraint, ConstraintKind, ForeignKey, Index, IndexPart, Table},
};

/// A model: its name, its table, its columns and relations.
pub struct ModelDef {
    /// The struct's name: `User`.
    pub name: &'static str,
    /// The table's name: `user`.
    pub table: &'static str,
    /// How a value is shown: `<User {username}>`, with the names of fields in braces.
    pub display: &'static str,
    /// The columns, in the order of the struct.
    pub fields: Vec<FieldDef>,
    /// The numbers of the primary key's columns.
    pub key: Vec<usize>,
    /// The relations, in the order of the struct.
    pub relations: Vec<RelationDef>,
    /// The module the struct is in.
    pub module: &'static str,
    /// The struct itself.
    pub type_id: TypeId,
}

/// A column of a model.
pub struct FieldDef {
    /// The field's name in the struct.
    pub name: &'static str,
    /// The column's name in the table.
    pub column: &'static str,
    /// The column's type.
    pub ty: Type,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// Whether the database counts it.
    pub identity: bool,
    /// Whether it has an index of its own.
    pub index: bool,
    /// Whether no two rows may have the same value.
    pub unique: bool,
    /// The texts it can hold, where those are few: a check constraint holds it to them.
    pub names: &'static [&'static str],
    /// What gives the value when a new row is given none.
    pub default: Option<fn() -> Value>,
    /// What the database is to give when a new row is given no value.
    pub server_default: Option<Expr>,
    /// The sequence whose next number the database is to give then.
    pub sequence: Option<SequenceDef>,
    /// The column it refers to.
    pub foreign_key: Option<ForeignKeyDef>,
    /// Checks that a value read fits, and brings it into the form values of this column have.
    pub normalize: fn(ValueRef<'_>) -> Result<Value>,
}

/// The sequence that a column takes its numbers of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SequenceDef {
    /// Its name, with its schema before it where it has one.
    pub name: &'static str,
    /// The first number.
    pub start: i64,
    /// From one number to the next.
    pub increment: i64,
}

/// A reference to a column of another model.
pub struct ForeignKeyDef {
    /// The model referred to.
    pub target: fn() -> &'static ModelDef,
    /// The column referred to.
    pub column: &'static str,
    /// What happens when the row referred to is deleted.
    pub on_delete: Action,
}

/// A relation of a model.
pub struct RelationDef {
    /// The field's name in the struct.
    pub name: &'static str,
    /// Which side the key is on.
    pub kind: RelationKind,
    /// The model at the other end.
    pub target: fn() -> &'static ModelDef,
    /// The field that holds the key, in the model whose table has it.
    pub key: KeyOf,
}

/// How to find the number of a relation's key column.
#[derive(Clone, Copy)]
pub enum KeyOf {
    /// This column of the model itself.
    Own(usize),
    /// The key of this relation of the other model.
    Of(&'static str),
}

/// Which side of a relation has the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelationKind {
    /// The model itself: many to one.
    BelongsTo,
    /// The other model: one to many.
    HasMany,
}

impl FieldDef {
    /// Whether the database gives the value when a new row is given none.
    pub fn is_generated(&self) -> bool {
        self.identity || self.server_default.is_some() || self.sequence.is_some()
    }

    fn server_default(&self, model: &ModelDef) -> Result<Option<Expr>> {
        let default = match &self.sequence {
            Some(sequence) => Some(Expr::NextValue(sequence.name.into())),
            None => self.server_default.clone(),
        };
        let why = match (&default, &self.ty) {
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
                Err(Error::new(ErrorKind::Config, message)
                    .with_model(model.name)
                    .with_table(model.table)
                    .with_columns([self.column])
                    .with_help("Give the column a default of its own type."))
            }
        }
    }
}

impl ModelDef {
    /// Says whether a database can hold the model's arrays.
    ///
    /// # Errors
    /// There is one, and the database has none ([`ErrorKind::Unsupported`]).
    pub(crate) fn check_arrays(&self, dialect: &dyn Dialect) -> Result<()> {
        if dialect.capability().arrays {
            return Ok(());
        }
        let Some(field) = self.fields.iter().find(|field| matches!(field.ty, Type::Array(_))) else { return Ok(()) };
        let message = format!("`{}.{}` is an array, and {} has none", self.name, field.name, dialect.name());
        Err(Error::new(ErrorKind::Unsupported, message)
            .with_model(self.name)
            .with_table(self.table)
            .with_columns([field.column])
            .with_help("Store it as JSON: make the field a `Json<Vec<…>>`."))
    }

    /// The field of this name and its number.
    pub fn field(&self, name: &str) -> Option<(usize, &FieldDef)> {
        self.fields.iter().enumerate().find(|(_, field)| field.name == name)
    }

    /// The relation of this name and its number.
    pub fn relation(&self, name: &str) -> Option<(usize, &RelationDef)> {
        self.relations.iter().enumerate().find(|(_, relation)| relation.name == name)
    }

    /// The columns of a relation: the number of the key column in the model that has it, and of the column it refers to in
    /// the other.
    pub(crate) fn relation_columns(&self, relation: &RelationDef) -> (usize, usize) {
        let (holder, key) = match relation.key {
            KeyOf::Own(column) => (self, column),
            KeyOf::Of(name) => {
                let target = (relation.target)();
                match target.relation(name) {
                    Some((_, RelationDef { key: KeyOf::Own(column), .. })) => (target, *column),
                    // The derive checks that the other side exists and holds the key.
                    _ => unreachable!("`{}.{name}` holds no key", target.name),
                }
            }
        };
        let referred = holder.fields[key].foreign_key.as_ref().and_then(|foreign_key| {
            let target = (foreign_key.target)();
            target.fields.iter().position(|field| field.column == foreign_key.column)
        });
        (key, referred.unwrap_or(0))
    }

    /// Shows a row: fills the display form with the values `get` gives.
    pub fn show(&self, f: &mut dyn fmt::Write, get: &dyn Fn(usize) -> Value) -> fmt::Result {
        let mut rest = self.display;
        while let Some((before, after)) = rest.split_once('{') {
            f.write_str(before)?;
            let Some((name, after)) = after.split_once('}') else { break };
            match self.field(name) {
                Some((column, _)) => write!(f, "{}", get(column))?,
                None => write!(f, "{{{name}}}")?,
            }
            rest = after;
        }
        f.write_str(rest)
    }

    /// The table the model describes.
    ///
    /// # Errors
    /// Two things of the table have one name.
    pub fn to_table(&self) -> Result<Table> {
        let mut table = Table { name: self.table.into(), ..Table::default() };
        for field in &self.fields {
            if table.column(field.column).is_some() {
                let message = format!("model `{}` has two columns called `{}`", self.name, field.column);
                return Err(Error::new(ErrorKind::Config, message).with_model(self.name));
            }
            let mut column = Column::new(field.column, field.ty.clone());
            column.nullable = field.nullable;
            column.identity = field.identity;
            column.default = field.server_default(self)?;
            table.columns.push(column);
            if field.index || field.unique {
                table.indexes.push(Index {
                    name: name::index_name(self.table, &[field.column]),
                    parts: vec![IndexPart::column(field.column)],
                    unique: field.unique,
                    ..Index::default()
                });
            }
            if !field.names.is_empty() {
                table.constraints.push(Constraint {
                    name: name::check_name(self.table, &format!("{}_enum", field.column)),
                    kind: ConstraintKind::Check(Expr::In {
                        expr: Box::new(Expr::name(field.column)),
                        list: field.names.iter().map(|name| Expr::value(*name)).collect(),
                        negated: false,
                    }),
                });
            }
            if let Some(foreign_key) = &field.foreign_key {
                table.constraints.push(Constraint {
                    name: name::foreign_key_name(self.table, &[field.column]),
                    kind: ConstraintKind::ForeignKey(ForeignKey {
                        columns: vec![field.column.into()],
                        table: (foreign_key.target)().table.into(),
                        referred: vec![foreign_key.column.into()],
                        on_delete: foreign_key.on_delete,
                        on_update: Action::NoAction,
                        deferrable: Default::default(),
                    }),
                });
            }
        }
        table.primary_key = self.key.iter().map(|&column| self.fields[column].column.into()).collect();
        table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(table)
    }
}

impl fmt::Debug for ModelDef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ModelDef({}::{} as `{}`)", self.module, self.name, self.table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(ty: Type, default: Expr) -> Option<String> {
        let field = FieldDef {
            name: "at",
            column: "at",
            ty,
            nullable: false,
            identity: false,
            index: false,
            unique: false,
            names: &[],
            default: None,
            server_default: Some(default),
            sequence: None,
            foreign_key: None,
            normalize: |_| Ok(Value::Null),
        };
        let model = ModelDef {
            name: "Event",
            table: "event",
            display: "<Event>",
            fields: vec![field],
            key: vec![0],
            relations: Vec::new(),
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
