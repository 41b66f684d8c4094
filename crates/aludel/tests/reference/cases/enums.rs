//! Enums.

use aludel::prelude::*;

use crate::{
    Shirt,
    Size::{Large, Medium, Small},
    construct::Construct,
};

/// Compared by the order of the variants, whatever they are called.
pub fn enum_comparison() -> impl Construct {
    Shirt::query().filter(|s| s.size.gt(Small).and(s.size.ne(Large))).select(|s| (s.id, s.size))
}

/// In a list, and between two.
pub fn enum_in_list() -> impl Construct {
    Shirt::query().filter(|s| s.size.in_list([Small, Large]).and(s.size.between(Small, Medium))).select(|s| s.size)
}

/// Ordered.
pub fn enum_order() -> impl Construct {
    Shirt::query().order_by(|s| s.size.desc()).select(|s| s.size)
}

/// The least and the greatest.
pub fn enum_least_and_greatest() -> impl Construct {
    Shirt::query().select(|s| (s.size.min(), s.size.max(), s.other.max()))
}

/// Grouped by.
pub fn enum_groups() -> impl Construct {
    Shirt::query().group_by(|s| s.size).order_by(|s| s.size).select(|s| (s.size, s.other.min()))
}

/// Set.
pub fn enum_update() -> impl Construct {
    Shirt::query().filter(|s| s.other.is_null()).update(|s| (s.size.set(Medium), s.other.set(s.size)))
}
