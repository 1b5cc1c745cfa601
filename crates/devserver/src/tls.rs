use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use ossum_types::BucketName;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

/// A certificate authority of this server alone, and what it takes to serve with it.
pub(crate) struct Tls {
    pub(crate) acceptor: TlsAcceptor,
    /// The authority's certificate, for clients to trust.
    pub(crate) ca_pem: String,
}

impl Tls {
    /// Makes a new authority and has it sign a certificate for this machine, `host_names` and
    /// the `buckets` under them.
    pub(crate) fn new(
        bound: IpAddr,
        host_names: &[String],
        buckets: &[BucketName],
    ) -> io::Result<Self> {
        let made = Self::make(names(bound, host_names, buckets));
        made.map_err(|cause| io::Error::other(format!("cannot make a certificate: {cause}")))
    }

    fn make(names: Vec<String>) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let authority = CertifiedIssuer::self_signed(authority_params(), KeyPair::generate()?)?;
        let key = KeyPair::generate()?;
        let leaf = CertificateParams::new(names)?.signed_by(&key, &authority)?;
        let chain: Vec<CertificateDer<'static>> = vec![leaf.der().clone()];
        let key = PrivateKeyDer::try_from(key.serialize_der())?;
        let mut config =
            ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
                .with_safe_default_protocol_versions()?
                .with_no_client_auth()
                .with_single_cert(chain, key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            ca_pem: authority.pem(),
        })
    }
}

fn authority_params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
        .distinguished_name
        .push(rcgen::DnType::CommonName, "ossum development server");
    params
}

/// The names of the certificate: each host, and the buckets as labels before it.
///
/// The buckets are named one by one besides the wildcard, because clients accept no wildcard
/// directly under `localhost`. A bucket made later is reached there in path style.
fn names(bound: IpAddr, host_names: &[String], buckets: &[BucketName]) -> Vec<String> {
    let hosts = host_names.iter().map(String::as_str).chain(["localhost"]);
    let names = hosts.flat_map(|host| {
        let under = move |bucket: &BucketName| format!("{bucket}.{host}");
        let buckets = buckets.iter().map(under);
        [host.to_owned(), format!("*.{host}")]
            .into_iter()
            .chain(buckets)
    });
    let addresses = ["127.0.0.1".to_owned(), "::1".to_owned(), bound.to_string()];
    names.chain(addresses).collect()
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").finish_non_exhaustive()
    }
}
