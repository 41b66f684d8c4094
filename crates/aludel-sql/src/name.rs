//! Names of tables and constraints, made from the names in a program.
//!
//! Everything here is part of the migration format: the same input gives the same name in every version.
//!
//! What is in a schema is called `schema.name`, with the first dot between: the table `billing.invoice`, its index
//! `billing.ix_invoice_number`. Without a dot it is in the schema the connection is in.

mod naming;
mod reserved;

pub use naming::Naming;

/// The longest name, in bytes: PostgreSQL cuts longer ones off without an error.
pub const MAX_LEN: usize = 63;

/// The table name of a type: `BlogPost` is `blog_post`.
///
/// An underscore goes before an ASCII capital that follows a lower-case letter or a digit, or that is not the first
/// character and comes before a lower-case letter. Then all is lower-cased and leading underscores are dropped.
/// This is the rule Flask-SQLAlchemy names tables by.
pub fn snake_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut before = None;
    let mut chars = name.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_ascii_uppercase()
            && before.is_some_and(|b: char| {
                b.is_ascii_lowercase() || b.is_ascii_digit() || chars.peek().is_some_and(char::is_ascii_lowercase)
            })
        {
            out.push('_');
        }
        out.extend(c.to_lowercase());
        before = Some(c);
    }
    out.trim_start_matches('_').to_owned()
}

/// The schema and the name in it: `billing.invoice` is `invoice` in `billing`.
pub fn split(name: &str) -> (Option<&str>, &str) {
    match name.split_once('.') {
        Some((schema, name)) => (Some(schema), name),
        None => (None, name),
    }
}

/// The name without its schema.
pub fn plain(name: &str) -> &str {
    split(name).1
}

/// The schema of a name, if it has one.
pub fn schema(name: &str) -> Option<&str> {
    split(name).0
}

/// `name` in the schema that `other` is in: `ix_invoice_number`, beside `billing.invoice`, is `billing.ix_invoice_number`.
pub fn beside(other: &str, name: &str) -> String {
    qualified(schema(other), name)
}

/// `name` in a schema, or in none.
pub fn qualified(schema: Option<&str>, name: &str) -> String {
    match schema {
        Some(schema) => format!("{schema}.{name}"),
        None => name.to_owned(),
    }
}

/// The name of an index: `ix_user_email`.
pub fn index_name<C: AsRef<str>>(table: &str, columns: &[C]) -> String {
    conventional("ix", table, columns)
}

/// The name of a unique constraint: `uq_user_email`.
pub fn unique_name<C: AsRef<str>>(table: &str, columns: &[C]) -> String {
    conventional("uq", table, columns)
}

/// The name of a foreign key: `fk_post_user_id`.
pub fn foreign_key_name<C: AsRef<str>>(table: &str, columns: &[C]) -> String {
    conventional("fk", table, columns)
}

/// The name of a check constraint: `ck_post_price`.
pub fn check_name(table: &str, name: &str) -> String {
    conventional("ck", table, &[name])
}

/// The name of an exclusion: `ex_stay_room`.
pub fn exclusion_name<C: AsRef<str>>(table: &str, columns: &[C]) -> String {
    conventional("ex", table, columns)
}

/// The name of the check that holds a column of text to the labels of an enum: `ck_post_status_enum`.
pub fn enum_check_name(table: &str, column: &str) -> String {
    conventional("ck", table, &[column, "enum"])
}

/// What the enum type of a column is called where the database has no name for it: `post_status`.
pub fn enum_type_name(table: &str, column: &str) -> String {
    shorten(format!("{}_{column}", plain(table)))
}

/// The name of a primary key: `pk_user`.
pub fn primary_key_name(table: &str) -> String {
    conventional::<&str>("pk", table, &[])
}

fn conventional<C: AsRef<str>>(kind: &str, table: &str, parts: &[C]) -> String {
    let mut name = format!("{kind}_{}", plain(table));
    for part in parts {
        name.push('_');
        name.push_str(part.as_ref());
    }
    shorten(name)
}

/// A name of at most [`MAX_LEN`] bytes: a longer one is cut and given an underscore and eight hexadecimal digits of the
/// hash of all of it.
fn shorten(mut name: String) -> String {
    if name.len() > MAX_LEN {
        let hash = fnv1a(name.as_bytes());
        let mut end = MAX_LEN - 9;
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        name.truncate(end);
        name.push_str(&format!("_{hash:08x}"));
    }
    name
}

/// FNV-1a, 32 bits. Frozen: names in existing migrations hold it.
fn fnv1a(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

/// Whether the name must be quoted in portable SQL: it is not made of lower-case ASCII letters, digits and underscores,
/// or it begins with a digit, or one of the databases reserves it.
pub fn needs_quotes(name: &str) -> bool {
    let mut bytes = name.bytes();
    !bytes.next().is_some_and(|first| first.is_ascii_lowercase() || first == b'_')
        || !bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        || is_reserved(name)
}

/// Whether this lower-case word is reserved by PostgreSQL, MySQL, MariaDB or SQLite.
pub fn is_reserved(word: &str) -> bool {
    reserved::WORDS.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snake_case_follows_its_vectors() {
        let vectors = "CamelCase camel_case HTMLLayout html_layout LayoutHTML layout_html HTTP2Request http2_request \
            ABC abc PreABC pre_abc ABCPost abc_post PreABCPost pre_abc_post UserST4 user_st4 \
            HTTP2RequestSession http2_request_session ShoppingCartSession shopping_cart_session FooBarSSE2 foo_bar_sse2 \
            HTTP2ClientType3EncoderParametersSSE http2_client_type3_encoder_parameters_sse \
            AlarmMessageSS2SignalTransformer alarm_message_ss2_signal_transformer AstV2Node ast_v2_node \
            LONGName4TestingCamelCase2snake_caseXYZ long_name4_testing_camel_case2snake_case_xyz \
            HTTPResponseCodeXYZ http_response_code_xyz get2HTTPResponse123Code get2_http_response123_code \
            Snake_case snake_case FOOBar foo_bar BazBar baz_bar A a AB ab ABc a_bc aB a_b aBC a_bc Ab1C ab1_c \
            UserID user_id UserIDs user_i_ds MyURLs my_ur_ls IOError io_error OAuth2Token o_auth2_token iPhone i_phone \
            iOSDevice i_os_device User2FA user2_fa TwoFA two_fa X1Y2Z3 x1_y2_z3 A1B a1_b I18nText i18n_text \
            Snake_Case snake__case SNAKE_CASE snake_case X_Y x_y User__Profile user___profile User_ user_ _User user \
            __User user HTTP_2 http_2 XYz x_yz XY_Z xy_z UserÉcole userécole ÉcoleUser école_user Élan élan \
            getHTTPresponseCode get_htt_presponse_code __test__Method test___method İstanbul i\u{307}stanbul";
        let words: Vec<_> = vectors.split_whitespace().collect();
        assert_eq!(words.len(), 2 * 55);
        for pair in words.chunks(2) {
            assert_eq!(snake_case(pair[0]), pair[1], "of {}", pair[0]);
        }
        assert_eq!(snake_case(""), "");
    }

    #[test]
    fn names_follow_the_convention() {
        assert_eq!(index_name("user", &["email"]), "ix_user_email");
        assert_eq!(unique_name("user", &["first", "last"]), "uq_user_first_last");
        assert_eq!(foreign_key_name("post", &["user_id".to_string()]), "fk_post_user_id");
        assert_eq!(check_name("post", "price"), "ck_post_price");
        assert_eq!(primary_key_name("post"), "pk_post");
        assert_eq!(index_name("billing.invoice", &["number"]), "ix_invoice_number", "its schema is the table's");
    }

    #[test]
    fn a_schema_stands_before_the_first_dot() {
        assert_eq!(split("billing.invoice"), (Some("billing"), "invoice"));
        assert_eq!(split("invoice"), (None, "invoice"));
        assert_eq!((plain("billing.invoice"), schema("invoice")), ("invoice", None));
        assert_eq!(beside("billing.invoice", "x"), "billing.x");
        assert_eq!(beside("invoice", "x"), "x");
    }

    #[test]
    fn long_names_are_cut_and_stay_distinct() {
        let long = "a".repeat(80);
        let name = index_name(&long, &["x"]);
        assert_eq!(name, format!("ix_{}_{:08x}", "a".repeat(51), fnv1a(format!("ix_{long}_x").as_bytes())));
        assert_eq!(name.len(), MAX_LEN);
        assert_ne!(name, index_name(&long, &["y"]));
        assert!(index_name(&"é".repeat(40), &["x"]).len() <= MAX_LEN);
        assert_eq!(fnv1a(b"foobar"), 0xbf9c_f968, "FNV's own test vector");
        assert_eq!(primary_key_name(&"b".repeat(60)).len(), 63);
        assert!(primary_key_name(&"b".repeat(60)).ends_with("bbb"));
    }

    #[test]
    fn the_reserved_words_are_sorted() {
        assert!(reserved::WORDS.is_sorted());
        assert!(reserved::WORDS.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn quotes_are_for_reserved_and_odd_names() {
        for name in [
            "user", "order", "group", "key", "index", "rank", "rows", "system", "limit", "", "1a", "userId", "é", "a b",
        ] {
            assert!(needs_quotes(name), "{name:?}");
        }
        for name in "id email name timestamp date body text type status language _x a1 title value time count position"
            .split(' ')
        {
            assert!(!needs_quotes(name), "{name:?}");
        }
    }
}
