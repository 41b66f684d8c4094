//! What there is to know about a model while the program runs.

use std::{any::TypeId, fmt};

use aludel_sql::{
    Dialect, Error, ErrorKind, Expr, Result, Type, Value, ValueRef,
    schema::{Counter, SequenceOption},
};

use super::{
    Model,
    part::{Actions, ComputedDef, PartDef, Said},
    reference::References,
};
use crate::{
    expr::sql_type,
    field::{self, Definitions, Field, Precision, Shape},
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
    /// The columns as a query gives them whose source 0 is the model.
    pub columns: Box<[Expr]>,
    /// The numbers of the primary key's columns.
    pub key: Vec<usize>,
    /// The relations, in the order of the struct.
    pub relations: Vec<RelationDef>,
    /// What is said of the table as a whole: checks, unique constraints, indexes and foreign keys.
    pub parts: Vec<PartDef>,
    /// The foreign keys, when they are looked at: [`ModelDef::foreign_keys`].
    pub references: References,
    /// What a person is told about the table.
    pub comment: Option<&'static str>,
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
    /// What its Rust type is of, and which integers that has.
    pub shape: Shape,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// Whether the database counts it.
    pub identity: bool,
    /// Whether it has an index of its own.
    pub index: bool,
    /// Whether no two rows may have the same value.
    pub unique: bool,
    /// The values of an enum, in order; empty for any other type.
    pub names: &'static [&'static str],
    /// What gives the value when a new row is given none.
    pub default: Option<fn() -> Value>,
    /// What the database is to give when a new row is given no value.
    pub server_default: Option<Said>,
    /// The sequence whose next number the database is to give then, with its schema before it where it has one.
    pub sequence: Option<&'static str>,
    /// How the database counts the column, or its sequence, where it says so.
    pub counting: &'static [SequenceOption],
    /// What gives the value when anything else of the row is changed.
    pub on_update: Option<fn() -> Value>,
    /// What the database computes it from.
    pub computed: Option<ComputedDef>,
    /// What its values must be.
    pub check: Option<Said>,
    /// The collation, where it is not the database's own.
    pub collation: Option<&'static str>,
    /// What a person is told about it.
    pub comment: Option<&'static str>,
    /// The column it refers to.
    pub foreign_key: Option<ForeignKeyDef>,
    /// How many digits a decimal has.
    pub precision: Option<Precision>,
    /// What [`FieldDef::normalize`] does.
    #[doc(hidden)]
    pub normalize: fn(ValueRef<'_>, Option<Precision>) -> Result<Value>,
}

/// A reference to a column of another model.
pub struct ForeignKeyDef {
    /// The model referred to.
    pub target: fn() -> &'static ModelDef,
    /// The column referred to.
    pub column: &'static str,
    /// What happens when the row referred to is deleted, and when its key changes.
    pub actions: Actions,
}

/// A relation of a model.
pub struct RelationDef {
    /// The field's name in the struct.
    pub name: &'static str,
    /// Which side the key is on.
    pub kind: RelationKind,
    /// The model at the other end.
    pub target: fn() -> &'static ModelDef,
    /// The foreign key by which it leads there, in the model whose table has it.
    pub key: KeyOf,
}

/// How to find a relation's foreign key.
#[derive(Clone, Copy)]
pub enum KeyOf {
    /// The one of this number among the model's own: [`ModelDef::foreign_keys`].
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
    /// A column of type `T` of which nothing else is said.
    pub fn of<T: Field>(name: &'static str) -> Self {
        FieldDef {
            name,
            column: name,
            ty: sql_type::<T>(),
            shape: T::SHAPE,
            nullable: T::NULLABLE,
            identity: false,
            counting: &[],
            index: false,
            unique: false,
            names: T::NAMES,
            default: None,
            server_default: None,
            sequence: None,
            on_update: None,
            computed: None,
            check: None,
            collation: None,
            comment: None,
            foreign_key: None,
            precision: None,
            normalize: |value, digits| {
                let value = field::read::<T>(value, digits)?.to_value();
                Ok(match digits {
                    Some(digits) => digits.bound(value),
                    None => value,
                })
            },
        }
    }

    /// Checks that a value read fits, and brings it into the form values of this column have.
    ///
    /// # Errors
    /// The value is not one of the column's type.
    pub fn normalize(&self, value: ValueRef<'_>) -> Result<Value> {
        (self.normalize)(value, self.precision)
    }

    /// How the database counts the column, or its sequence.
    pub fn counter(&self) -> Counter {
        let mut counter = Counter::new(self.counting);
        // What begins beyond the usual end has to be told so.
        if counter.increment < 0 && counter.start > -1 {
            counter.max.get_or_insert(counter.start);
        } else if counter.increment > 0 && counter.start < 1 {
            counter.min.get_or_insert(counter.start);
        }
        counter
    }

    /// Whether the database gives the value when a new row is given none.
    pub fn is_generated(&self) -> bool {
        self.identity || self.server_default.is_some() || self.sequence.is_some() || self.computed.is_some()
    }
}

impl ModelDef {
    /// A model of which nothing is said but its names, its key and the types of its columns; for generated code.
    #[doc(hidden)]
    pub fn of<M: Model>(
        name: &'static str,
        table: &'static str,
        display: &'static str,
        module: &'static str,
        key: &[usize],
        relations: impl Into<Vec<RelationDef>>,
    ) -> Self {
        let mut columns = Definitions::new(M::COLUMNS);
        M::build(&mut columns);
        ModelDef {
            name,
            table,
            display,
            fields: columns.fields,
            columns: M::COLUMNS.iter().map(|&name| Expr::column(0, name)).collect(),
            key: key.into(),
            relations: relations.into(),
            parts: Vec::new(),
            references: References::default(),
            comment: None,
            module,
            type_id: TypeId::of::<M>(),
        }
    }

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

    /// Says whether a column can hold a value. Not every database would.
    ///
    /// # Errors
    /// It cannot ([`ErrorKind::Check`]).
    pub(crate) fn check_value(&self, column: usize, value: &Value) -> Result<()> {
        let field = &self.fields[column];
        let Err((why, help)) = fits(&field.ty, value) else { return Ok(()) };
        Err(Error::new(ErrorKind::Check, format!("`{}.{}` {why}", self.name, field.name))
            .with_model(self.name)
            .with_table(self.table)
            .with_columns([field.column])
            .with_help(help))
    }

    /// The field of this name and its number.
    pub fn field(&self, name: &str) -> Option<(usize, &FieldDef)> {
        self.fields.iter().enumerate().find(|(_, field)| field.name == name)
    }

    /// The relation of this name and its number.
    pub fn relation(&self, name: &str) -> Option<(usize, &RelationDef)> {
        self.relations.iter().enumerate().find(|(_, relation)| relation.name == name)
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
}

impl fmt::Debug for ModelDef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ModelDef({}::{} as `{}`)", self.module, self.name, self.table)
    }
}

/// Says why a type cannot hold a value, and what to do.
fn fits(ty: &Type, value: &Value) -> Result<(), (String, &'static str)> {
    let (length, room, unit) = match (ty, value) {
        (_, Value::Invalid(why)) => {
            return Err((format!("cannot be written: {why}"), "Give it a value that its type can hold."));
        }
        (Type::VarChar(room), Value::Text(text)) => (text.chars().count(), *room, "characters"),
        (Type::VarBinary(room), Value::Bytes(bytes)) => (bytes.len(), *room, "bytes"),
        (Type::Array(element), Value::Array(values)) => {
            return values.iter().try_for_each(|value| fits(element, value));
        }
        _ => return Ok(()),
    };
    if length > room as usize {
        let help = "Shorten it, or give the column a greater `length`.";
        return Err((format!("holds {length} {unit}, and has room for {room}"), help));
    }
    Ok(())
}
