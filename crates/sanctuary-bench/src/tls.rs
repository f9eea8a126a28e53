//! TLS for both ends: a certificate made for the occasion, and whoever trusts it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::NoServerSessionStorage;
use rustls::{ClientConfig, ClientConnection, Connection, RootCertStore};
use rustls::{ServerConfig, ServerConnection};

/// The name in the certificate.
const NAME: &str = "localhost";

/// A certificate and its key, as files that servers read.
#[derive(Clone, Debug)]
pub(crate) struct Certificate {
    pub(crate) chain: PathBuf,
    pub(crate) key: PathBuf,
}

impl Certificate {
    /// Makes one for `localhost` and writes it into `directory`.
    pub(crate) fn make(directory: &Path) -> Result<Self> {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed([NAME.to_owned()]).context("cannot make a certificate")?;
        fs::create_dir_all(directory)
            .with_context(|| format!("cannot make {}", directory.display()))?;
        let certificate = Self {
            chain: directory.join("cert.pem"),
            key: directory.join("key.pem"),
        };
        write(&certificate.chain, &cert.pem())?;
        write(&certificate.key, &signing_key.serialize_pem())?;
        Ok(certificate)
    }
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// A client that trusts the certificates in a file, and no others.
#[derive(Clone)]
pub(crate) struct Trust {
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
}

impl Trust {
    /// Trust in the certificates of `file` when the server is called `name`.
    pub(crate) fn in_file(file: &Path, name: &str) -> Result<Self> {
        let mut roots = RootCertStore::empty();
        for certificate in certificates(file)? {
            roots.add(certificate).context("unusable certificate")?;
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from(name.to_owned()).context("unusable server name")?;
        Ok(Self {
            config: Arc::new(config),
            name,
        })
    }

    /// Trust in a certificate of ours.
    pub(crate) fn in_ours(certificate: &Certificate) -> Result<Self> {
        Self::in_file(&certificate.chain, NAME)
    }

    /// The client's end of a new connection.
    pub(crate) fn connect(&self) -> Result<Connection> {
        let client = ClientConnection::new(Arc::clone(&self.config), self.name.clone())?;
        Ok(Connection::Client(client))
    }
}

/// The server's side, set up as Sanctuary's: no resumption, no tickets.
#[derive(Clone, Debug)]
pub(crate) struct Identity(Arc<ServerConfig>);

impl Identity {
    /// Reads certificate and key.
    pub(crate) fn read(certificate: &Certificate) -> Result<Self> {
        let chain = certificates(&certificate.chain)?;
        let key = PrivateKeyDer::from_pem_file(&certificate.key)
            .with_context(|| format!("no key in {}", certificate.key.display()))?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(Self(Arc::new(config)))
    }

    /// The server's end of a new connection.
    pub(crate) fn accept(&self) -> Result<Connection> {
        Ok(Connection::Server(ServerConnection::new(Arc::clone(
            &self.0,
        ))?))
    }
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>> {
    CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect)
        .with_context(|| format!("no certificates in {}", file.display()))
}
