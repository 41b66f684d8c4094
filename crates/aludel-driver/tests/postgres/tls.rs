//! TLS and logging in, on a private server.

use std::fs;

use aludel_driver::{ErrorKind, Query};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

use crate::{
    server::Server,
    support::{connect, read, text},
};

fn issuer() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// Whether the connection is encrypted, or why there is none.
async fn ssl(url: &str) -> Result<bool, aludel_driver::Error> {
    let mut connection = connect(url).await?.acquire().await?;
    let sql = "SELECT ssl::text FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    Ok(connection.fetch(read(sql), text).await? == ["true"])
}

#[tokio::test]
async fn every_mode_with_and_without_a_certificate_to_trust() {
    let server = Server::new();
    let (trusted, stranger) = (issuer(), issuer());
    let key = KeyPair::generate().unwrap();
    // For the name `localhost`, not for the address 127.0.0.1.
    let certificate = CertificateParams::new(["localhost".to_owned()]).unwrap().signed_by(&key, &trusted).unwrap();
    server.write("data/server.crt", &certificate.pem());
    server.write("data/server.key", &key.serialize_pem());
    let files = tempfile::tempdir().unwrap();
    let roots = |name: &str, issuer: &CertifiedIssuer<'static, KeyPair>| {
        let file = files.path().join(name);
        fs::write(&file, issuer.pem()).unwrap();
        file.display().to_string()
    };
    let (trusted, stranger) = (roots("trusted.pem", &trusted), roots("stranger.pem", &stranger));
    server.start("-c ssl=on");

    let url = |host: &str, mode: &str, roots: Option<&str>| {
        let roots = roots.map_or(String::new(), |file| format!("&sslrootcert={file}"));
        format!("postgresql://postgres@{host}:{}/postgres?sslmode={mode}{roots}", server.port)
    };
    for (host, mode, roots, wanted) in [
        ("127.0.0.1", "disable", None, Some(false)),
        ("127.0.0.1", "prefer", None, Some(true)),
        ("127.0.0.1", "require", None, Some(true)),
        ("127.0.0.1", "require", Some(&stranger), None),
        ("127.0.0.1", "verify-ca", Some(&trusted), Some(true)),
        ("127.0.0.1", "verify-ca", Some(&stranger), None),
        ("127.0.0.1", "verify-full", Some(&trusted), None),
        ("localhost", "verify-full", Some(&trusted), Some(true)),
        ("localhost", "verify-full", Some(&stranger), None),
        ("localhost", "verify-full", None, None),
    ] {
        let found = ssl(&url(host, mode, roots.map(String::as_str))).await;
        assert_eq!(found.as_ref().ok().copied(), wanted, "{host} {mode} {roots:?}: {found:?}");
        if let Err(error) = found {
            assert!(matches!(error.kind(), ErrorKind::Connect | ErrorKind::Config), "{error}");
        }
    }
    let error = ssl(&url("localhost", "verify-full", Some("/absent.pem"))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.message().contains("/absent.pem"), "{error}");

    // Stopping a statement goes the same way.
    let mut connection =
        connect(&url("localhost", "verify-full", Some(&trusted))).await.unwrap().acquire().await.unwrap();
    let sleep = connection.fetch(read("SELECT pg_sleep(3600)::text"), text);
    assert!(crate::support::poll_times(sleep, 2).await.is_none());
    drop(connection);
    server.stop();

    server.start("-c ssl=off");
    assert_eq!(ssl(&url("127.0.0.1", "prefer", None)).await.ok(), Some(false));
    let error = ssl(&url("127.0.0.1", "require", None)).await.unwrap_err();
    assert!(error.message().contains("has no TLS"), "{error}");
}

#[tokio::test]
async fn users_passwords_and_sockets() {
    let server = Server::new();
    server.start("-c max_connections=8");
    let mut connection = connect(&server.url("postgres", "postgres")).await.unwrap().acquire().await.unwrap();
    connection.execute(Query::other("CREATE ROLE susan LOGIN PASSWORD 'p@ss'")).await.unwrap();

    connect(&server.url("susan:p%40ss", "postgres")).await.unwrap();
    for (user, said) in [("susan:geheim", "does not let this user in"), ("susan", "wants a password")] {
        let error = connect(&server.url(user, "postgres")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect);
        assert!(error.message().contains(said), "{error}");
        assert!(!format!("{error:?}").contains("geheim"), "{error:?}");
    }
    let socket = format!("postgresql://postgres@:{}/postgres?host={}", server.port, server.folder().display());
    connect(&socket).await.unwrap();

    let engine = connect(&server.url("susan:p%40ss", "postgres?pool=20")).await.unwrap();
    let mut held = Vec::new();
    let error = loop {
        match engine.acquire().await {
            Ok(connection) => held.push(connection),
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.message().contains("no connection left"), "{error}");
}
