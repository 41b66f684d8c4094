//! Exact decimals, from the form the server sends them in.
//!
//! Four 16-bit numbers, most significant byte first: how many digits, the power of 10 000 of the first digit, the sign, and
//! how many decimal places to show. Then the digits, of base 10 000.

use std::fmt::Write;

const NEGATIVE: u16 = 0x4000;
const NAN: u16 = 0xc000;
const INFINITY: u16 = 0xd000;
const NEGATIVE_INFINITY: u16 = 0xf000;

/// The decimal in plain notation, with all its places; `NaN`, `Infinity` and `-Infinity` as the server spells them. `None`
/// if these bytes are no decimal.
pub(super) fn to_text(raw: &[u8]) -> Option<String> {
    let (numbers, rest) = raw.as_chunks::<2>();
    let [count, weight, sign, places, digits @ ..] = numbers else { return None };
    let (weight, places) = (i32::from(i16::from_be_bytes(*weight)), usize::from(u16::from_be_bytes(*places)));
    if !rest.is_empty() || digits.len() != usize::from(u16::from_be_bytes(*count)) {
        return None;
    }
    let mut text = String::new();
    match u16::from_be_bytes(*sign) {
        0 => {}
        NEGATIVE => text.push('-'),
        NAN => return Some("NaN".into()),
        INFINITY => return Some("Infinity".into()),
        NEGATIVE_INFINITY => return Some("-Infinity".into()),
        _ => return None,
    }
    // Zeros at either end are not sent.
    let digit = |index: i32| {
        usize::try_from(index).ok().and_then(|index| digits.get(index)).map_or(0, |digit| u16::from_be_bytes(*digit))
    };
    let _ = write!(text, "{}", if weight < 0 { 0 } else { digit(0) });
    for index in 1..=weight {
        let _ = write!(text, "{:04}", digit(index));
    }
    if places > 0 {
        text.push('.');
        let end = text.len() + places;
        let mut index = weight + 1;
        while text.len() < end {
            let _ = write!(text, "{:04}", digit(index));
            index += 1;
        }
        text.truncate(end);
    }
    Some(text)
}
