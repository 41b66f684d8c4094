//! TLS on the way to a server.

use std::path::Path;

use aludel_sql::{Error, ErrorKind, Result};
use mysql_async::{IoError, Opts, OptsBuilder, SslOpts};
use tokio_rustls::rustls::{
    self, CertificateError,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, pem::PemObject},
};

use crate::url::SslMode;

/// How the protocol's client is to use TLS; `None` if it is not.
pub(super) fn options(mode: SslMode, roots: Option<&Path>) -> Result<Option<SslOpts>> {
    let options = SslOpts::default();
    let options = match mode {
        SslMode::Disable => return Ok(None),
        SslMode::Prefer | SslMode::Require => options.with_danger_accept_invalid_certs(true),
        SslMode::VerifyCa | SslMode::VerifyFull => trusting(options, roots)?,
    };
    // The client takes the one of the process, and panics if several could be meant and none was chosen.
    if CryptoProvider::get_default().is_none() {
        // Fails only when another thread was faster.
        let _ = ring::default_provider().install_default();
    }
    Ok(Some(options))
}

fn trusting(options: SslOpts, roots: Option<&Path>) -> Result<SslOpts> {
    let certificates = match roots {
        Some(file) => {
            let unreadable =
                |error| unusable(format!("`{}` does not hold certificates in PEM", file.display())).with_source(error);
            let read = CertificateDer::pem_file_iter(file).map_err(unreadable)?;
            read.collect::<Result<Vec<_>, _>>().map_err(unreadable)?
        }
        None => rustls_native_certs::load_native_certs().certs,
    };
    if certificates.is_empty() {
        return Err(unusable("no certificate to trust was found, and so none of a server can be verified"));
    }
    let certificates = certificates.into_iter().map(|one| one.as_ref().to_vec().into()).collect();
    Ok(options.with_root_certs(certificates).with_disable_built_in_roots(true))
}

/// What TLS says of a failed connection; `None` if the network failed, or the client before TLS began.
fn fault(error: &IoError) -> Option<&rustls::Error> {
    match error {
        IoError::Io(error) => error.get_ref()?.downcast_ref(),
        IoError::Tls(_) => None,
    }
}

/// Whether TLS failed, and not the network.
pub(super) fn failed(error: &IoError) -> bool {
    matches!(error, IoError::Tls(_)) || fault(error).is_some()
}

/// After a certificate was refused for its name alone, the same with a name it is for. Whatever else is to be verified is
/// so again. The client has a setting to leave names out, which does not know the form its own TLS reports them in.
pub(super) fn with_presented_name(opts: &Opts, error: &IoError) -> Option<Opts> {
    let Some(rustls::Error::InvalidCertificate(CertificateError::NotValidForNameContext { presented, .. })) =
        fault(error)
    else {
        return None;
    };
    // `DnsName("*.example.com")`, `IpAddress(10.0.0.1)`
    let name = presented.iter().find_map(|name| {
        let (_, name) = name.split_once('(')?;
        let name = name.strip_suffix(')')?.trim_matches('"');
        (!name.is_empty()).then(|| name.replacen('*', "any", 1))
    })?;
    let tls = opts.ssl_opts()?.clone().with_danger_tls_hostname_override(Some(name));
    Some(OptsBuilder::from_opts(opts.clone()).ssl_opts(tls).into())
}

fn unusable(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Config, message)
        .with_help("Name the file of the certificates to trust with `?ssl-ca=FILE` in the database URL.")
}
