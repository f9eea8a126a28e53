//! HTTPS with a certificate from files.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use sanctuary_server::{Options, Server, ServerError, TlsError, TlsFiles};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{
    ClientConfig, HandshakeKind, ProtocolVersion, RootCertStore, SupportedProtocolVersion,
};

use crate::harness::{Running, exchange, options, start};

/// A certificate for `localhost` in a directory that goes when it is dropped.
pub(crate) struct Certificate {
    directory: PathBuf,
    files: TlsFiles,
}

impl Certificate {
    pub(crate) fn new(name: &str) -> Self {
        let directory =
            std::env::temp_dir().join(format!("sanctuary-tls-{}-{name}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        let files = TlsFiles {
            certificate: directory.join("cert.pem"),
            key: directory.join("key.pem"),
        };
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        fs::write(&files.certificate, cert.pem()).unwrap();
        fs::write(&files.key, signing_key.serialize_pem()).unwrap();
        Self { directory, files }
    }

    pub(crate) fn options(&self) -> Options {
        Options {
            tls: Some(self.files.clone()),
            ..options()
        }
    }
}

impl Certificate {
    /// A connection over TLS to a server with this certificate.
    pub(crate) async fn connect(&self, server: &Running) -> TlsStream<tokio::net::TcpStream> {
        connect(server, &connector(self, &[&TLS13], Vec::new())).await
    }
}

impl Drop for Certificate {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.directory);
    }
}

pub(crate) fn connector(
    certificate: &Certificate,
    versions: &[&'static SupportedProtocolVersion],
    protocols: Vec<Vec<u8>>,
) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_file(&certificate.files.certificate).unwrap())
        .unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols;
    TlsConnector::from(Arc::new(config))
}

async fn connect(server: &Running, connector: &TlsConnector) -> TlsStream<tokio::net::TcpStream> {
    let name = ServerName::try_from("localhost").unwrap();
    connector
        .connect(name, server.connect().await)
        .await
        .unwrap()
}

#[tokio::test]
async fn the_page_comes_over_tls() {
    let certificate = Certificate::new("page");
    let server = start(certificate.options());
    for (versions, version) in [
        (&[&TLS12, &TLS13][..], ProtocolVersion::TLSv1_3),
        (&[&TLS12][..], ProtocolVersion::TLSv1_2),
    ] {
        let stream = connect(&server, &connector(&certificate, versions, Vec::new())).await;
        assert_eq!(stream.get_ref().1.protocol_version(), Some(version));
        let host = format!("localhost:{}", server.address.port());
        let answer = exchange(
            stream,
            &format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"),
        )
        .await;
        assert_eq!(answer.status, 200);
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.contains(&format!("connect-src 'self' wss://{host};")),
            "{policy}"
        );
    }
}

#[tokio::test]
async fn no_session_is_resumed() {
    let certificate = Certificate::new("resumption");
    let server = start(certificate.options());
    for versions in [&[&TLS13][..], &[&TLS12][..]] {
        let connector = connector(&certificate, versions, Vec::new());
        for _ in 0..2 {
            let mut stream = connect(&server, &connector).await;
            // A whole exchange, so that tickets would have come.
            let request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            stream.write_all(request).await.unwrap();
            stream.read_to_end(&mut Vec::new()).await.unwrap();
            assert_eq!(
                stream.get_ref().1.handshake_kind(),
                Some(HandshakeKind::Full)
            );
        }
    }
}

/// A `ClientHello` of TLS 1.1 gets an alert (RFC 8446, section 6): fatal, protocol version.
#[tokio::test]
async fn older_tls_is_refused() {
    let certificate = Certificate::new("older");
    let server = start(certificate.options());
    let mut hello = vec![3, 2];
    hello.extend([7; 32]); // random
    hello.extend([0]); // no session id
    hello.extend([0, 2, 0xc0, 0x13]); // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
    hello.extend([1, 0]); // no compression
    hello.extend([0, 8, 0, 13, 0, 4, 0, 2, 4, 3]); // signatures: ecdsa_secp256r1_sha256
    let length = u8::try_from(hello.len()).unwrap();
    let mut record = vec![22, 3, 1, 0, length + 4, 1, 0, 0, length];
    record.extend(hello);
    let mut stream = server.connect().await;
    stream.write_all(&record).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert_eq!(answer.first(), Some(&21), "{answer:?}");
    assert_eq!(answer[5..], [2, 70], "{answer:?}");
}

#[tokio::test(start_paused = true)]
async fn whoever_does_not_finish_the_handshake_is_cut_off() {
    let certificate = Certificate::new("slow");
    let server = start(certificate.options());
    let mut stream = server.connect().await;
    stream.write_all(&[22, 3, 1]).await.unwrap();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
    assert_eq!(rest, b"");
}

#[test]
fn unusable_files_are_named() {
    let certificate = Certificate::new("unusable");
    let other = Certificate::new("unusable-other");
    let failure = |certificate: &Path, key: &Path| {
        let tls = Some(TlsFiles {
            certificate: certificate.into(),
            key: key.into(),
        });
        let Err(ServerError::Tls(error)) = Server::bind(Options { tls, ..options() }).map(|_| ())
        else {
            panic!("it was taken");
        };
        error
    };
    let TlsFiles {
        certificate: cert,
        key,
    } = &certificate.files;
    assert!(matches!(
        failure(Path::new("/no/such.pem"), key),
        TlsError::Read { .. }
    ));
    assert!(matches!(
        failure(cert, Path::new("/no/such.pem")),
        TlsError::Read { .. }
    ));
    assert!(matches!(failure(key, key), TlsError::NoCertificate(_)));
    assert!(matches!(failure(cert, cert), TlsError::NoKey(_)));
    assert!(matches!(
        failure(cert, &other.files.key),
        TlsError::Mismatch { .. }
    ));
    fs::write(
        cert,
        "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n",
    )
    .unwrap();
    assert!(matches!(failure(cert, key), TlsError::NoCertificate(_)));
}
