//! How a database spells types and expressions, where that differs from the others.

use aludel_sql::{
    Expr, Type,
    schema::{Column, Table},
};

/// The spelling of one database.
pub(super) trait Native: Sync {
    /// The portable type of a declared one.
    fn ty(&self, declared: &Declared) -> Kind;

    /// The expression a call is, where that is not what its name says in all databases. The name is in lower case.
    fn call(&self, columns: &[Column], name: &str, arguments: &[Expr]) -> Option<Expr>;

    /// The expression a cast is, which may be none at all.
    fn cast(&self, columns: &[Column], expr: Expr, ty: &Declared) -> Option<Expr>;

    /// Whether a backslash in a string stands before another character.
    fn backslash(&self) -> bool {
        false
    }

    /// Whether a quoted name means the same in capitals.
    fn folds_quoted(&self) -> bool {
        true
    }

    /// Whether `a IS b` compares.
    fn is_compares(&self) -> bool {
        false
    }

    /// Whether `||` joins texts.
    fn joins(&self) -> bool {
        true
    }

    /// Whether EXTRACT gives a second with its fraction.
    fn fractions(&self) -> bool {
        false
    }

    /// Whether TRUE is more than the number 1.
    fn booleans(&self) -> bool {
        true
    }

    /// Whether BETWEEN stays what it is.
    fn between(&self) -> bool {
        true
    }

    /// Whether NOT is written into what it stands before: `NOT (a = 1 AND b)` as `a <> 1 OR NOT b`.
    fn pushes_not(&self) -> bool {
        false
    }

    /// The least and the greatest number that sequences count to.
    fn sequence_bounds(&self) -> (i64, i64) {
        (i64::MIN, i64::MAX)
    }

    /// How a column is held, apart from its expressions. Its type is that of its declaration; it was told to be `ty`.
    /// `sole_key` says that it is a primary key alone.
    fn hold(&self, _column: &mut Column, _ty: &Type, _sole_key: bool) {}

    /// How a table is held, apart from its columns.
    fn hold_table(&self, _table: &mut Table) {}

    /// Whether constraints and indexes keep their order.
    fn ordered(&self) -> bool {
        false
    }
}

/// What a declared type is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// This portable one.
    Known(Type),
    /// None of the portable ones; this one holds most of its values.
    StandIn(Type),
}

impl Kind {
    /// The portable type, whether or not it is all there is to say.
    pub(super) fn into_type(self) -> Type {
        match self {
            Kind::Known(ty) | Kind::StandIn(ty) => ty,
        }
    }
}

/// A type as it is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Declared {
    /// In capitals, without what is in parentheses: `CHARACTER VARYING`.
    pub(super) name: String,
    /// The numbers in parentheses.
    pub(super) numbers: Vec<u32>,
}

impl Declared {
    pub(super) fn new(text: &str) -> Self {
        let (mut name, mut numbers) = (String::new(), Vec::new());
        let mut rest = text;
        while let Some((before, inside)) = rest.split_once('(') {
            let (inside, after) = inside.split_once(')').unwrap_or((inside, ""));
            name.push_str(before);
            name.push(' ');
            numbers.extend(inside.split(',').filter_map(|number| number.trim().parse::<u32>().ok()));
            rest = after;
        }
        name.push_str(rest);
        let words: Vec<&str> = name.split_whitespace().collect();
        Declared { name: words.join(" ").to_ascii_uppercase(), numbers }
    }

    /// DECIMAL of the numbers in parentheses.
    pub(super) fn decimal(&self) -> Option<Type> {
        let precision = u8::try_from(*self.numbers.first()?).ok()?;
        let scale = u8::try_from(self.numbers.get(1).copied().unwrap_or(0)).ok()?;
        Some(Type::Decimal { precision, scale })
    }

    /// VARCHAR of the length in parentheses, else TEXT.
    pub(super) fn text(&self) -> Type {
        self.numbers.first().map_or(Type::Text, |length| Type::VarChar(*length))
    }

    /// VARBINARY of the length in parentheses, else BLOB.
    pub(super) fn bytes(&self) -> Type {
        self.numbers.first().map_or(Type::Blob, |length| Type::VarBinary(*length))
    }
}

/// What has its meaning only inside something else: a portable expression is written as two functions, of which this is the
/// inner one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Half {
    /// A number without its fraction, not yet an integer.
    Truncated,
    /// A second of a minute, with its fraction.
    Fraction,
}

impl Half {
    /// No column has such a type.
    fn mark(self) -> Type {
        Type::Decimal { precision: 0, scale: self as u8 }
    }

    /// Marks the half.
    pub(super) fn of(self, expr: Expr) -> Expr {
        Expr::Cast(Box::new(expr), self.mark())
    }

    /// The expression inside, if this is such a half.
    pub(super) fn whole(self, expr: &Expr) -> Option<Expr> {
        match expr {
            Expr::Cast(inner, ty) if *ty == self.mark() => Some((**inner).clone()),
            _ => None,
        }
    }

    /// Whether some half has stayed one.
    pub(super) fn any_in(expr: &Expr) -> bool {
        let mut found = false;
        expr.walk(&mut |expr| found |= matches!(expr, Expr::Cast(_, Type::Decimal { precision: 0, .. })));
        found
    }
}
