//! UUIDs.

use proptest::prelude::*;
use uuid::Uuid;

use crate::property::as_rust;
use crate::support::server;

round_trips! {
    value, "t_uuid", Uuid,
    given: vec![Uuid::nil(), Uuid::max(), Uuid::from_u128(1), Uuid::from_u128(1 << 127)],
    any: any::<u128>().prop_map(Uuid::from_u128), stored: |v| *v,
    // MariaDB sorts the last group first.
    sorts: if server().starts_with("m") { None } else { as_rust() },
}
