//! TLS: a certificate and its key, read once when serving begins. Version 1.2 and 1.3, with what rustls calls safe.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// How a server proves to be who it is.
#[derive(Clone)]
pub struct Tls(Arc<ServerConfig>);

/// Why a certificate and its key cannot be used. Says nothing of the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable(String);

impl Tls {
    /// Reads a certificate with the chain behind it, and its private key, both as PEM.
    ///
    /// # Errors
    /// [`Unusable`] when a file cannot be read, or the two do not fit.
    pub fn read(certificate: &Path, key: &Path) -> Result<Tls, Unusable> {
        let in_file = |path: &Path, why: &dyn fmt::Display| {
            Unusable(format!("{} cannot be used: {why}", path.display()))
        };
        let chain = CertificateDer::pem_file_iter(certificate)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| in_file(certificate, &error))?;
        let private = PrivateKeyDer::from_pem_file(key).map_err(|error| in_file(key, &error))?;
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| {
                builder
                    .with_no_client_auth()
                    .with_single_cert(chain, private)
            });
        let mut config = config.map_err(|error| in_file(certificate, &error))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Tls(Arc::new(config)))
    }

    /// What takes a connection through its handshake.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.0))
    }
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unusable {}
