//! Whom to trust.

use std::sync::{Arc, OnceLock};

use rustls::ClientConfig;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ConfigBuilder, DigitallySignedStruct, RootCertStore, SignatureScheme, WantsVerifier};
use rustls_platform_verifier::Verifier;

use super::{TransportError, TransportErrorKind};

/// Certificates that are trusted beside those of the platform.
#[derive(Debug, Clone, Default)]
pub struct ExtraRoots(Vec<CertificateDer<'static>>);

impl ExtraRoots {
    /// Reads the certificates of a PEM file.
    ///
    /// # Errors
    /// [`TransportError`] of kind [`Tls`](TransportErrorKind::Tls) if there is none in it, or one
    /// that cannot be read.
    pub fn from_pem(pem: &[u8]) -> Result<Self, TransportError> {
        let unreadable =
            |source| failure("a certificate in the CA file cannot be read").with_source(source);
        let roots = CertificateDer::pem_slice_iter(pem)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| unreadable(error.to_string()))?;
        if roots.is_empty() {
            return Err(failure("there is no certificate in the CA file"));
        }
        Ok(Self(roots))
    }
}

/// How a server's certificate is verified.
#[derive(Debug, Clone)]
pub enum TlsSettings {
    /// By the platform's roots and these.
    Verify(ExtraRoots),
    /// Not at all: anyone on the way can read and change everything.
    Insecure,
}

impl Default for TlsSettings {
    fn default() -> Self {
        Self::Verify(ExtraRoots::default())
    }
}

fn failure(message: &str) -> TransportError {
    TransportError::new(TransportErrorKind::Tls, message)
}

/// The TLS of a transport, set up when a connection first needs it: reading the platform's roots
/// takes milliseconds, and a machine that has none can still speak plain HTTP.
#[derive(Clone)]
pub(super) struct Tls(Arc<Setup>);

struct Setup {
    settings: TlsSettings,
    config: OnceLock<ClientConfig>,
}

impl Tls {
    pub(super) fn new(settings: TlsSettings) -> Self {
        let config = OnceLock::new();
        Self(Arc::new(Setup { settings, config }))
    }

    /// The configuration for connections that use TLS.
    pub(super) fn config(&self) -> Result<ClientConfig, TransportError> {
        let Setup { settings, config } = &*self.0;
        if let Some(config) = config.get() {
            return Ok(config.clone());
        }
        // Two workers may do this at the same time; what they make is the same.
        let made = configure(settings)?;
        Ok(config.get_or_init(|| made).clone())
    }
}

/// A configuration for connections that must not use TLS: it trusts nobody.
pub(super) fn trusting_nobody() -> Result<ClientConfig, TransportError> {
    let builder = versions(Arc::new(default_provider()))?;
    Ok(builder
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth())
}

fn configure(settings: &TlsSettings) -> Result<ClientConfig, TransportError> {
    let provider = Arc::new(default_provider());
    let verifier: Arc<dyn ServerCertVerifier> = match settings {
        TlsSettings::Insecure => Arc::new(TrustAnyone(Arc::clone(&provider))),
        TlsSettings::Verify(ExtraRoots(roots)) => {
            let verifier = Verifier::new_with_extra_roots(roots.clone(), Arc::clone(&provider));
            Arc::new(verifier.map_err(|error| {
                failure("the trusted certificates cannot be loaded").with_source(error)
            })?)
        }
    };
    Ok(versions(provider)?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth())
}

fn versions(
    provider: Arc<CryptoProvider>,
) -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, TransportError> {
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failure("TLS cannot be set up").with_source(error))
}

#[cfg(feature = "aws-lc-rs")]
fn default_provider() -> CryptoProvider {
    rustls::crypto::aws_lc_rs::default_provider()
}

#[cfg(not(feature = "aws-lc-rs"))]
fn default_provider() -> CryptoProvider {
    rustls::crypto::ring::default_provider()
}

/// Accepts every certificate. Signatures are still checked, so that the handshake is one.
#[derive(Debug)]
struct TrustAnyone(Arc<CryptoProvider>);

impl ServerCertVerifier for TrustAnyone {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(
            message,
            cert,
            dss,
            &self.0.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(
            message,
            cert,
            dss,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
