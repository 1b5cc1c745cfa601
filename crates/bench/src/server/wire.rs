use std::io::{self, IoSlice};

use percent_encoding::percent_decode_str;

use super::Stream;

const BUFFER_BYTES: usize = 256 * 1024;

/// One connection: what was read of it and is not yet looked at, and the way back.
pub(super) struct Wire<S> {
    stream: S,
    buffer: Vec<u8>,
    begin: usize,
    end: usize,
}

/// The head of a request.
pub(super) struct Request {
    pub(super) method: String,
    /// As it was sent, without the query.
    pub(super) path: String,
    /// Decoded; a name without a value has an empty one.
    pub(super) query: Vec<(String, String)>,
    /// Names in lower case.
    headers: Vec<(String, String)>,
}

impl Request {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        find(&self.query, name)
    }

    fn length(&self) -> u64 {
        let text = self.header("content-length");
        text.and_then(|text| text.parse().ok()).unwrap_or(0)
    }

    fn is_chunked(&self) -> bool {
        self.header("transfer-encoding") == Some("chunked")
    }
}

fn find<'p>(pairs: &'p [(String, String)], name: &str) -> Option<&'p str> {
    let pair = pairs.iter().find(|(found, _)| found == name);
    pair.map(|(_, value)| value.as_str())
}

impl<S: Stream> Wire<S> {
    pub(super) fn new(stream: S) -> Self {
        Self {
            stream,
            buffer: vec![0; BUFFER_BYTES],
            begin: 0,
            end: 0,
        }
    }

    /// The next request; `None` where the client has closed.
    pub(super) fn request(&mut self) -> io::Result<Option<Request>> {
        loop {
            let waiting = &self.buffer[self.begin..self.end];
            if let Some(at) = find_bytes(waiting, b"\r\n\r\n") {
                let request = parse(&waiting[..at])?;
                self.begin += at + 4;
                return Ok(Some(request));
            }
            if self.more()? == 0 {
                return Ok(None);
            }
        }
    }

    /// Reads a body to its end, piece by piece.
    pub(super) fn body(
        &mut self,
        request: &Request,
        mut each: impl FnMut(&[u8]),
    ) -> io::Result<()> {
        if request.header("expect").is_some() {
            self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        if !request.is_chunked() {
            return self.take(request.length(), &mut each);
        }
        loop {
            let line = self.line()?;
            let size = line.split(';').next().unwrap_or_default();
            let size = u64::from_str_radix(size.trim(), 16).map_err(io::Error::other)?;
            if size == 0 {
                // Trailers, up to an empty line.
                while !self.line()?.is_empty() {}
                return Ok(());
            }
            self.take(size, &mut each)?;
            self.line()?;
        }
    }

    fn take(&mut self, len: u64, each: &mut impl FnMut(&[u8])) -> io::Result<()> {
        let mut rest = len;
        while rest > 0 {
            if self.begin == self.end && self.more()? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let there = self.end - self.begin;
            let len = there.min(usize::try_from(rest).unwrap_or(there));
            each(&self.buffer[self.begin..self.begin + len]);
            self.begin += len;
            rest -= len as u64;
        }
        Ok(())
    }

    fn line(&mut self) -> io::Result<String> {
        loop {
            let waiting = &self.buffer[self.begin..self.end];
            if let Some(at) = find_bytes(waiting, b"\r\n") {
                let line = String::from_utf8_lossy(&waiting[..at]).into_owned();
                self.begin += at + 2;
                return Ok(line);
            }
            if self.more()? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    /// Reads once. What is there already moves to the front where there is no room behind it.
    fn more(&mut self) -> io::Result<usize> {
        if self.begin == self.end {
            (self.begin, self.end) = (0, 0);
        } else if self.end == self.buffer.len() {
            if self.begin == 0 {
                return Err(io::Error::other("a head larger than the buffer"));
            }
            self.buffer.copy_within(self.begin..self.end, 0);
            (self.begin, self.end) = (0, self.end - self.begin);
        }
        let len = self.stream.read(&mut self.buffer[self.end..])?;
        self.end += len;
        Ok(len)
    }

    /// Sends a head and the beginning of a body together.
    pub(super) fn send(&mut self, head: &[u8], body: &[u8]) -> io::Result<()> {
        let mut sent = 0;
        while sent < head.len() {
            let slices = [IoSlice::new(&head[sent..]), IoSlice::new(body)];
            sent += match self.stream.write_vectored(&slices)? {
                0 => return Err(io::ErrorKind::WriteZero.into()),
                len => len,
            };
        }
        self.stream.write_all(&body[sent - head.len()..])?;
        self.stream.flush()
    }

    pub(super) fn send_more(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)?;
        self.stream.flush()
    }
}

fn parse(head: &[u8]) -> io::Result<Request> {
    let invalid = || io::Error::from(io::ErrorKind::InvalidData);
    let head = std::str::from_utf8(head).map_err(|_| invalid())?;
    let mut lines = head.split("\r\n");
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (method, target) = (words.next(), words.next());
    let (method, target) = (method.ok_or_else(invalid)?, target.ok_or_else(invalid)?);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers = lines.filter_map(|line| line.split_once(':'));
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()));
    let query = query.split('&').filter(|pair| !pair.is_empty());
    let query = query.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    Ok(Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query
            .map(|(name, value)| (decoded(name), decoded(value)))
            .collect(),
        headers: headers.collect(),
    })
}

pub(super) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Where `wanted` begins.
fn find_bytes(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}
