//! TLS and logging in, on a private server.

use std::fs;

use aludel_driver::{ErrorKind, Query, State};
use aludel_sql::{Value, ValueRef};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

use crate::{
    server::Server,
    support::{connect, is_mysql, poll_times, read, text},
};

fn issuer() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// Whether the connection is encrypted, or why there is none.
async fn ssl(url: &str) -> Result<bool, aludel_driver::Error> {
    let mut connection = connect(url).await?.acquire().await?;
    let sql = "SHOW SESSION STATUS LIKE 'Ssl_cipher'";
    Ok(connection.fetch(Query::other(sql), |row| Ok(row.get(1)? != ValueRef::Text(""))).await? == [true])
}

#[tokio::test]
async fn every_mode_with_and_without_a_certificate_to_trust() {
    let mut server = Server::new();
    let (trusted, stranger) = (issuer(), issuer());
    let key = KeyPair::generate().unwrap();
    // For the name `localhost`, not for the address 127.0.0.1.
    let certificate = CertificateParams::new(["localhost".to_owned()]).unwrap().signed_by(&key, &trusted).unwrap();
    let file = |name: &str, text: String| {
        let file = server.folder().join(name);
        fs::write(&file, text).unwrap();
        file.display().to_string()
    };
    let (certificate, key) = (file("server.pem", certificate.pem()), file("server.key", key.serialize_pem()));
    let (trusted, stranger) = (file("trusted.pem", trusted.pem()), file("stranger.pem", stranger.pem()));
    server.start(&[format!("--ssl-cert={certificate}"), format!("--ssl-key={key}")]);

    let port = server.port;
    let url = |host: &str, mode: &str, roots: Option<&str>| {
        let roots = roots.map_or(String::new(), |file| format!("&ssl-ca={file}"));
        format!("mysql://root@{host}:{port}/mysql?ssl-mode={mode}{roots}")
    };
    for (host, mode, roots, wanted) in [
        ("127.0.0.1", "DISABLED", None, Some(false)),
        ("127.0.0.1", "PREFERRED", None, Some(true)),
        ("127.0.0.1", "REQUIRED", None, Some(true)),
        ("127.0.0.1", "REQUIRED", Some(&stranger), None),
        ("127.0.0.1", "VERIFY_CA", Some(&trusted), Some(true)),
        ("127.0.0.1", "VERIFY_CA", Some(&stranger), None),
        ("127.0.0.1", "VERIFY_IDENTITY", Some(&trusted), None),
        ("localhost", "VERIFY_IDENTITY", Some(&trusted), Some(true)),
        ("localhost", "VERIFY_IDENTITY", Some(&stranger), None),
        ("localhost", "VERIFY_IDENTITY", None, None),
    ] {
        let found = ssl(&url(host, mode, roots.map(String::as_str))).await;
        assert_eq!(found.as_ref().ok().copied(), wanted, "{host} {mode} {roots:?}: {found:?}");
        if let Err(error) = found {
            assert!(matches!(error.kind(), ErrorKind::Connect | ErrorKind::Config), "{error}");
            assert!(error.help().is_some_and(|help| help.contains("ssl-ca")), "{error}");
        }
    }
    let error = ssl(&url("localhost", "VERIFY_IDENTITY", Some("/absent.pem"))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.message().contains("/absent.pem"), "{error}");

    // Stopping a statement goes the same way.
    let safe = format!("{}&pool=1", url("localhost", "VERIFY_IDENTITY", Some(&trusted)));
    let engine = connect(&safe).await.unwrap();
    let mut connection = engine.acquire().await.unwrap();
    let sleep = connection.fetch(read("SELECT sleep(3600)"), text);
    assert!(poll_times(sleep, 2).await.is_none());
    drop(connection);
    drop(engine.acquire().await.unwrap());
    drop(engine);
    server.stop();

    server.start(&[if is_mysql() { "--tls-version=" } else { "--skip-ssl" }.to_owned()]);
    assert_eq!(ssl(&url("127.0.0.1", "PREFERRED", None)).await.ok(), Some(false));
    let error = ssl(&url("127.0.0.1", "REQUIRED", None)).await.unwrap_err();
    assert!(error.message().contains("has no TLS"), "{error}");
}

#[tokio::test]
async fn users_passwords_and_sockets() {
    let mut server = Server::new();
    server.start(&[
        "--max-connections=10".to_owned(),
        "--read-only=1".to_owned(),
        "--max-allowed-packet=1M".to_owned(),
    ]);
    let mut connection = connect(&server.url("root", "mysql")).await.unwrap().acquire().await.unwrap();
    let users = "CREATE USER susan@'%' IDENTIFIED BY 'p@ss'; GRANT ALL ON mysql.* TO susan@'%'";
    connection.execute(Query::other(users)).await.unwrap();

    // MySQL wants the password encrypted: where TLS does not do it, with a key that it sends. Later it knows a digest of it.
    for mode in ["DISABLED", "DISABLED", "PREFERRED"] {
        connect(&server.url("susan:p%40ss", &format!("mysql?ssl-mode={mode}"))).await.unwrap();
    }
    for (user, help) in [("susan:geheim", "Check the user"), ("susan", "Write a password")] {
        let error = connect(&server.url(user, "mysql")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect);
        assert!(error.message().contains("does not let this user in"), "{error}");
        assert!(error.help().unwrap().contains(help), "{error}");
        assert!(!format!("{error:?}").contains("geheim"), "{error:?}");
    }
    connect(&format!("mysql://root@/mysql?socket={}", server.socket())).await.unwrap();
    let error = connect("mysql://root@/mysql?unix_socket=/absent/socket").await.unwrap_err();
    assert!(error.message().contains("`/absent/socket` cannot be reached"), "{error}");

    let engine = connect(&server.url("susan:p%40ss", "mysql?pool=20")).await.unwrap();
    let mut held = vec![engine.acquire().await.unwrap()];
    for query in [
        Query::read("SELECT length(?)", vec![Value::Text("x".repeat(1 << 20))]),
        Query::read(format!("SELECT '{}'", "x".repeat(1 << 20)), vec![]),
        Query::other(format!("SELECT '{}'", "x".repeat(1 << 20))),
    ] {
        let error = held[0].fetch(query, text).await.unwrap_err();
        assert!(error.message().contains("longer than the server allows"), "{error}");
        assert_eq!(held[0].state(), State::Idle, "nothing was sent");
    }
    let write = Query::write("CREATE TABLE t (x INT)", vec![]);
    let error = held[0].execute(write).await.unwrap_err();
    assert!(error.message().contains("can only read"), "{error}");
    let error = loop {
        match engine.acquire().await {
            Ok(connection) => held.push(connection),
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.message().contains("no connection left"), "{error}");
}
