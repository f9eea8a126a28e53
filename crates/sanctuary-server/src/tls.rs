//! TLS 1.2 and 1.3 by rustls with ring.
//!
//! Invariants: the files are read once, before the server runs; no session is resumed, so nothing about a connection
//! outlives it and no ticket links two visits of one browser.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::NoServerSessionStorage;
use tokio_rustls::rustls::{self, InconsistentKeys, ServerConfig};
use zeroize::Zeroizing;

use crate::options::TlsFiles;

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("cannot read {path}: check that it exists and that the server may read it")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no certificate in the file.
    #[error(
        "{0} holds no certificate: give the PEM file with the whole chain, such as fullchain.pem"
    )]
    NoCertificate(PathBuf),
    /// There is no private key in the file.
    #[error(
        "{0} holds no private key: give the PEM file with the key of the certificate, such as privkey.pem, not protected by a passphrase"
    )]
    NoKey(PathBuf),
    /// The key is another one than the certificate names.
    #[error(
        "this key does not belong to this certificate: {key} is the key of another one than the first in {certificate}; \
         give the two files that were made together"
    )]
    Mismatch {
        /// The file with the certificate.
        certificate: PathBuf,
        /// The file with the key.
        key: PathBuf,
    },
    /// Certificate or key are of a kind that is not supported.
    #[error(
        "certificate and key cannot be used: give a certificate for servers with a key for RSA, ECDSA or Ed25519"
    )]
    Unusable(#[source] rustls::Error),
}

/// Reads certificate and key, and makes of them what accepts connections.
pub(crate) fn acceptor(files: &TlsFiles) -> Result<TlsAcceptor, TlsError> {
    let chain = read(&files.certificate)?;
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&chain)
        .collect::<Result<_, _>>()
        .map_err(|_| TlsError::NoCertificate(files.certificate.clone()))?;
    if chain.is_empty() {
        return Err(TlsError::NoCertificate(files.certificate.clone()));
    }
    let key = read(&files.key)?;
    let key =
        PrivateKeyDer::from_pem_slice(&key).map_err(|_| TlsError::NoKey(files.key.clone()))?;
    let config = config(chain, key).map_err(|error| unusable(files, error))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn unusable(files: &TlsFiles, error: rustls::Error) -> TlsError {
    match error {
        rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => TlsError::Mismatch {
            certificate: files.certificate.clone(),
            key: files.key.clone(),
        },
        error => TlsError::Unusable(error),
    }
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, TlsError> {
    let bytes = fs::read(path).map_err(|source| TlsError::Read {
        path: path.to_owned(),
        source,
    })?;
    Ok(Zeroizing::new(bytes))
}

fn config(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<ServerConfig, rustls::Error> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(config)
}
