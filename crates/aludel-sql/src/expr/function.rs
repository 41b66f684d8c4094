//! Functions.

use super::{Expr, Name};
use crate::value::Value;

/// The functions every database has, or for which each dialect has an exact spelling; and any other by its name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Function {
    /// The first of the arguments that is not NULL.
    Coalesce,
    /// NULL if the two are equal, else the first.
    NullIf,
    /// Absolute value.
    Abs,
    /// Rounded to the digits the second argument says, or to a whole number. Where halves of floating-point numbers go is the
    /// database's affair.
    Round,
    /// Remainder of a division.
    Mod,
    /// In lower case.
    Lower,
    /// In upper case.
    Upper,
    /// Without blanks on both sides.
    Trim,
    /// With all of the second argument replaced by the third.
    Replace,
    /// With all that a regular expression, the second argument, finds replaced.
    RegexpReplace {
        /// by what: `$1` to `$9` stand for what its groups found, `$0` for all of it, `$$` for a dollar
        with: Name,
        /// whether upper and lower case are the same
        insensitive: bool,
    },
    /// Length in characters.
    CharLength,
    /// `POSITION(a IN b)`: where, from 1, or 0.
    Position,
    /// `SUBSTRING(a FROM b [FOR c])`
    Substring,
    /// The texts joined; NULL counts as empty.
    Concat,
    /// The greatest argument; NULL if one of them is, as in SQL:2023.
    Greatest,
    /// The least argument; NULL if one of them is.
    Least,
    /// `EXTRACT(field FROM a)`
    Extract(Field),
    /// The place of an enum's value among its labels, which follow it as texts; NULL stays NULL. Where values of enums compare
    /// by their place, it is the value itself: it is only compared with another one, and ordered by.
    EnumPlace,
    /// The value of an enum at a place among its labels, which follow it as texts: what [`Function::EnumPlace`] was made of.
    EnumLabel,
    /// The argument, which is to be stored as an integer from the least to the greatest: an error where it is none of these. It is
    /// written where the column would take others, and what is set to the column is nothing else.
    Stored {
        /// the least
        least: i64,
        /// the greatest
        greatest: i64,
    },
    /// How many are not NULL.
    Count,
    /// The sum.
    Sum,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// The average.
    Avg,
    /// The texts of all rows, the second argument between them.
    StringAgg,
    /// The values of all rows as one array.
    ArrayAgg,
    /// What lies as far among the values of all rows, in their order, as the second argument says, from 0 to 1: a number between two
    /// of them where none is there.
    PercentileCont,
    /// The first of the values of all rows, in their order, that lies as far as the second argument says.
    PercentileDisc,
    /// The value that most rows have.
    Mode,
    /// Which of the arguments the group's set is without: a bit for each, the last one's the lowest.
    Grouping,
    /// The greatest whole number that is not greater.
    Floor,
    /// The least whole number that is not less.
    Ceil,
    /// -1, 0 or 1.
    Sign,
    /// The square root.
    Sqrt,
    /// The first argument to the power of the second.
    Power,
    /// e to the power of the argument.
    Exp,
    /// The natural logarithm.
    Ln,
    /// Without blanks on the left.
    LTrim,
    /// Without blanks on the right.
    RTrim,
    /// The first characters, as many as the second argument says.
    Left,
    /// The last characters, as many as the second argument says.
    Right,
    /// The text as many times over as the second argument says.
    Repeat,
    /// A number from 0 on and less than 1, another for each row.
    Random,
    /// The number of the row in its window, from 1.
    RowNumber,
    /// The rank, with gaps after rows ordered alike.
    Rank,
    /// The rank without gaps.
    DenseRank,
    /// The rank as a number from 0 to 1.
    PercentRank,
    /// How many are not behind this row, as a number up to 1.
    CumeDist,
    /// Which of so many parts of about the same size the row is in, from 1.
    Ntile,
    /// The argument of the row before, or as many before as the second argument says; the third, or NULL, where there is none.
    Lag,
    /// The argument of the row after, as [`Function::Lag`].
    Lead,
    /// The argument of the first row of the frame.
    FirstValue,
    /// The argument of the last row of the frame.
    LastValue,
    /// The argument of the row of this number in the frame, from 1.
    NthValue,
    /// Whether a JSON value, the first argument, is an object with the second as a key.
    JsonHasKey,
    /// Whether a JSON value has all that the second argument has, at the same places: `@>` of PostgreSQL.
    JsonContains,
    /// The keys of two JSON objects, those of the second before those of the first; or the elements of two arrays: `||` of
    /// PostgreSQL.
    JsonMerge,
    /// The range of PostgreSQL's from the first argument up to the second, with the bounds that the third says: `[)` without it.
    Range(RangeOf),
    /// Any other function, by its name as it is written.
    Named(Name),
}

/// What `EXTRACT` takes out of a date or time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// The year.
    Year,
    /// The month, 1 to 12.
    Month,
    /// The day of the month, from 1.
    Day,
    /// The hour, 0 to 23.
    Hour,
    /// The minute.
    Minute,
    /// The second, without its fraction.
    Second,
}

/// What a range is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RangeOf {
    /// `int4range`, of INTEGER
    Integer,
    /// `int8range`, of BIGINT
    BigInt,
    /// `numrange`, of DECIMAL
    Decimal,
    /// `daterange`, of DATE
    Date,
    /// `tsrange`, of TIMESTAMP
    DateTime,
    /// `tstzrange`, of TIMESTAMP WITH TIME ZONE
    Timestamp,
}

impl RangeOf {
    /// All of them.
    pub const ALL: [RangeOf; 6] =
        [RangeOf::Integer, RangeOf::BigInt, RangeOf::Decimal, RangeOf::Date, RangeOf::DateTime, RangeOf::Timestamp];

    /// The function that makes one.
    pub fn name(self) -> &'static str {
        match self {
            RangeOf::Integer => "int4range",
            RangeOf::BigInt => "int8range",
            RangeOf::Decimal => "numrange",
            RangeOf::Date => "daterange",
            RangeOf::DateTime => "tsrange",
            RangeOf::Timestamp => "tstzrange",
        }
    }
}

impl Function {
    /// The fewest and the most arguments it takes.
    pub(crate) fn arity(&self) -> (usize, usize) {
        use Function as F;
        match self {
            F::Coalesce | F::Greatest | F::Least => (2, usize::MAX),
            F::Concat | F::EnumPlace | F::EnumLabel | F::Grouping => (1, usize::MAX),
            F::Named(_) => (0, usize::MAX),
            F::NullIf | F::Mod | F::Position | F::StringAgg | F::Power | F::Left | F::Right | F::Repeat => (2, 2),
            F::NthValue | F::PercentileCont | F::PercentileDisc | F::JsonHasKey | F::JsonContains | F::JsonMerge => {
                (2, 2)
            }
            F::RegexpReplace { .. } => (2, 2),
            F::Round => (1, 2),
            F::Replace => (3, 3),
            F::Substring | F::Range(_) => (2, 3),
            F::Lag | F::Lead => (1, 3),
            F::Random | F::RowNumber | F::Rank | F::DenseRank | F::PercentRank | F::CumeDist => (0, 0),
            F::Abs | F::Lower | F::Upper | F::Trim | F::LTrim | F::RTrim | F::CharLength => (1, 1),
            F::Extract(_) | F::Stored { .. } => (1, 1),
            F::Count | F::Sum | F::Min | F::Max | F::Avg => (1, 1),
            F::Floor | F::Ceil | F::Sign | F::Sqrt | F::Exp | F::Ln => (1, 1),
            F::Ntile | F::FirstValue | F::LastValue | F::ArrayAgg | F::Mode => (1, 1),
        }
    }

    /// A number among the arguments that is less than the function can count by, and the least it can.
    pub(crate) fn too_little(&self, arguments: &[Expr]) -> Option<(i64, i64)> {
        let (number, least) = match (self, arguments) {
            (Function::Ntile, [parts]) => (parts, 1),
            (Function::NthValue, [_, number]) => (number, 1),
            (Function::Lag | Function::Lead, [_, rows, ..]) => (rows, 0),
            _ => return None,
        };
        match number {
            Expr::Value(Value::I64(number)) if *number < least => Some((*number, least)),
            _ => None,
        }
    }

    /// Whether it says something of many rows.
    pub(crate) fn is_aggregate(&self) -> bool {
        use Function as F;
        let plain =
            matches!(self, F::Count | F::Sum | F::Min | F::Max | F::Avg | F::StringAgg | F::ArrayAgg | F::Grouping);
        plain || self.is_ordered_set()
    }

    /// Whether it looks at the order of the values it is made of.
    pub(crate) fn is_ordered_set(&self) -> bool {
        matches!(self, Function::PercentileCont | Function::PercentileDisc | Function::Mode)
    }

    /// The name portable SQL has for it.
    pub(crate) fn name(&self) -> &str {
        match self {
            Function::Coalesce => "COALESCE",
            Function::NullIf => "NULLIF",
            Function::Abs => "ABS",
            Function::Round => "ROUND",
            Function::Mod => "MOD",
            Function::Lower => "LOWER",
            Function::Upper => "UPPER",
            Function::Trim => "TRIM",
            Function::Replace => "REPLACE",
            Function::RegexpReplace { .. } => "REGEXP_REPLACE",
            Function::CharLength => "CHAR_LENGTH",
            Function::Position => "POSITION",
            Function::Substring => "SUBSTRING",
            Function::Concat => "CONCAT",
            Function::Greatest => "GREATEST",
            Function::Least => "LEAST",
            Function::Extract(_) => "EXTRACT",
            Function::EnumPlace => "ENUM_PLACE",
            Function::EnumLabel => "ENUM_LABEL",
            Function::Stored { .. } => "STORED",
            Function::Count => "COUNT",
            Function::Sum => "SUM",
            Function::Min => "MIN",
            Function::Max => "MAX",
            Function::Avg => "AVG",
            Function::StringAgg => "STRING_AGG",
            Function::ArrayAgg => "ARRAY_AGG",
            Function::PercentileCont => "PERCENTILE_CONT",
            Function::PercentileDisc => "PERCENTILE_DISC",
            Function::Mode => "MODE",
            Function::Grouping => "GROUPING",
            Function::Floor => "FLOOR",
            Function::Ceil => "CEIL",
            Function::Sign => "SIGN",
            Function::Sqrt => "SQRT",
            Function::Power => "POWER",
            Function::Exp => "EXP",
            Function::Ln => "LN",
            Function::LTrim => "LTRIM",
            Function::RTrim => "RTRIM",
            Function::Left => "LEFT",
            Function::Right => "RIGHT",
            Function::Repeat => "REPEAT",
            Function::Random => "RANDOM",
            Function::RowNumber => "ROW_NUMBER",
            Function::Rank => "RANK",
            Function::DenseRank => "DENSE_RANK",
            Function::PercentRank => "PERCENT_RANK",
            Function::CumeDist => "CUME_DIST",
            Function::Ntile => "NTILE",
            Function::Lag => "LAG",
            Function::Lead => "LEAD",
            Function::FirstValue => "FIRST_VALUE",
            Function::LastValue => "LAST_VALUE",
            Function::NthValue => "NTH_VALUE",
            Function::JsonHasKey => "JSON_HAS_KEY",
            Function::JsonContains => "JSON_CONTAINS",
            Function::JsonMerge => "JSON_MERGE",
            Function::Range(of) => of.name(),
            Function::Named(name) => name,
        }
    }
}

impl Field {
    /// The word portable SQL has for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Field::Year => "YEAR",
            Field::Month => "MONTH",
            Field::Day => "DAY",
            Field::Hour => "HOUR",
            Field::Minute => "MINUTE",
            Field::Second => "SECOND",
        }
    }
}
