//! The constructs of queries: which of them each database has, and how it spells them.

use std::{borrow::Cow, time::Duration};

use super::{FunctionSource, RegexpReplace};
use crate::{
    error::Result,
    expr::{BinaryOp, Expr, JsonResult, JsonStep, Match, Name},
    render::{Level, Sql},
    statement::{Order, TableFunction},
    types::Type,
    value::Value,
};

/// Which constructs of queries a database has. What it has not is written in another way that means the same, or refused, by the
/// renderer, which alone asks; what other layers go by is in [`Capability`](super::Capability).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Constructs {
    /// How many conditions can stand beside each other between ANDs or ORs; more are in groups.
    pub longest_junction: usize,
    /// `NULLS FIRST` and `NULLS LAST`; else NULLs are the least and an order says `a IS NULL` before `a`.
    pub nulls_order: bool,
    /// `ILIKE`; else both sides are made lower case.
    pub ilike: bool,
    /// `BETWEEN SYMMETRIC`; else `BETWEEN` says it both ways.
    pub between_symmetric: bool,
    /// `FILTER` of an aggregate; else its argument is NULL where the condition is not true.
    pub aggregate_filter: bool,
    /// `ORDER BY` inside an aggregate of any name.
    pub aggregate_order: bool,
    /// `WITHIN GROUP`
    pub within_group: bool,
    /// An aggregate that makes an array, and `ANY` and `ALL` over one; the latter else over a list of values.
    pub arrays: bool,
    /// A LAG or LEAD can say what stands for a row that is not there.
    pub lag_default: bool,
    /// Frames in `GROUPS`, and `EXCLUDE`.
    pub groups_frame: bool,
    /// Frames by a distance in time; else by that between numbers of microseconds.
    pub interval_frames: bool,
    /// Frames by a distance in decimals, computed exactly.
    pub decimal_frames: bool,
    /// `FULL JOIN`
    pub full_join: bool,
    /// `LATERAL`
    pub lateral: bool,
    /// `TABLESAMPLE`
    pub sample: bool,
    /// HAVING can look at an expression that is grouped by; else it looks at the least of its values in the group, which are all
    /// the same.
    pub having_grouped: bool,
    /// Which sets of what rows are grouped by there are.
    pub grouping_sets: GroupingSets,
    /// `MATERIALIZED`; else the hint is left out.
    pub materialized: bool,
    /// `DISTINCT ON`; else the rows of each kind are counted and the first is taken.
    pub distinct_on: bool,
    /// `FETCH FIRST … ROWS WITH TIES`; else the rows are ranked, and those up to the last rank are taken.
    pub with_ties: bool,
    /// `INTERSECT ALL` and `EXCEPT ALL`
    pub set_all: bool,
    /// A sub-query with a LIMIT after IN, ANY or ALL; else it is put in another.
    pub limited_in: bool,
    /// `ANY` and `ALL` before a sub-query; else its comparisons are counted.
    pub quantified: bool,
    /// How a row is looked for among others.
    pub in_rows: InRows,
    /// Which placeholders are given a type.
    pub typed_placeholders: TypedPlaceholders,
    /// By what an expression that is grouped by is known again where it is selected.
    pub repeated: Repeated,
    /// `DEFAULT` as a value.
    pub default_value: bool,
    /// A conflict with one key is told from one with another, in `ON CONFLICT`; else in `ON DUPLICATE KEY UPDATE`.
    pub on_conflict: bool,
    /// An INSERT from a SELECT can go on with what is done on a conflict; else the SELECT is put in another.
    pub select_on_conflict: bool,
    /// UPDATE can hand back rows.
    pub update_returning: bool,
    /// What is handed back can be of other tables than the one that is changed.
    pub returning_others: bool,
    /// `WITH` before UPDATE and DELETE; else it is put into what reads of it.
    pub with_changes: bool,
    /// INSERT, UPDATE and DELETE as sub-queries with names.
    pub writing_ctes: bool,
    /// How UPDATE and DELETE read other tables.
    pub change_with: ChangeWith,
    /// Which locks there are on rows.
    pub row_locks: RowLocks,
    /// Rows of a source that an outer join may be without can be locked.
    pub outer_locks: bool,
}

/// Which sets of what rows are grouped by there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupingSets {
    /// None but the whole.
    None,
    /// `WITH ROLLUP`, but no order of it, and no `GROUPING`.
    Rollup,
    /// `WITH ROLLUP`
    OrderedRollup,
    /// `ROLLUP`, `CUBE` and `GROUPING SETS`
    All,
}

/// How a row is looked for among others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InRows {
    /// `(a, b) IN ((1, 2), (3, 4))`
    List,
    /// `(a, b) IN (VALUES (1, 2), (3, 4))`
    Values,
    /// `(a = 1 AND b = 2 OR a = 3 AND b = 4)`: a list there forgets that it may be NULL, which only a WHERE does not mind.
    Compared,
}

/// Which placeholders are given a type, by a cast to [`Spelling::placeholder_type`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypedPlaceholders {
    /// None: each has the type of its value.
    None,
    /// Those that nothing beside them gives one.
    Alone,
    /// Decimal numbers, which come as texts, with which numbers are computed and compared as floating-point ones.
    Decimals,
    /// Those that would be taken for something else: decimal numbers; JSON, which would be text; and the first of a
    /// computation with placeholders alone, which would be one with floating-point numbers.
    Mistaken,
}

/// By what an expression that is grouped by is known again where it is selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeated {
    /// It need not be.
    Unchecked,
    /// By its text, in which the same placeholders stand again.
    Placeholders,
    /// By its text, in which no placeholder is the same as another: values are literals there.
    Literals,
}

/// How UPDATE and DELETE read other tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeWith {
    /// `UPDATE … FROM`, `DELETE … USING`
    FromAndUsing,
    /// `UPDATE … FROM`, `DELETE … WHERE EXISTS`
    FromAndExists,
    /// `UPDATE t, o SET`, `DELETE t FROM t, o`
    SeveralTables,
}

/// Which locks there are on rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowLocks {
    /// None: a transaction that writes is alone.
    None,
    /// `FOR UPDATE` and `LOCK IN SHARE MODE`, on all tables.
    Whole,
    /// `FOR UPDATE` and `FOR SHARE`, on some tables or all.
    Simple,
    /// Those, and `FOR NO KEY UPDATE` and `FOR KEY SHARE`.
    Keys,
}

impl Constructs {
    /// All that there are.
    pub(super) const ALL: Constructs = Constructs {
        longest_junction: usize::MAX,
        nulls_order: true,
        ilike: true,
        between_symmetric: true,
        aggregate_filter: true,
        aggregate_order: true,
        within_group: true,
        arrays: true,
        lag_default: true,
        groups_frame: true,
        interval_frames: true,
        decimal_frames: true,
        full_join: true,
        lateral: true,
        sample: true,
        having_grouped: true,
        grouping_sets: GroupingSets::All,
        materialized: true,
        distinct_on: true,
        with_ties: true,
        set_all: true,
        limited_in: true,
        quantified: true,
        in_rows: InRows::List,
        typed_placeholders: TypedPlaceholders::None,
        repeated: Repeated::Unchecked,
        default_value: true,
        on_conflict: true,
        select_on_conflict: true,
        update_returning: true,
        returning_others: true,
        with_changes: true,
        writing_ctes: true,
        change_with: ChangeWith::FromAndUsing,
        row_locks: RowLocks::Keys,
        outer_locks: true,
    };
}

/// How a database spells the constructs of queries where databases differ most: as the standard has it, unless said
/// otherwise.
pub trait Spelling {
    /// Which constructs there are.
    fn constructs(&self) -> &'static Constructs;

    /// Writes whether a regular expression is found, as a predicate.
    ///
    /// # Errors
    /// The database has nothing like it.
    fn regexp(&self, sql: &mut Sql<'_>, regexp: &Regexp<'_>) -> Result<()> {
        sql.operand(regexp.expr, Level::Bits)?;
        sql.push(match (regexp.negated, regexp.insensitive) {
            (false, false) => " ~ ",
            (false, true) => " ~* ",
            (true, false) => " !~ ",
            (true, true) => " !~* ",
        });
        sql.bare(regexp.pattern, Level::Bits)
    }

    /// Writes a text in which all that a regular expression finds is replaced.
    ///
    /// # Errors
    /// What stands in its place has a `$` that means nothing; those of the operands.
    fn regexp_replace(&self, sql: &mut Sql<'_>, replace: &RegexpReplace<'_>) -> Result<()> {
        sql.push("REGEXP_REPLACE(");
        sql.expr(replace.text)?;
        sql.push(", ");
        sql.expr(replace.pattern)?;
        sql.push(", ");
        sql.constant(&Value::Text(replace.with_backslashes(r"\&")?))?;
        sql.push(if replace.insensitive { ", 'gi')" } else { ", 'g')" });
        Ok(())
    }

    /// Writes whether words are found in texts, as a predicate; or how well they fit, as a number that can be an operand.
    ///
    /// # Errors
    /// The database has no such search.
    fn full_text(&self, sql: &mut Sql<'_>, search: &Match) -> Result<()> {
        sql.push("MATCH (");
        sql.list(&search.columns)?;
        sql.push(") AGAINST (");
        sql.expr(&search.query)?;
        sql.push(")");
        Ok(())
    }

    /// Writes what is set to an integer column that is to hold numbers from the least to the greatest: as it is, where columns of
    /// such integers take no others.
    ///
    /// # Errors
    /// Those of the expression.
    fn stored(&self, sql: &mut Sql<'_>, least: i64, greatest: i64, number: &Expr) -> Result<()> {
        let of_columns = [(i16::MIN.into(), i16::MAX.into()), (i32::MIN.into(), i32::MAX.into()), (i64::MIN, i64::MAX)];
        if of_columns.contains(&(least, greatest)) {
            return sql.expr(number);
        }
        // No column of integers takes 2^64: the database refuses it as it refuses any number that is too great.
        sql.push("CASE WHEN ");
        sql.operand(number, Level::Bits)?;
        sql.push(&format!(" NOT BETWEEN {least} AND {greatest} THEN 18446744073709551616 ELSE "));
        sql.expr(number)?;
        sql.push(" END");
        Ok(())
    }

    /// Writes what is at a path of a JSON value, so that it can be an operand of anything.
    ///
    /// # Errors
    /// Those of the expression.
    fn json(&self, sql: &mut Sql<'_>, expr: &Expr, path: &[JsonStep], result: &JsonResult) -> Result<()>;

    /// Writes an operation on bits; its operands hold as tightly as a sign.
    ///
    /// # Errors
    /// Those of the operands.
    fn bits(&self, sql: &mut Sql<'_>, op: BinaryOp, left: &Expr, right: &Expr) -> Result<()> {
        sql.operand(left, Level::Sign)?;
        sql.push(op.sql());
        sql.operand(right, Level::Sign)
    }

    /// Writes a number with the other sign.
    ///
    /// # Errors
    /// Those of the operand.
    fn negate(&self, sql: &mut Sql<'_>, operand: &Expr) -> Result<()> {
        sql.push("-");
        // `-5` is a literal, `-(5)` a negation; and `--` begins a comment.
        if matches!(operand, Expr::Value(_)) {
            sql.parenthesised(operand)
        } else {
            sql.operand(operand, Level::Primary)
        }
    }

    /// Writes each bit of an integer turned over.
    ///
    /// # Errors
    /// Those of the operand.
    fn bit_not(&self, sql: &mut Sql<'_>, operand: &Expr) -> Result<()> {
        sql.push("~");
        sql.operand(operand, Level::Primary)
    }

    /// How tightly what [`Spelling::bits`] and [`Spelling::bit_not`] write holds.
    fn bits_level(&self) -> Level {
        Level::Bits
    }

    /// The operator of the quotient of integers, with blanks around it.
    fn integer_quotient(&self) -> &'static str {
        " / "
    }

    /// Writes the aggregate that joins texts.
    ///
    /// # Errors
    /// The database cannot join them so.
    fn string_agg(&self, sql: &mut Sql<'_>, texts: &StringAgg<'_>) -> Result<()>;

    /// What is written behind the argument of AVG.
    fn average(&self) -> &'static str {
        ""
    }

    /// Writes so much time.
    fn interval(&self, sql: &mut Sql<'_>, time: Duration) {
        sql.push(&format!("INTERVAL '{}.{:06}' SECOND", time.as_secs(), time.subsec_micros()));
    }

    /// Writes the number of microseconds of a date or time, from whenever: where frames are by distances in numbers alone.
    ///
    /// # Errors
    /// Those of the expression.
    fn microseconds(&self, sql: &mut Sql<'_>, time: &Expr) -> Result<()> {
        sql.expr(time)
    }

    /// Writes rows of values in parentheses, with the name of the source and of its columns behind.
    ///
    /// # Errors
    /// Those of the values.
    fn values(
        &self,
        sql: &mut Sql<'_>,
        name: &str,
        columns: &[Name],
        types: &[Type],
        rows: &[Vec<Expr>],
    ) -> Result<()> {
        sql.push("(");
        sql.rows("VALUES ", types, rows)?;
        sql.push(") AS ");
        sql.name(name);
        sql.push(" (");
        sql.names(columns);
        sql.push(")");
        Ok(())
    }

    /// Writes a function whose rows are read, with the name of the source and of its columns behind.
    ///
    /// # Errors
    /// The database has no such function; those of its arguments.
    fn table_function(&self, sql: &mut Sql<'_>, source: &FunctionSource<'_>) -> Result<()> {
        let (name, step) = match *source.function {
            TableFunction::Series { step, .. } => ("GENERATE_SERIES(", Some(step)),
            TableFunction::Elements(_) => ("JSON_ELEMENTS(", None),
            TableFunction::Members(_) => ("JSON_MEMBERS(", None),
            TableFunction::Unnest(_) => ("UNNEST(", None),
        };
        sql.push(name);
        for (i, argument) in source.function.arguments().enumerate() {
            sql.push(if i == 0 { "" } else { ", " });
            sql.expr(argument)?;
        }
        if let Some(step) = step.filter(|step| *step != 1) {
            sql.push(&format!(", {step}"));
        }
        sql.push(") AS ");
        sql.name(source.name);
        sql.push(" (");
        sql.names(source.columns);
        sql.push(")");
        Ok(())
    }

    /// Writes the column at this place of such a function; or nothing, and says so, where it has its name.
    ///
    /// # Errors
    /// Those of the function's arguments.
    fn function_column(&self, _sql: &mut Sql<'_>, _source: &FunctionSource<'_>, _place: usize) -> Result<bool> {
        Ok(false)
    }

    /// The type that a placeholder is cast to where it needs one.
    fn placeholder_type(&self, _value: &Value) -> Option<Cow<'static, str>> {
        None
    }
}

/// Whether a regular expression is found in a text.
#[derive(Clone, Copy, Debug)]
pub struct Regexp<'e> {
    /// The text.
    pub expr: &'e Expr,
    /// The regular expression.
    pub pattern: &'e Expr,
    /// Whether upper and lower case are the same.
    pub insensitive: bool,
    /// Whether it is not found.
    pub negated: bool,
}

/// An aggregate that joins texts.
#[derive(Clone, Copy, Debug)]
pub struct StringAgg<'e> {
    /// The text of each row.
    pub text: &'e Expr,
    /// What stands between them.
    pub separator: &'e Expr,
    /// Whether equal texts are taken once.
    pub distinct: bool,
    /// In which order.
    pub order_by: &'e [Order],
    /// Which rows.
    pub filter: Option<&'e Expr>,
}

impl StringAgg<'_> {
    /// Writes the text of each row; where the database has no FILTER, NULL for the rows that are not taken.
    pub(super) fn text(&self, sql: &mut Sql<'_>) -> Result<()> {
        sql.filtered(self.text, self.filter, Level::Or)
    }
}
