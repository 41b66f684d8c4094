//! What stands after the question mark of a URL.

use std::{path::Path, time::Duration};

use aludel_driver::{
    ErrorKind, Url,
    url::{MySqlOptions, SslMode},
};

#[test]
fn options_of_both_schemes() {
    let set = |text: &str| Url::parse(text).unwrap().mysql_options().unwrap();
    for scheme in ["mysql", "mariadb", "mysql+pymysql", "mariadb+mariadbconnector"] {
        assert_eq!(set(&format!("{scheme}://localhost/blog?charset=utf8mb4")), MySqlOptions::default());
    }
    let options =
        set("mysql://localhost/blog?unix_socket=/run/s&pool=3&recycle=0&ping=0.5&connect_timeout=2&statement_cache=0&\
                       statement_timeout=5&lock_timeout=0.5&ssl-mode=verify_ca&ssl-ca=/etc/ca.pem");
    assert_eq!(options.socket.as_deref(), Some(Path::new("/run/s")));
    assert_eq!((options.pool.get(), options.statement_cache, options.recycle), (3, 0, None));
    assert_eq!((options.ping, options.connect_timeout), (Duration::from_millis(500), Duration::from_secs(2)));
    assert_eq!(options.statement_timeout, Some(Duration::from_secs(5)));
    assert_eq!(options.lock_timeout, Some(Duration::from_millis(500)));
    assert_eq!((options.ssl_mode, options.ssl_ca.as_deref()), (SslMode::VerifyCa, Some(Path::new("/etc/ca.pem"))));
    let required = set("mariadb://localhost/blog?ssl_mode=REQUIRED&ssl_ca=/etc/ca.pem");
    assert_eq!(required.ssl_mode, SslMode::VerifyCa, "a certificate to trust is there to be looked at");
}

#[test]
fn wrong_options_say_what_is_wrong_and_no_secret() {
    for wrong in [
        "pool=0",
        "pool=1001",
        "recycle=-1",
        "ping=NaN",
        "statement_cache=-1",
        "statement_timeout=5d",
        "lock_timeout=x",
        "charset=latin1",
        "ssl-mode=always",
        "geheim=x",
    ] {
        let error = Url::parse(&format!("mariadb://localhost/blog?{wrong}")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{wrong}");
        assert!(error.message().contains("the MariaDB URL") && error.help().is_some(), "{wrong}: {error}");
        assert!(!format!("{error:?}").contains("geheim"), "{error:?}");
    }
}
