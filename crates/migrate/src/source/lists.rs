//! What a file of names or of addresses lists.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::Path;

use percent_encoding::percent_decode_str;

use super::Source;
use super::listing::{Listing, Taker};
use crate::error::Error;
use crate::ledger::Cause;
use crate::manifest::Listed;
use crate::spool::Spool;

/// No line is longer, in bytes: a key has 1,023 at most, and an address not much more.
const MAX_LINE_BYTES: usize = 64 << 10;

/// Lists the names in `file`, one a line, each below the source.
pub(super) fn names(
    listing: &Listing<'_>,
    file: &Path,
    taker: &mut Taker<'_>,
) -> Result<(), Error> {
    let mut spool = Spool::new(listing.spill.as_deref());
    each_line(listing, file, |line| {
        let key = line.to_owned();
        let listed = match listing.source {
            Source::Directory { path } => match of_file(path, key) {
                Ok(listed) => listed,
                Err((key, cause)) => {
                    // Who takes no more is told when it is put.
                    let _ = taker.left_out(key, cause);
                    return Ok(());
                }
            },
            _ => Listed {
                key,
                ..Listed::default()
            },
        };
        spool.put(&listed)
    })?;
    put_all(spool, taker)
}

/// Lists the addresses in `file`: `URL`, or `URL,KEY`, one a line; fields may be quoted as in CSV.
pub(super) fn urls(listing: &Listing<'_>, file: &Path, taker: &mut Taker<'_>) -> Result<(), Error> {
    let mut spool = Spool::new(listing.spill.as_deref());
    each_line(listing, file, |line| {
        match of_url(line) {
            Ok(listed) => spool.put(&listed)?,
            Err(why) => {
                let cause = Cause {
                    kind: "bad_name".to_owned(),
                    message: why.to_owned(),
                };
                let _ = taker.left_out(line.to_owned(), cause);
            }
        }
        Ok(())
    })?;
    put_all(spool, taker)
}

pub(super) fn put_all(spool: Spool, taker: &mut Taker<'_>) -> Result<(), Error> {
    for listed in spool.sorted()? {
        if taker.object(listed?).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

fn each_line(
    listing: &Listing<'_>,
    file: &Path,
    mut take: impl FnMut(&str) -> Result<(), Error>,
) -> Result<(), Error> {
    let failed = |source| Error::local("read", file)(source);
    let mut reader = BufReader::new(File::open(file).map_err(failed)?);
    let mut line = Vec::new();
    loop {
        listing.monitor.check()?;
        match next_line(&mut reader, &mut line).map_err(failed)? {
            None => return Ok(()),
            Some("") => {}
            Some(text) => take(text)?,
        }
    }
}

/// The next line, without its end; no more of it is read than the longest may have.
pub(crate) fn next_line<'l>(
    reader: &mut impl BufRead,
    line: &'l mut Vec<u8>,
) -> io::Result<Option<&'l str>> {
    line.clear();
    let most = MAX_LINE_BYTES as u64 + 1;
    if reader.take(most).read_until(b'\n', line)? == 0 {
        return Ok(None);
    }
    if line.len() > MAX_LINE_BYTES {
        return Err(io::Error::other("a line is longer than 64 KiB"));
    }
    let text = str::from_utf8(line).map_err(|_| io::Error::other("a line is not UTF-8"))?;
    Ok(Some(text.trim_end_matches(['\r', '\n'])))
}

fn of_file(root: &Path, key: String) -> Result<Listed, (String, Cause)> {
    let outside = |part: &str| part == ".." || part == "." || part.is_empty();
    if key.split('/').any(outside) {
        let cause = Cause {
            kind: "bad_name".to_owned(),
            message: "it is no name of a file below the source".to_owned(),
        };
        return Err((key, cause));
    }
    match fs::metadata(root.join(&key)) {
        Ok(found) if found.is_file() => Ok(Listed {
            key,
            size: Some(found.len()),
            modified: found.modified().ok(),
            ..Listed::default()
        }),
        Ok(_) => {
            let cause = Cause {
                kind: "no_file".to_owned(),
                message: "it is no file".to_owned(),
            };
            Err((key, cause))
        }
        Err(error) => Err((key, Cause::of("unreadable", &error))),
    }
}

pub(crate) fn of_url(line: &str) -> Result<Listed, &'static str> {
    let mut csv = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(line.as_bytes());
    let record = csv.records().next().and_then(Result::ok);
    let record = record.ok_or("it is no line of URL,KEY")?;
    let url = record.get(0).unwrap_or_default().trim();
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    let rest = rest.ok_or("an address begins with https:// or http://")?;
    if url.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err("an address has no blanks; write %20");
    }
    let key = match record.get(1).map(str::trim) {
        Some(key) if !key.is_empty() => key.to_owned(),
        _ => {
            let path = rest.split(['?', '#']).next().unwrap_or_default();
            let (_, path) = path
                .split_once('/')
                .ok_or("it has no path to make a key of")?;
            let key = percent_decode_str(path).decode_utf8();
            key.map_err(|_| "its path is not UTF-8; write URL,KEY")?
                .into_owned()
        }
    };
    if key.is_empty() {
        return Err("it has no path to make a key of");
    }
    Ok(Listed {
        key,
        address: Some(url.to_owned()),
        ..Listed::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_path_as_key_unless_another_is_given() {
        let read = |line| of_url(line).map(|listed| (listed.key, listed.address.unwrap()));
        let pair = |key: &str, url: &str| Ok((key.to_owned(), url.to_owned()));
        let url = "https://h/a/b%20c?q=1#f";
        assert_eq!(read(url), pair("a/b c", url));
        assert_eq!(read("http://h:80/x,y"), pair("y", "http://h:80/x"));
        assert_eq!(
            read("\"http://h/x,y\",\"k,\"\"1\""),
            pair("k,\"1", "http://h/x,y")
        );
        for bad in [
            "",
            "ftp://h/x",
            "https://h",
            "https://h/",
            "https://h/a b",
            "https://h/%FF",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_line_without_end_is_refused_before_it_is_read() {
        let mut line = Vec::new();
        let endless = &mut io::BufReader::new(io::repeat(b'a'));
        let refused = next_line(endless, &mut line).unwrap_err();
        assert_eq!(refused.to_string(), "a line is longer than 64 KiB");
        assert_eq!(line.len(), MAX_LINE_BYTES + 1);
        let longest = format!("{}\r\n\nlast", "a".repeat(MAX_LINE_BYTES - 2));
        let mut reader = longest.as_bytes();
        let mut next = || next_line(&mut reader, &mut line).map(|text| text.map(str::len));
        assert_eq!(next().unwrap(), Some(MAX_LINE_BYTES - 2));
        assert_eq!(next().unwrap(), Some(0));
        assert_eq!(next().unwrap(), Some(4));
        assert_eq!(next().unwrap(), None);
        assert!(next_line(&mut &b"\xff\n"[..], &mut line).is_err());
    }

    #[test]
    fn a_listed_file_is_below_the_source() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("d")).unwrap();
        fs::write(dir.path().join("d/f"), "123").unwrap();
        let size = |key: &str| of_file(dir.path(), key.to_owned()).map(|listed| listed.size);
        assert_eq!(size("d/f").unwrap(), Some(3));
        for key in ["d", "../x", "/etc/passwd", "d//f", "absent"] {
            assert!(size(key).is_err(), "{key}");
        }
    }
}
