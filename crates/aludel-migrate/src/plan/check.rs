//! What rows can make impossible, counted before anything is touched.

use std::collections::BTreeMap;

use aludel_sql::{
    Dialect, Error, ErrorKind, Expr, Operation, Result, Type,
    expr::{BinaryOp, Function, Is},
    operation::ColumnChange,
    render,
    schema::{ConstraintKind, ForeignKey, IndexPart, Schema},
};

use crate::{
    catalog,
    fold::{self, walk},
};

/// A query that counts the rows that stand in the way of a step.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// The number of the operation it is for, among those planned.
    pub operation: usize,
    /// The query: one row, one number.
    pub sql: String,
    table: String,
    columns: Vec<String>,
    constraint: Option<String>,
    /// What is wrong, with `{rows}` for how many there are: "`user.email` is NULL in {rows}".
    what: String,
    help: String,
}

impl Check {
    /// That no row of a column, of a table, has a label of its enum type: `has` says that one has it.
    pub(super) fn label(
        dialect: &dyn Dialect,
        at: usize,
        (table, column): (&str, &str),
        has: &Expr,
        (ty, label): (&str, &str),
    ) -> Result<Self> {
        let (from, has) = (render::object(dialect, table)?, render::expr(dialect, has)?);
        Ok(Check {
            operation: at,
            sql: format!("SELECT COUNT(*) FROM {from} WHERE {has}"),
            table: table.to_owned(),
            columns: vec![column.to_owned()],
            constraint: None,
            what: format!("the value '{label}' of the type `{ty}` cannot go: `{table}.{column}` has it in {{rows}}"),
            help: format!("Say what they become: ALTER TYPE {ty} DROP VALUE '{label}' USING '…'"),
        })
    }

    pub(super) fn error(&self, count: i64) -> Error {
        let rows = if count == 1 { "row" } else { "rows" };
        let message = self.what.replace("{rows}", &format!("{count} {rows}"));
        let error = Error::new(ErrorKind::Migration, message)
            .with_table(&self.table)
            .with_columns(&self.columns)
            .with_help(self.help.clone());
        match &self.constraint {
            Some(name) => error.with_constraint(name),
            None => error,
        }
    }
}

/// Works out the checks of operations that are carried out together, from the columns the table has before them.
pub(super) struct Checker<'a> {
    dialect: &'a dyn Dialect,
    schema: &'a Schema,
    /// Of each column as the operations so far leave it: what gives its value in a row that is there before. By table; a
    /// table that is missing here is as the schema has it.
    pub(super) values: BTreeMap<String, Expr>,
    table: String,
}

impl<'a> Checker<'a> {
    pub(super) fn new(dialect: &'a dyn Dialect, schema: &'a Schema) -> Self {
        Checker { dialect, schema, values: BTreeMap::new(), table: String::new() }
    }

    /// Begins at the columns that `table` has.
    pub(super) fn begin(&mut self, table: &str) {
        if self.table != table {
            table.clone_into(&mut self.table);
            let columns = self.schema.tables.get(table).into_iter().flat_map(|table| &table.columns);
            self.values = columns.map(|column| (column.name.clone(), Expr::name(column.name.clone()))).collect();
        }
    }

    /// An expression over the columns the operations so far leave, as one over those that are there before them.
    pub(super) fn over_old(&self, expr: &Expr) -> Expr {
        walk::replace(expr, &mut |column| {
            self.values.get(column.name.as_ref()).cloned().unwrap_or_else(|| Expr::Column(column.clone()))
        })
    }

    fn sql(&self, expr: &Expr) -> Result<String> {
        render::expr(self.dialect, &self.over_old(expr))
    }

    fn quote(&self, name: &str) -> String {
        let mut out = String::new();
        self.dialect.quote(&mut out, name);
        out
    }

    /// The table, as FROM has it.
    fn from(&self) -> Result<String> {
        render::object(self.dialect, &self.table)
    }

    fn count_where(&self, condition: &str) -> Result<String> {
        Ok(format!("SELECT COUNT(*) FROM {} WHERE {condition}", self.from()?))
    }

    /// The checks that operation number `at` needs, given those before it.
    pub(super) fn before(&mut self, at: usize, operation: &Operation) -> Result<Vec<Check>> {
        if let Some(table) = operation.table() {
            self.begin(table);
        }
        let table = self.table.clone();
        let check = |sql: String, columns: Vec<String>, constraint: Option<&str>, what: String, help: String| Check {
            operation: at,
            sql,
            table: table.clone(),
            columns,
            constraint: constraint.map(str::to_owned),
            what,
            help,
        };
        Ok(match operation {
            Operation::AddColumn { column, .. }
                if !column.nullable && column.default.is_none() && column.generated.is_none() =>
            {
                let name = &column.name;
                vec![check(
                    format!("SELECT COUNT(*) FROM {}", self.from()?),
                    vec![name.clone()],
                    None,
                    format!("`{table}` has {{rows}}, and the new column `{name}` is NOT NULL and has no default"),
                    format!(
                        "Give it a DEFAULT, or add it without NOT NULL, fill it with UPDATE, \
                         then ALTER COLUMN {name} SET NOT NULL"
                    ),
                )]
            }
            Operation::AlterColumn { column, change: ColumnChange::SetNotNull, .. } => {
                let value = self.sql(&Expr::name(column.clone()))?;
                vec![check(
                    self.count_where(&format!("{value} IS NULL"))?,
                    vec![column.clone()],
                    None,
                    format!("`{table}.{column}` was to become NOT NULL, and is NULL in {{rows}}"),
                    format!("Fill them with UPDATE before ALTER COLUMN {column} SET NOT NULL, or delete them"),
                )]
            }
            Operation::AlterColumn { column, change: ColumnChange::Type { ty, using }, .. } => {
                match self.type_change(column, ty, using.as_ref())? {
                    None => Vec::new(),
                    Some(condition) => vec![check(
                        self.count_where(&condition)?,
                        vec![column.clone()],
                        None,
                        format!("`{table}.{column}` does not fit {ty} in {{rows}}"),
                        "Correct them with UPDATE before the type changes, or convert them another way with USING"
                            .into(),
                    )],
                }
            }
            Operation::CreateIndex { index, .. } if index.unique => {
                let parts: Vec<Expr> = index.parts.iter().map(indexed).collect();
                let columns = index.columns().unwrap_or_default().into_iter().map(str::to_owned).collect();
                self.duplicates(&parts, index.nulls_not_distinct, index.predicate.as_ref())?
                    .map(|sql| {
                        check(
                            sql,
                            columns,
                            Some(&index.name),
                            format!(
                                "unique index `{}` on `{table}` cannot be: its values are repeated in {{rows}}",
                                index.name
                            ),
                            "Delete or correct the repeated rows first".into(),
                        )
                    })
                    .into_iter()
                    .collect()
            }
            Operation::AddConstraint { constraint, .. } => {
                let name = &constraint.name;
                match &constraint.kind {
                    ConstraintKind::Unique { columns, nulls_not_distinct } => {
                        let parts: Vec<Expr> = columns.iter().map(|column| Expr::name(column.clone())).collect();
                        let sql = self.duplicates(&parts, *nulls_not_distinct, None)?;
                        let what = format!(
                            "unique constraint `{name}` on `{table}` cannot be: its values are repeated in {{rows}}"
                        );
                        sql.map(|sql| {
                            let help = "Delete or correct the repeated rows first";
                            check(sql, columns.clone(), Some(name), what, help.into())
                        })
                        .into_iter()
                        .collect()
                    }
                    ConstraintKind::Check(expr) => vec![check(
                        self.count_where(&format!("NOT ({})", self.sql(expr)?))?,
                        Vec::new(),
                        Some(name),
                        format!("check constraint `{name}` on `{table}` is violated in {{rows}}"),
                        "Delete or correct them first".into(),
                    )],
                    ConstraintKind::ForeignKey(key) => vec![check(
                        self.orphans(key)?,
                        key.columns.clone(),
                        Some(name),
                        format!("foreign key `{name}` on `{table}` refers to no row of `{}` in {{rows}}", key.table),
                        "Delete or correct them first".into(),
                    )],
                    // The index that it is made of finds them sooner than any query.
                    ConstraintKind::Exclusion(_) => Vec::new(),
                }
            }
            // One database drops all that is in a schema along with it.
            Operation::DropSchema { name } => match catalog::of(self.dialect)?.schema_content(self.dialect, name)? {
                Some(sql) => vec![check(
                    sql,
                    Vec::new(),
                    None,
                    format!("schema `{name}` is not empty: there is something in it that is not of the migrations"),
                    "Drop it by hand, or leave the schema".into(),
                )],
                None => Vec::new(),
            },
            _ => Vec::new(),
        })
    }

    /// The condition of values that a change of type would not keep.
    fn type_change(&self, column: &str, to: &Type, using: Option<&Expr>) -> Result<Option<String>> {
        let Some(old) = self.schema.tables.get(&self.table).and_then(|table| table.column(column)) else {
            return Ok(None);
        };
        let from = &old.ty;
        let value = Expr::name(column.to_owned());
        if let Some(using) = using {
            return Ok(match using {
                Expr::Cast(inner, ty)
                    if ty == to
                        && let Type::Enum(labels) = to =>
                {
                    let text = || Box::new(Expr::Cast(inner.clone(), Type::Text));
                    let present = Expr::Is { expr: text(), what: Is::Null, negated: true };
                    let list = labels.labels().iter().map(|label| Expr::value(label.as_str())).collect();
                    Some(self.sql(&present.and(Expr::In { expr: text(), list, negated: true }))?)
                }
                Expr::Cast(inner, ty) if ty == to => {
                    let text = matches!(from, Type::VarChar(_) | Type::Text);
                    (catalog::of(self.dialect)?.misfit)(&self.sql(inner)?, text, to)
                }
                _ => None,
            });
        }
        if fold::implicit(from, to) {
            return Ok(None);
        }
        if !fold::same_kind(from, to) {
            return Err(Error::new(
                ErrorKind::Migration,
                format!("`{}.{column}` cannot become {to} by itself: not every {from} is one", self.table),
            )
            .with_table(&self.table)
            .with_columns([column])
            .with_help(format!("Say how: ALTER COLUMN {column} SET DATA TYPE {to} USING CAST({column} AS {to})")));
        }
        let above = |limit: i64, value: Expr| Ok(Some(self.sql(&value.binary(BinaryOp::Gt, Expr::value(limit)))?));
        match to {
            Type::VarChar(n) => above(i64::from(*n), Expr::Call(Function::CharLength, vec![value])),
            // Of bytes, every database counts bytes by this name.
            Type::VarBinary(n) => Ok(Some(format!("LENGTH({}) > {n}", self.sql(&value)?))),
            Type::SmallInt | Type::Integer => {
                let (low, high) = match to {
                    Type::SmallInt => (i64::from(i16::MIN), i64::from(i16::MAX)),
                    _ => (i64::from(i32::MIN), i64::from(i32::MAX)),
                };
                let outside = Expr::Between {
                    expr: Box::new(value),
                    low: Box::new(Expr::value(low)),
                    high: Box::new(Expr::value(high)),
                    negated: true,
                };
                Ok(Some(self.sql(&outside)?))
            }
            Type::Decimal { precision, scale } => match 10_i64.checked_pow(u32::from(precision.saturating_sub(*scale)))
            {
                Some(limit) => above(limit - 1, Expr::Call(Function::Abs, vec![value])),
                None => Ok(None),
            },
            _ => Ok(None),
        }
    }

    /// Counts the rows that repeat another. A row with a NULL among the values repeats none, unless NULLs are the same.
    fn duplicates(&self, parts: &[Expr], nulls_not_distinct: bool, predicate: Option<&Expr>) -> Result<Option<String>> {
        if parts.is_empty() {
            return Ok(None);
        }
        // Named first, so that each is worked out once.
        let names: Vec<String> = (0..parts.len()).map(|i| format!("c{i}")).collect();
        let values = parts.iter().zip(&names).map(|(part, name)| Ok(format!("{} AS {name}", self.sql(part)?)));
        let values = values.collect::<Result<Vec<_>>>()?.join(", ");
        let filter = match predicate {
            Some(predicate) => format!(" WHERE {}", self.sql(predicate)?),
            None => String::new(),
        };
        let present = match nulls_not_distinct {
            true => String::new(),
            false => format!(
                " WHERE {}",
                names.iter().map(|name| format!("{name} IS NOT NULL")).collect::<Vec<_>>().join(" AND ")
            ),
        };
        Ok(Some(format!(
            "SELECT COUNT(*) FROM (SELECT ROW_NUMBER() OVER (PARTITION BY {}) AS n FROM \
             (SELECT {values} FROM {}{filter}) AS source{present}) AS repeated WHERE n > 1",
            names.join(", "),
            self.from()?,
        )))
    }

    /// Counts the rows that would refer to nothing. Without MATCH FULL, a NULL among the values is enough for one to refer at all.
    fn orphans(&self, key: &ForeignKey) -> Result<String> {
        let mut values = Vec::new();
        let mut matches = Vec::new();
        let mut present = Vec::new();
        let mut targets = Vec::new();
        for (i, (column, referred)) in key.columns.iter().zip(&key.referred).enumerate() {
            values.push(format!("{} AS c{i}", self.sql(&Expr::name(column.clone()))?));
            let target = match key.table == self.table {
                true => self.sql(&Expr::name(referred.clone()))?,
                false => self.quote(referred),
            };
            targets.push(format!("{target} AS r{i}"));
            matches.push(format!("target.r{i} = source.c{i}"));
            present.push(format!("source.c{i} IS NOT NULL"));
        }
        Ok(format!(
            "SELECT COUNT(*) FROM (SELECT {} FROM {}) AS source WHERE ({}) AND NOT EXISTS \
             (SELECT 1 FROM (SELECT {} FROM {}) AS target WHERE {})",
            values.join(", "),
            self.from()?,
            present.join(if key.match_full { " OR " } else { " AND " }),
            targets.join(", "),
            render::object(self.dialect, &key.table)?,
            matches.join(" AND "),
        ))
    }
}

/// What an index has of a row.
fn indexed(part: &IndexPart) -> Expr {
    let whole = part.expr.clone();
    match part.prefix {
        Some(length) => {
            Expr::Call(Function::Substring, vec![whole, Expr::value(1_i64), Expr::value(i64::from(length))])
        }
        None => whole,
    }
}
