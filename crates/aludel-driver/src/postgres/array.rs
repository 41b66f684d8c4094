//! Arrays of one dimension, in the two forms the server takes them in, and in the binary one it sends them in.
//!
//! Binary: how many dimensions, whether there are NULLs, the elements' type; for the one dimension its length and the number
//! of its first element; then each element, its length first, -1 for NULL. All numbers have 32 bits.

use aludel_sql::{Error, Value};
use bytes::{BufMut, BytesMut};
use tokio_postgres::types::{Kind, Type};

use super::encode::{self, base, too_big, unsupported};

/// The type of the elements of an array's type.
pub(super) fn element(ty: &Type) -> Option<&Type> {
    match ty.kind() {
        Kind::Array(element) => Some(element),
        _ => None,
    }
}

/// Whether all elements have a binary form, so that the array has.
pub(super) fn is_binary(elements: &[Value], ty: &Type) -> bool {
    element(ty).map(base).is_some_and(|ty| {
        elements.iter().all(|value| match value {
            Value::Array(_) => false,
            Value::Text(_) => is_text(ty),
            value => encode::is_binary(value, ty),
        })
    })
}

/// The types whose binary form is their text.
fn is_text(ty: &Type) -> bool {
    matches!(*ty, Type::TEXT | Type::VARCHAR | Type::BPCHAR)
}

pub(super) fn binary(elements: &[Value], ty: &Type, out: &mut BytesMut) -> Result<(), Error> {
    let Some(element) = element(ty) else { return Err(unsupported(&Value::Array(Vec::new()), ty)) };
    let length = |length: usize| i32::try_from(length).map_err(|_| too_big(&"the array", ty));
    out.put_i32(if elements.is_empty() { 0 } else { 1 });
    out.put_i32(elements.iter().any(Value::is_null).into());
    out.put_u32(element.oid());
    if elements.is_empty() {
        return Ok(());
    }
    out.put_i32(length(elements.len())?);
    out.put_i32(1);
    let ty = base(element);
    for value in elements {
        if value.is_null() {
            out.put_i32(-1);
            continue;
        }
        let at = out.len();
        out.put_i32(0);
        match value {
            Value::Text(text) => out.put_slice(text.as_bytes()),
            value => encode::binary(value, ty, out)?,
        }
        let written = length(out.len() - at - 4)?;
        out[at..at + 4].copy_from_slice(&written.to_be_bytes());
    }
    Ok(())
}

/// `{1,NULL,"a b"}`
pub(super) fn text(elements: &[Value], ty: &Type, out: &mut BytesMut) -> Result<(), Error> {
    let ty = match element(ty) {
        Some(element) => base(element),
        None if *ty == Type::UNKNOWN => ty,
        None => return Err(unsupported(&Value::Array(Vec::new()), ty)),
    };
    let mut element = BytesMut::new();
    out.put_u8(b'{');
    for (i, value) in elements.iter().enumerate() {
        if i > 0 {
            out.put_u8(b',');
        }
        match value {
            Value::Null => {
                out.put_slice(b"NULL");
                continue;
            }
            Value::Array(_) => return Err(unsupported(value, ty)),
            // The only type without a text of its own, where its column is known.
            Value::Bytes(_) => encode::text(value, &Type::UNKNOWN, &mut element)?,
            value => encode::text(value, ty, &mut element)?,
        }
        out.put_u8(b'"');
        for byte in element.split() {
            if matches!(byte, b'"' | b'\\') {
                out.put_u8(b'\\');
            }
            out.put_u8(byte);
        }
        out.put_u8(b'"');
    }
    out.put_u8(b'}');
    Ok(())
}

/// The elements of an array, each made a value by `decode`. `None` for what is no array of one dimension, or has an element
/// that is no value.
pub(super) fn read<'a>(raw: &'a [u8], mut decode: impl FnMut(&'a [u8]) -> Option<Value>) -> Option<Vec<Value>> {
    let mut rest = raw;
    let dimensions = int(&mut rest)?;
    let (_has_null, _element) = (int(&mut rest)?, int(&mut rest)?);
    if dimensions == 0 {
        return Some(Vec::new());
    }
    if dimensions != 1 {
        return None;
    }
    let (length, _first) = (int(&mut rest)?, int(&mut rest)?);
    let mut elements = Vec::with_capacity(usize::try_from(length).ok()?.min(rest.len() / 4));
    for _ in 0..length {
        let Ok(length) = usize::try_from(int(&mut rest)?) else {
            elements.push(Value::Null);
            continue;
        };
        let (element, after) = rest.split_at_checked(length)?;
        elements.push(decode(element)?);
        rest = after;
    }
    Some(elements)
}

fn int(rest: &mut &[u8]) -> Option<i32> {
    let (head, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(i32::from_be_bytes(*head))
}
