//! What sets MySQL and MariaDB apart for a connection.

use std::time::Duration;

use aludel_sql::dialect::{MARIADB, MYSQL, mysql::MySql};

use crate::url::MySqlOptions;

/// One of the two servers.
#[derive(Debug)]
pub(super) struct Flavour {
    pub(super) name: &'static str,
    pub(super) dialect: &'static MySql,
    /// The oldest version whose SQL is that of the dialect.
    pub(super) oldest: (u16, u16, u16),
    /// The setting of the longest a statement may take, and how many of its units are a second.
    statement_timeout: (&'static str, u32),
}

static MYSQL_SERVER: Flavour =
    Flavour { name: "MySQL", dialect: &MYSQL, oldest: (8, 0, 31), statement_timeout: ("max_execution_time", 1_000) };

pub(super) static MARIADB_SERVER: Flavour =
    Flavour { name: "MariaDB", dialect: &MARIADB, oldest: (10, 7, 0), statement_timeout: ("max_statement_time", 1) };

/// What never lets a value be changed silently: not a key of 0 either, which would be counted up.
const SQL_MODE: &str = "ONLY_FULL_GROUP_BY,STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,\
                        NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO";

impl Flavour {
    /// The one a server with this version text is.
    pub(super) fn of(version: &str) -> &'static Flavour {
        if version.to_ascii_lowercase().contains("mariadb") { &MARIADB_SERVER } else { &MYSQL_SERVER }
    }

    /// The statements every session begins with. The first gives the longest packet the server takes.
    pub(super) fn settings(&self, options: &MySqlOptions) -> String {
        let collation = self.dialect.collation();
        // Errors in English, as names are read out of them. Texts that are joined are not cut off after a kilobyte.
        let mut sql = format!(
            "SELECT @@max_allowed_packet; \
             SET NAMES utf8mb4 COLLATE {collation}, time_zone = '+00:00', lc_messages = 'en_US', sql_mode = '{SQL_MODE}', \
             group_concat_max_len = 4294967295"
        );
        if let Some(timeout) = options.statement_timeout {
            let (setting, units) = self.statement_timeout;
            sql.push_str(&format!(", {setting} = {}", seconds(timeout, units)));
        }
        if let Some(timeout) = options.lock_timeout {
            sql.push_str(&format!(", innodb_lock_wait_timeout = {}", timeout.as_secs_f64().ceil().max(1.0)));
        }
        if let Some(level) = options.isolation {
            sql.push_str(&format!("; SET SESSION TRANSACTION ISOLATION LEVEL {level}"));
        }
        sql
    }
}

/// A time in units of which there are so many in a second, to the millisecond.
fn seconds(time: Duration, units: u32) -> f64 {
    f64::from(u32::try_from(time.as_micros().div_ceil(1_000)).unwrap_or(u32::MAX)) * f64::from(units) / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_says_which_server_it_is() {
        for (version, name) in [
            ("10.11.6-MariaDB-0+deb12u1", "MariaDB"),
            ("5.5.5-10.7.1-mariadb", "MariaDB"),
            ("8.0.36", "MySQL"),
            ("8.4.0-commercial", "MySQL"),
        ] {
            assert_eq!(Flavour::of(version).name, name, "{version}");
        }
    }

    #[test]
    fn time_outs_are_in_the_units_of_the_server() {
        let options = MySqlOptions {
            statement_timeout: Some(Duration::from_micros(1_000_900)),
            lock_timeout: Some(Duration::from_millis(1_200)),
            ..MySqlOptions::default()
        };
        let settings = [&MYSQL_SERVER, &MARIADB_SERVER].map(|flavour| flavour.settings(&options));
        assert!(settings[0].ends_with(", max_execution_time = 1001, innodb_lock_wait_timeout = 2"), "{}", settings[0]);
        assert!(settings[1].ends_with(", max_statement_time = 1.001, innodb_lock_wait_timeout = 2"), "{}", settings[1]);
        assert!(settings[0].contains("COLLATE utf8mb4_0900_bin"));
    }
}
