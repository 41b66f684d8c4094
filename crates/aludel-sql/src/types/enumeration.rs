//! Enum types.

use std::{
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use crate::{
    error::{Error, ErrorKind, Result},
    name,
};

/// An enum type, as the type of a column: its name, and its labels in order.
///
/// Two are equal if their names are: which labels the type of a name has, the [`Schema`](crate::schema::Schema) says. They are
/// here too for databases that have no such types and write the labels with each column. A migration says the name alone:
/// there the labels are empty until the statement is applied to a schema.
#[derive(Clone)]
pub struct EnumType(Arc<Parts>);

struct Parts {
    name: String,
    labels: Vec<String>,
    renamed: Vec<(String, String)>,
}

/// The longest label, in bytes: what PostgreSQL allows.
const LONGEST_LABEL: usize = 63;

impl EnumType {
    /// An enum type with these labels.
    pub fn new<L: Into<String>>(name: impl Into<String>, labels: impl IntoIterator<Item = L>) -> Self {
        let labels = labels.into_iter().map(Into::into).collect();
        EnumType(Arc::new(Parts { name: name.into(), labels, renamed: Vec::new() }))
    }

    /// The enum type of this name, whose labels are not known here.
    pub fn named(name: impl Into<String>) -> Self {
        Self::new::<String>(name, [])
    }

    /// The type with labels that had other names once: old and new ones. Only what compares models with migrations asks.
    #[must_use]
    pub fn with_renamed<L: Into<String>>(self, renamed: impl IntoIterator<Item = (L, L)>) -> Self {
        let renamed = renamed.into_iter().map(|(old, new)| (old.into(), new.into())).collect();
        let Parts { name, labels, .. } = &*self.0;
        EnumType(Arc::new(Parts { name: name.clone(), labels: labels.clone(), renamed }))
    }

    /// The type's name.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The labels, in order; empty where they are not known.
    pub fn labels(&self) -> &[String] {
        &self.0.labels
    }

    /// The old and the new names of labels that were renamed.
    pub fn renamed(&self) -> &[(String, String)] {
        &self.0.renamed
    }

    /// The length of the longest label, in characters.
    pub fn longest(&self) -> u32 {
        let lengths = self.labels().iter().map(|label| label.chars().count());
        lengths.max().and_then(|length| u32::try_from(length).ok()).unwrap_or(0)
    }

    /// Checks that every database could have the type: the labels are known and [legal](check_label).
    pub(crate) fn check(&self) -> Result<()> {
        if self.labels().is_empty() {
            let message = format!("the values of the enum type `{}` are not known here", self.name());
            return Err(Error::new(ErrorKind::Usage, message).with_help("Take the type from the schema"));
        }
        self.labels().iter().try_for_each(|label| match check_label(label) {
            Ok(()) => Ok(()),
            Err(why) => {
                Err(Error::new(ErrorKind::Unsupported, format!("{label:?} cannot be a value of an enum: {why}")))
            }
        })
    }
}

/// Whether every database takes the label as it is; else why not.
///
/// # Errors
/// It is empty, which MySQL keeps for what is no label; or longer than 63 bytes, which is the most on PostgreSQL; or it ends
/// with a blank, which MySQL cuts off; or it has a NUL character.
pub fn check_label(label: &str) -> Result<(), &'static str> {
    match label {
        "" => Err("it is empty"),
        _ if label.len() > LONGEST_LABEL => Err("it is longer than 63 bytes"),
        _ if label.ends_with(' ') => Err("it ends with a blank"),
        _ if label.contains('\0') => Err("it has a NUL character"),
        _ => Ok(()),
    }
}

/// Whether a type of this name can be created everywhere; else why not.
///
/// # Errors
/// It is too long, or PostgreSQL has a type of its own by that name, which would be meant.
pub fn check_name(name: &str) -> Result<(), &'static str> {
    match name {
        "" => Err("it is empty"),
        _ if name.len() > name::MAX_LEN => Err("it is longer than 63 bytes"),
        _ if name.contains('\0') => Err("it has a NUL character"),
        _ if name.contains('.') => Err("it has a dot, and types have no schema before their names"),
        _ if BUILT_IN.split(' ').any(|built_in| built_in == name) => {
            Err("PostgreSQL has a type of its own by that name")
        }
        _ => Ok(()),
    }
}

/// The types of PostgreSQL, without those whose names begin with an underscore or `pg_`.
const BUILT_IN: &str = "aclitem any anyarray anycompatible anycompatiblearray anycompatiblemultirange anycompatiblenonarray \
    anycompatiblerange anyelement anyenum anymultirange anynonarray anyrange bit bool box bpchar bytea char cid cidr \
    circle cstring date datemultirange daterange event_trigger fdw_handler float4 float8 gtsvector index_am_handler \
    inet int2 int2vector int4 int4multirange int4range int8 int8multirange int8range internal interval json jsonb \
    jsonpath language_handler line lseg macaddr macaddr8 money name numeric nummultirange numrange oid oidvector \
    path point polygon record refcursor regclass regcollation regconfig regdictionary regnamespace regoper \
    regoperator regproc regprocedure regrole regtype table_am_handler text tid time timestamp timestamptz timetz \
    trigger tsm_handler tsmultirange tsquery tsrange tstzmultirange tstzrange tsvector txid_snapshot unknown uuid \
    varbit varchar void xid xid8 xml";

impl PartialEq for EnumType {
    fn eq(&self, other: &Self) -> bool {
        self.0.name == other.0.name
    }
}

impl Eq for EnumType {}

impl Hash for EnumType {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.name.hash(state);
    }
}

impl fmt::Debug for EnumType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?}", self.0.name, self.0.labels)
    }
}

/// The name as portable SQL writes it.
impl fmt::Display for EnumType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name();
        if name::needs_quotes(name) || crate::ansi::is_type_word(name) {
            return write!(f, "\"{}\"", name.replace('"', "\"\""));
        }
        f.write_str(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_types_of_postgres_are_taken() {
        for name in ["text", "aclitem", "int8", "line", "xml"] {
            assert!(check_name(name).is_err(), "{name}");
        }
        for name in ["status", "event", "row", "blob"] {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn a_type_is_its_name() {
        assert_eq!(EnumType::new("status", ["a", "b"]), EnumType::named("status"));
        assert_ne!(EnumType::new("status", ["a"]), EnumType::new("state", ["a"]));
    }

    #[test]
    fn names_that_portable_sql_would_read_otherwise_are_quoted() {
        for (name, written) in [
            ("status", "status"),
            ("Status", "\"Status\""),
            ("order", "\"order\""),
            ("datetime", "\"datetime\""),
            ("dates", "\"dates\""),
            ("a\"b", "\"a\"\"b\""),
        ] {
            assert_eq!(EnumType::named(name).to_string(), written);
        }
    }
}
