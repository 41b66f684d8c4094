//! What a database URL means, and what it never says.

use std::{path::Path, time::Duration};

use proptest::prelude::*;

use aludel_driver::{
    Backend, ErrorKind, Url,
    url::{Mode, PostgresOptions, SslMode, Synchronous, TargetSession},
};

#[test]
fn sqlite_paths() {
    for (text, path) in [
        ("sqlite:///relative.db", Some("relative.db")),
        ("sqlite:///folder/relative.db", Some("folder/relative.db")),
        ("sqlite:////absolute.db", Some("/absolute.db")),
        ("sqlite+pysqlite:///a.db", Some("a.db")),
        ("SQLite:///a.db", Some("a.db")),
        ("sqlite:///my%20app%3F.db", Some("my app?.db")),
        ("sqlite:///100%.db", Some("100%.db")),
        ("sqlite:///a.db?mode=ro", Some("a.db")),
        ("sqlite://", None),
        ("sqlite:///", None),
        ("sqlite:///:memory:", None),
        (" sqlite:///a.db\n", Some("a.db")),
    ] {
        let url = Url::parse(text).unwrap();
        assert_eq!(url.backend(), Backend::Sqlite, "{text}");
        assert_eq!(url.path(), path.map(Path::new), "{text}");
    }
}

#[test]
fn a_relative_file_is_looked_up_where_the_caller_says() {
    let folder = Path::new("/srv/app");
    let path = |text| Url::parse(text).unwrap().relative_to(folder).path().map(Path::to_owned);
    assert_eq!(path("sqlite:///a.db").unwrap(), Path::new("/srv/app/a.db"));
    assert_eq!(path("sqlite:////a.db").unwrap(), Path::new("/a.db"));
    assert_eq!(path("sqlite://"), None);
}

#[test]
fn sqlite_options() {
    let options = |text| Url::parse(text).unwrap().sqlite_options().unwrap();
    let set = options("sqlite:///a.db?synchronous=FULL&timeout=0.25&mode=ro&pool=3");
    assert_eq!(set.synchronous, Some(Synchronous::Full));
    assert_eq!(set.timeout.as_millis(), 250);
    assert_eq!(set.mode, Mode::ReadOnly);
    assert_eq!(set.pool.get(), 3);
    let usual = options("sqlite:///a.db");
    assert_eq!((usual.synchronous, usual.timeout.as_secs(), usual.pool.get()), (None, 5, 8));
    assert_eq!(usual.mode, Mode::ReadWriteCreate);
}

#[test]
fn wrong_sqlite_urls_say_what_is_wrong() {
    for (text, part) in [
        ("a.db", "no `://`"),
        ("oracle://host/x", "`oracle`"),
        ("sqlite://a.db", "names a host"),
        ("sqlite:///file:a.db?mode=ro", "`file:` URI"),
        ("sqlite:///a.db?mode", "no value"),
        ("sqlite:///a.db?mode=x", "`mode` of the SQLite URL cannot be `x`"),
        ("sqlite:///a.db?timeout=-1", "`timeout`"),
        ("sqlite:///a.db?timeout=NaN", "`timeout`"),
        ("sqlite:///a.db?timeout=1e300", "`timeout`"),
        ("sqlite:///a.db?pool=0", "`pool`"),
        ("sqlite:///a.db?synchronous=maybe", "`synchronous`"),
        ("sqlite:///a.db?cache=shared", "no option `cache`"),
        ("sqlite:///%ff.db", "not UTF-8"),
    ] {
        let error = Url::parse(text).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{text}");
        assert!(error.message().contains(part), "{text}: {error}");
        assert!(error.help().is_some(), "{text}");
    }
    let error = Url::parse("sqlite:///a.db?cache=shared").unwrap_err();
    for known in ["synchronous", "timeout", "mode", "pool"] {
        assert!(error.help().unwrap().contains(known));
    }
}

#[test]
fn servers() {
    let url = Url::parse("postgresql+psycopg2://susan:p%40ss%2Fw%3Ard@db.example.com:5433/my%20blog?sslmode=require")
        .unwrap();
    assert_eq!(url.backend(), Backend::Postgres);
    assert_eq!((url.user(), url.password()), (Some("susan"), Some("p@ss/w:rd")));
    assert_eq!((url.host(), url.port(), url.database()), (Some("db.example.com"), Some(5433), Some("my blog")));
    assert_eq!(url.options(), [("sslmode".to_owned(), "require".to_owned())]);
    assert_eq!(url.to_string(), "postgresql://susan:***@db.example.com:5433/my blog?sslmode=require");

    for (text, backend) in [
        ("postgres://localhost/x", Backend::Postgres),
        ("mysql+pymysql://localhost/x", Backend::MySql),
        ("mariadb+mariadbconnector://localhost/x", Backend::MariaDb),
    ] {
        assert_eq!(Url::parse(text).unwrap().backend(), backend);
    }
    let v6 = Url::parse("mysql://[::1]:3307/x").unwrap();
    assert_eq!((v6.host(), v6.port()), (Some("::1"), Some(3307)));
    assert_eq!(v6.to_string(), "mysql://[::1]:3307/x");
    let bare = Url::parse("postgresql://").unwrap();
    assert_eq!((bare.host(), bare.user(), bare.database()), (None, None, None));
}

#[test]
fn postgres_options() {
    let set = |text: &str| Url::parse(text).unwrap().postgres_options().unwrap();
    assert_eq!(set("postgresql://"), PostgresOptions::default());
    let options = set("postgresql:///blog?host=/run/postgresql&pool=3&recycle=0&ping=0.5&connect_timeout=2&\
                       statement_cache=0&statement_timeout=5s&lock_timeout=0.25&application_name=blog&\
                       options=-c%20search_path%3Dapp&sslmode=require&sslrootcert=/etc/ca.pem");
    assert_eq!(options.hosts.iter().map(|host| host.name.as_str()).collect::<Vec<_>>(), ["/run/postgresql"]);
    assert_eq!((options.pool.get(), options.statement_cache, options.recycle), (3, 0, None));
    assert_eq!((options.ping, options.connect_timeout), (Duration::from_millis(500), Duration::from_secs(2)));
    let times = (Some(Duration::from_secs(5)), Some(Duration::from_millis(250)));
    assert_eq!((options.statement_timeout, options.lock_timeout), times);
    assert_eq!(options.options.as_deref(), Some("-c search_path=app"));
    assert_eq!(options.sslmode, SslMode::VerifyCa, "as libpq has it when there is a certificate to trust");

    for wrong in [
        "pool=0",
        "pool=x",
        "recycle=-1",
        "ping=NaN",
        "statement_cache=-1",
        "statement_timeout=5 -c x=y",
        "lock_timeout=s",
        "sslmode=always",
        "sslcert=x",
        "target_session_attrs=master",
        "host=a:b",
    ] {
        let error = Url::parse(&format!("postgresql://localhost/blog?{wrong}")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{wrong}");
        assert!(error.help().is_some(), "{wrong}");
        let (name, value) = wrong.split_once('=').unwrap();
        assert!(Url::parse("postgresql://localhost/blog").unwrap().with_option(name, value).is_err(), "{wrong}");
    }
}

#[test]
fn a_time_says_the_same_on_every_database() {
    let read = |scheme: &str, time: &str| {
        let url = Url::parse(&format!(
            "{scheme}://{}?statement_timeout={time}",
            if scheme == "sqlite" { "/a.db" } else { "host/blog" }
        ))?;
        Ok::<_, aludel_sql::Error>(match scheme {
            "sqlite" => url.sqlite_options()?.statement_timeout,
            "postgresql" => url.postgres_options()?.statement_timeout,
            _ => url.mysql_options()?.statement_timeout,
        })
    };
    for scheme in ["sqlite", "postgresql", "mysql", "mariadb"] {
        for (time, milliseconds) in
            [("5", 5_000), ("0.25", 250), ("20ms", 20), ("1.5s", 1_500), ("2min", 120_000), ("24h", 86_400_000)]
        {
            let read = read(scheme, time).unwrap().unwrap();
            assert_eq!(read.as_millis(), milliseconds, "{scheme} {time}");
        }
        for wrong in ["s", "5d", "-1s", "5 s", "25h", "inf", "1e300", "NaN"] {
            let error = read(scheme, wrong).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Config, "{scheme} {wrong}");
            assert!(error.help().unwrap().contains("`500ms`"), "{error}");
        }
    }
}

#[test]
fn a_password_is_never_shown() {
    // Each holds the word `geheim` in a password, however badly it is escaped.
    for text in [
        "postgresql://susan:geheim@host/db",
        "postgresql://:geheim@host/db",
        "postgresql://susan:geheim@host:abc/db",
        "postgresql://susan:geheim@host:0/db",
        "postgresql://susan:p,geheim@host/db",
        "postgresql://susan:p,geheim:x",
        "postgresql://susan:p@x,geheim@host:y/db",
        "postgresql://susan:geheim@host:99999",
        "postgresql://susan:p@geheim@host/db",
        "postgresql://susan:geheim@p@host/db",
        "postgresql://susan:p/geheim@host/db",
        "postgresql://susan:1/geheim@host/db",
        "postgresql://susan:p@s/geheim@host/db",
        "postgresql://susan:p?geheim@host/db",
        "postgresql://susan:1?geheim=x@host/db",
        "postgresql://susan:1?x=geheim@host/db",
        "postgresql://susan:1?x&geheim@host/db",
        "postgresql://susan:p#geheim@host/db",
        "postgresql://susan:1#geheim@host/db",
        "postgresql://susan:[geheim@host/db",
        "postgresql://susan:p@[geheim@host/db",
        "postgresql://susan:p@[geheim]x@host/db",
        "postgresql://susan:geheim%ff@host/db",
        "postgresql://host/db?password=geheim",
        "oracle://susan:geheim@host/db",
        "susan:geheim@host/db",
        "susan:geheim://host/db",
        "susan:geheim@://host/db",
        "sqlite://susan:geheim@host/db",
    ] {
        let shown = match Url::parse(text) {
            Ok(url) => format!("{url} {url:?}"),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Config);
                format!("{error} {error:?}")
            }
        };
        assert!(!shown.contains("geheim"), "{text} is shown as {shown}");
    }
}

#[test]
fn options_are_read_like_a_form() {
    let url = Url::parse("postgresql:///blog?sslmode=require&application_name=my+app&host=%2Fvar%2Frun&lock_timeout=")
        .unwrap();
    let options: Vec<(&str, &str)> =
        url.options().iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(options, [("application_name", "my app"), ("host", "/var/run"), ("sslmode", "require")]);
    assert_eq!(url.host(), None);
    assert_eq!(url.postgres_options().unwrap().hosts[0].name, "/var/run");
    let error = Url::parse("postgresql:///blog?sslmode=require&sslmode=require").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.message().contains("said twice") && error.help().is_some(), "{error}");
}

#[test]
fn several_servers() {
    let url = Url::parse("postgresql://u@h1:5433,h2,[::1]:5434/db?target_session_attrs=read-write").unwrap();
    let hosts = |url: &Url| url.hosts().iter().map(|host| (host.name.clone(), host.port)).collect::<Vec<_>>();
    let named = |name: &str, port| (name.to_owned(), port);
    assert_eq!(hosts(&url), [named("h1", Some(5433)), named("h2", None), named("::1", Some(5434))]);
    assert_eq!((url.host(), url.port()), (Some("h1"), Some(5433)));
    assert_eq!(url.postgres_options().unwrap().target_session_attrs, TargetSession::ReadWrite);
    let text = "postgresql://u@h1:5433,h2,[::1]:5434/db?target_session_attrs=read-write";
    assert_eq!((url.to_string(), url.expose()), (text.to_owned(), text.to_owned()));
    assert_eq!(hosts(&Url::parse("mysql://a,b:3307/x").unwrap()), [named("a", None), named("b", Some(3307))]);

    // As SQLAlchemy has them, and as libpq has them.
    for text in ["postgresql://u@/db?host=b:5433&host=a&host=/run", "postgresql://u@/db?host=b:5433,a,/run"] {
        let url = Url::parse(text).unwrap();
        let options = url.postgres_options().unwrap();
        let found: Vec<_> = options.hosts.iter().map(|host| (host.name.as_str(), host.port)).collect();
        assert_eq!(found, [("b", Some(5433)), ("a", None), ("/run", None)], "{text}");
        assert_eq!(Url::parse(&url.expose()).unwrap(), url);
    }
    let url = Url::parse("postgresql:///db?host=a&host=b").unwrap().with_option("host", "c").unwrap();
    assert_eq!(url.expose(), "postgresql:///db?host=c");
    for wrong in [
        "postgresql://h1,,h2/db",
        "postgresql://h1,:5432/db",
        "postgresql://h1:x,h2/db",
        "postgresql://h1,[::1/db",
        "mysql://h1/db?host=a&host=b",
        "mysql:///db?target_session_attrs=any",
    ] {
        let error = Url::parse(wrong).unwrap_err();
        assert!(error.kind() == ErrorKind::Config && error.help().is_some(), "{wrong}: {error}");
    }
}

#[test]
fn a_url_is_changed_part_by_part() {
    let url = Url::parse("mysql://susan:p%40ss@[::1]:3307/blog?pool=3").unwrap();
    let other = url.clone().with_database("a/b").unwrap().with_option("charset", "utf8mb4").unwrap();
    assert_eq!(other.expose(), "mysql://susan:p%40ss@[::1]:3307/a%2Fb?charset=utf8mb4&pool=3");
    assert_eq!(url.with_database("").unwrap().database(), None);
    assert_eq!(Url::sqlite("a.db").with_database("b").unwrap_err().kind(), ErrorKind::Config);
    assert_eq!(Url::sqlite("/srv/my app?.db").expose(), "sqlite:////srv/my%20app%3F.db");
    assert_eq!(Url::temporary().expose(), "sqlite://");
}

/// Every byte as a code, whatever it is.
fn coded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused(
        text in ".{0,40}", parts in prop::collection::vec(prop::sample::select(vec![
            "sqlite", "postgresql", "mysql+pymysql", "://", ":", "/", "//", "@", "?", "&", "=", "#", "[", "]", "%", "%4", "%ff",
            "pool", "sslmode", "é", "::1", "99999999", " ",
        ]), 0..16),
    ) {
        for text in [text, parts.concat(), format!("sqlite:{}", parts.concat()), format!("mysql://{}", parts.concat())] {
            match Url::parse(&text) {
                Ok(url) => prop_assert_eq!(Url::parse(&url.expose()).unwrap(), url),
                Err(error) => prop_assert_eq!(error.kind(), ErrorKind::Config),
            }
        }
    }

    #[test]
    fn what_is_exposed_is_read_again(
        user in ".{0,6}", password in proptest::option::of(".{0,6}"), host in "([a-z.-]{0,9}|[0-9a-f:]{0,9})",
        port in proptest::option::of(1..=u16::MAX), more in "(,[a-z]{1,5}(:[1-9][0-9]{0,3})?){0,2}", database in ".{0,6}", name in ".{0,6}",
    ) {
        let password = password.map(|password| format!(":{}", coded(&password))).unwrap_or_default();
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        let more = if host.is_empty() { String::new() } else { more };
        let host = coded(&host);
        let text = format!("postgresql://{}{password}@{host}{port}{more}/{}?application_name={}", coded(&user), coded(&database), coded(&name));
        let url = Url::parse(&text).unwrap();
        prop_assert_eq!(Url::parse(&url.expose()).unwrap(), url);
    }
}
