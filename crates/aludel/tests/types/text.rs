//! Text and bytes.

use proptest::prelude::*;

use crate::property::{as_rust, as_rust_on_sqlite};

round_trips! {
    text, "t_text", String,
    given: ["", " ", "a", "A", "ä", "ß", "日本語", "🦀", "'; DROP TABLE x; --", "%_\\", "\n\t\r"].map(String::from).to_vec(),
    any: "\\PC{0,40}", stored: String::clone,
    sorts: as_rust_on_sqlite(),
}

round_trips! {
    varchar, "t_varchar", String, #[column(length = 8)]
    given: ["", "12345678", "ääääßßßß", "日本語日本語日本"].map(String::from).to_vec(),
    any: "\\PC{0,8}", stored: String::clone, sorts: as_rust_on_sqlite(),
}

round_trips! {
    bytes, "t_bytes", Vec<u8>,
    given: vec![vec![], vec![0], vec![0, 255, 39, 92], vec![7; 100_000]],
    any: prop::collection::vec(any::<u8>(), 0..40), stored: Vec::clone, sorts: as_rust(),
}
