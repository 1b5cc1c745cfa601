use std::error::Error;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::BUFFER_BYTES;

/// Whom to connect to, and how.
pub(crate) struct Peer {
    address: String,
    tls: Option<Arc<ClientConfig>>,
}

impl Peer {
    /// With TLS if there is an authority to trust.
    pub(crate) fn new(address: &str, ca: Option<&Path>) -> Result<Self, Box<dyn Error>> {
        let tls = ca.map(tls_config).transpose()?;
        Ok(Self {
            address: address.to_owned(),
            tls,
        })
    }

    pub(crate) fn connect(&self) -> io::Result<Connection> {
        let socket = TcpStream::connect(&self.address)?;
        socket.set_nodelay(true)?;
        let stream: Box<dyn Stream> = match &self.tls {
            None => Box::new(socket),
            Some(config) => {
                let name = ServerName::from(socket.peer_addr()?.ip());
                let session = ClientConnection::new(Arc::clone(config), name);
                Box::new(StreamOwned::new(session.map_err(io::Error::other)?, socket))
            }
        };
        Ok(Connection {
            stream,
            host: self.address.clone(),
            buffer: vec![0; BUFFER_BYTES],
        })
    }
}

fn tls_config(ca: &Path) -> Result<Arc<ClientConfig>, Box<dyn Error>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(ca)?)?;
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

trait Stream: Read + Write {}
impl<S: Read + Write> Stream for S {}

/// One connection, for one request after the other.
pub(crate) struct Connection {
    stream: Box<dyn Stream>,
    host: String,
    /// For what is read, from the file or from the socket.
    pub(crate) buffer: Vec<u8>,
}

/// The head of an answer, and how much of the buffer holds the beginning of its body.
pub(crate) struct Answer {
    pub(crate) head: String,
    pub(crate) length: u64,
    pub(crate) begin: usize,
    pub(crate) end: usize,
}

impl Connection {
    /// Sends a request's head; its body goes through [`Connection::send`].
    pub(crate) fn request(
        &mut self,
        method: &str,
        target: &str,
        headers: &str,
        body_bytes: u64,
    ) -> io::Result<()> {
        let host = &self.host;
        let head = format!(
            "{method} {target} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {body_bytes}\r\n{headers}\r\n"
        );
        self.stream.write_all(head.as_bytes())
    }

    /// Sends the first `len` bytes of the buffer.
    pub(crate) fn send(&mut self, len: usize) -> io::Result<()> {
        self.stream.write_all(&self.buffer[..len])
    }

    pub(crate) fn receive(&mut self) -> io::Result<usize> {
        match self.stream.read(&mut self.buffer)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            len => Ok(len),
        }
    }

    /// Reads the head of an answer, which is expected to be a success.
    pub(crate) fn answer(&mut self) -> io::Result<Answer> {
        let mut end = 0;
        loop {
            let len = self.stream.read(&mut self.buffer[end..])?;
            if len == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            end += len;
            let found = self.buffer[..end].windows(4).position(|w| w == b"\r\n\r\n");
            let Some(at) = found else { continue };
            let head = String::from_utf8_lossy(&self.buffer[..at]).into_owned();
            if !head.starts_with("HTTP/1.1 2") {
                return Err(io::Error::other(head));
            }
            let length = header(&head, "content-length").and_then(|text| text.parse().ok());
            return Ok(Answer {
                length: length.unwrap_or(0),
                head,
                begin: at + 4,
                end,
            });
        }
    }

    /// Reads an answer with a body small enough for the buffer.
    pub(crate) fn whole_answer(&mut self) -> io::Result<(Answer, String)> {
        let answer = self.answer()?;
        let mut body = self.buffer[answer.begin..answer.end].to_vec();
        while (body.len() as u64) < answer.length {
            let len = self.receive()?;
            body.extend_from_slice(&self.buffer[..len]);
        }
        Ok((answer, String::from_utf8_lossy(&body).into_owned()))
    }
}

/// The value of a header in a head.
pub(crate) fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}
