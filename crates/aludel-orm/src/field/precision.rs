//! How exact decimals are held to the digits of their column.

use aludel_sql::{Result, Type, Value, ValueRef};

use super::Field;

/// How many digits a decimal column has.
///
/// A value with more digits after the point is rounded where it is bound and in memory, half away from zero as PostgreSQL
/// and MySQL round; one with too many before it is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Precision {
    /// Digits in all, 1 to 65.
    pub precision: u8,
    /// Digits after the point, 0 to 30, and no more than there are in all.
    pub scale: u8,
}

impl Precision {
    /// The column's type.
    pub fn column_type(self) -> Type {
        Type::Decimal { precision: self.precision, scale: self.scale }
    }

    /// The value with the column's digits, as it is bound; [`Value::Invalid`] if it has too many.
    pub fn bound(self, value: Value) -> Value {
        let text = match value {
            Value::Decimal(text) => text,
            Value::Array(elements) => {
                let mut elements: Vec<Value> = elements.into_iter().map(|element| self.bound(element)).collect();
                let invalid = elements.iter().position(|element| matches!(element, Value::Invalid(_)));
                return invalid.map(|place| elements.swap_remove(place)).unwrap_or(Value::Array(elements));
            }
            other => return other,
        };
        let Some(rounded) = round(&text, self.scale.into()) else { return Value::Decimal(text) };
        let whole = rounded.trim_start_matches('-').split('.').next().unwrap_or_default();
        if whole.trim_start_matches('0').len() > usize::from(self.precision.saturating_sub(self.scale)) {
            return Value::Invalid(format!("{rounded} has too many digits for {}", self.column_type()));
        }
        Value::Decimal(rounded)
    }

    /// Reads a value in whatever form the database keeps decimals in, with the column's digits after the point.
    ///
    /// # Errors
    /// The value is not one of the type.
    pub fn from_value<T: Field>(self, value: ValueRef<'_>) -> Result<T> {
        let scale = usize::from(self.scale);
        let text = match value {
            ValueRef::Array(elements) => {
                let digits = |element: &Value| match element {
                    Value::Decimal(text) | Value::Text(text) => round(text, scale).map(Value::Decimal),
                    Value::I64(number) => round(&number.to_string(), scale).map(Value::Decimal),
                    _ => None,
                };
                let elements: Vec<Value> =
                    elements.iter().map(|element| digits(element).unwrap_or_else(|| element.clone())).collect();
                return T::from_value(ValueRef::Array(&elements));
            }
            ValueRef::I64(value) => round(&value.to_string(), scale),
            // SQLite's. A double holds 15 digits, which rounding brings back exactly.
            ValueRef::F64(value) if value.is_finite() => round(&format!("{value:.scale$}"), scale),
            ValueRef::Text(text) => round(text, scale),
            _ => None,
        };
        match text {
            Some(text) => T::from_value(ValueRef::Text(&text)),
            None => T::from_value(value),
        }
    }
}

/// A decimal in plain notation with exactly `scale` digits after the point, rounded half away from zero. `None` if the text
/// is no such decimal.
fn round(text: &str, scale: usize) -> Option<String> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if (whole.is_empty() && fraction.is_empty()) || !(whole.bytes().chain(fraction.bytes())).all(|c| c.is_ascii_digit())
    {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let kept = &fraction[..fraction.len().min(scale)];
    let mut number: Vec<u8> = [b"0", whole.as_bytes(), kept.as_bytes()].concat();
    number.resize(1 + whole.len() + scale, b'0');
    if fraction.as_bytes().get(scale).is_some_and(|next| *next >= b'5') {
        // The zero in front takes the last carry.
        let nines = number.iter().rev().take_while(|digit| **digit == b'9').count();
        let at = number.len() - nines;
        number[at..].fill(b'0');
        number[at - 1] += 1;
    }
    let negative = text.starts_with('-') && number.iter().any(|digit| *digit != b'0');
    let mut out = String::with_capacity(number.len() + 3);
    if negative {
        out.push('-');
    }
    let (whole, fraction) = number.split_at(number.len() - scale);
    let first = whole.iter().position(|digit| *digit != b'0').unwrap_or(whole.len() - 1);
    out.extend(whole[first..].iter().map(|digit| char::from(*digit)));
    if scale > 0 {
        out.push('.');
        out.extend(fraction.iter().map(|digit| char::from(*digit)));
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_rounded_half_away_from_zero() {
        for (text, scale, expected) in [
            ("1.005", 2, "1.01"),
            ("-1.005", 2, "-1.01"),
            ("1.0049999", 2, "1.00"),
            ("9.995", 2, "10.00"),
            ("-0.004", 2, "0.00"),
            ("0.5", 0, "1"),
            ("12", 3, "12.000"),
            ("+007.10", 1, "7.1"),
            (".25", 1, "0.3"),
            ("99999999999999999999.5", 0, "100000000000000000000"),
        ] {
            assert_eq!(round(text, scale).as_deref(), Some(expected), "{text}");
        }
        for text in ["", ".", "-", "1e5", "NaN", "1.2.3", "١"] {
            assert_eq!(round(text, 2), None, "{text}");
        }
    }

    #[test]
    fn too_many_digits_are_refused() {
        let column = Precision { precision: 4, scale: 2 };
        assert_eq!(column.bound(Value::Decimal("99.994".into())), Value::Decimal("99.99".into()));
        let why = "100.00 has too many digits for DECIMAL(4,2)";
        assert_eq!(column.bound(Value::Decimal("99.995".into())), Value::Invalid(why.into()));
    }
}
