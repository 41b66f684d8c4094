//! MariaDB, 10.7 or later.

use super::mysql::{COMMON, MySql, spelling};

/// MariaDB.
pub static MARIADB: MySql = MySql {
    name: "mariadb",
    capability: &COMMON,
    collation: "utf8mb4_nopad_bin",
    table_options: " ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin",
    constructs: &spelling::COMMON,
    native_json: false,
    drop_check: "DROP CONSTRAINT ",
    renames_mentioned: true,
    sets_large_default: true,
};
