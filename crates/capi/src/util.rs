//! What programs do to texts beside the calls: `aos_util.h`.

use std::ffi::{c_char, c_int, c_void};
use std::ptr;
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use md5::{Digest as _, Md5};
use ossum_types::Crc64;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use crate::memory::{Pool, bytes_of};
use crate::status::{AOSE_INVALID_ARGUMENT, AOSE_OK};

/// The bytes at `data`; none of null, or of a length below 0.
///
/// # Safety
/// `data` is null or has `len` bytes.
unsafe fn bytes<'a>(data: *const c_void, len: usize) -> &'a [u8] {
    if data.is_null() || len == 0 {
        return &[];
    }
    // SAFETY: as the caller says.
    unsafe { std::slice::from_raw_parts(data.cast(), len) }
}

/// Writes `text` to `out`, and a zero if there is to be one.
///
/// # Safety
/// `out` has room for both.
unsafe fn write(out: *mut c_char, text: &[u8], terminated: bool) {
    // SAFETY: as the caller says.
    unsafe {
        ptr::copy_nonoverlapping(text.as_ptr(), out.cast(), text.len());
        if terminated {
            out.add(text.len()).write(0);
        }
    }
}

/// What time it is, in microseconds since 1970; 0 before that.
#[unsafe(no_mangle)]
pub extern "C" fn aos_time_now() -> i64 {
    let since = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

/// The MD5 of `len` bytes, in `pool`: 16 bytes, with zeros after them, since programs encode 20. Null
/// without a pool.
///
/// # Safety
/// `pool` is null or not destroyed; `data` is null or has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_md5(pool: *mut Pool, data: *const c_char, len: usize) -> *mut u8 {
    // SAFETY: as the caller says.
    let (pool, bytes) = unsafe { (pool.as_ref(), bytes(data.cast(), len)) };
    let mut padded = [0; 32];
    padded[..16].copy_from_slice(&Md5::digest(bytes));
    pool.map_or(ptr::null_mut(), |pool| pool.place(padded).cast())
}

/// Writes `len` bytes as base64 to `out`, without a zero, and tells how many characters that are.
/// Nothing where one of the pointers is null.
///
/// # Safety
/// `data` is null or has `len` bytes; `out` is null or has room for `(len + 2) / 3 * 4`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_base64_encode(data: *const u8, len: c_int, out: *mut c_char) -> c_int {
    let len = usize::try_from(len).unwrap_or(0);
    // SAFETY: as the caller says.
    let encoded = BASE64.encode(unsafe { bytes(data.cast(), len) });
    if out.is_null() {
        return 0;
    }
    // SAFETY: as the caller says.
    unsafe { write(out, encoded.as_bytes(), false) };
    c_int::try_from(encoded.len()).unwrap_or(c_int::MAX)
}

/// The CRC-64 of what has `crc` with `len` bytes after it; 0 is that of nothing.
///
/// # Safety
/// `data` is null or has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_crc64(crc: u64, data: *const c_void, len: usize) -> u64 {
    // SAFETY: as the caller says.
    let bytes = unsafe { bytes(data, len) };
    let both = Crc64::new(crc).combine(Crc64::of(bytes), bytes.len() as u64);
    both.get()
}

/// The CRC-64 of two things in a row, the second of `len2` bytes.
#[unsafe(no_mangle)]
pub extern "C" fn aos_crc64_combine(crc1: u64, crc2: u64, len2: u64) -> u64 {
    Crc64::new(crc1).combine(Crc64::new(crc2), len2).get()
}

/// Percent-encodes a text, `/` too. `AOSE_INVALID_ARGUMENT` for a null, and for a text of more than
/// `max_len` bytes, of which nothing is written but a zero.
///
/// # Safety
/// `text` is null or ends with a zero; `out` is null or has room for three times `max_len` and one more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_url_encode(
    out: *mut c_char,
    text: *const c_char,
    max_len: c_int,
) -> c_int {
    // SAFETY: as the caller says.
    unsafe { aos_url_encode_ex(out, text, max_len, 0) }
}

const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');
const ENCODED_BUT_SLASH: &AsciiSet = &ENCODED.remove(b'/');

/// The same; unless `slash` is 0, a `/` stays one.
///
/// # Safety
/// As [`aos_url_encode`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_url_encode_ex(
    out: *mut c_char,
    text: *const c_char,
    max_len: c_int,
    slash: c_int,
) -> c_int {
    let set = if slash == 0 {
        ENCODED
    } else {
        ENCODED_BUT_SLASH
    };
    // SAFETY: as the caller says.
    let text = unsafe { bytes_of(text) }.filter(|_| !out.is_null());
    let Some(text) = text else {
        return AOSE_INVALID_ARGUMENT;
    };
    let fits = usize::try_from(max_len).is_ok_and(|most| text.len() <= most);
    let encoded = if fits {
        percent_encode(text, set).to_string()
    } else {
        String::new()
    };
    // SAFETY: as the caller says.
    unsafe { write(out, encoded.as_bytes(), true) };
    if fits { AOSE_OK } else { AOSE_INVALID_ARGUMENT }
}

/// Decodes a percent-encoded text, in which `+` is a space: 0. -1 where a `%` begins nothing, and
/// where `out` is null; then nothing is written but a zero. A null is an empty text.
///
/// # Safety
/// `text` is null or ends with a zero; `out` is null or has as much room.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_url_decode(text: *const c_char, out: *mut c_char) -> c_int {
    if out.is_null() {
        return -1;
    }
    // SAFETY: as the caller says.
    let decoded = decoded(unsafe { bytes_of(text) }.unwrap_or_default());
    // SAFETY: it is not longer than the text.
    unsafe { write(out, decoded.as_deref().unwrap_or_default(), true) };
    if decoded.is_some() { 0 } else { -1 }
}

fn decoded(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = text.iter();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => 16 * digit(*bytes.next()?)? + digit(*bytes.next()?)?,
            b'+' => b' ',
            other => *other,
        });
    }
    Some(decoded)
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

/// Writes `len` bytes as hexadecimal digits and a zero to `out`, and tells how many characters these
/// are with it; either may be null. `AOSE_INVALID_ARGUMENT` for null data.
///
/// # Safety
/// `data` is null or has `len` bytes; `out` is null or has room for twice as much and one more;
/// `out_len` is null or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_encode_hex(
    out: *mut c_char,
    data: *const c_void,
    len: c_int,
    out_len: *mut c_int,
) -> c_int {
    if data.is_null() {
        return AOSE_INVALID_ARGUMENT;
    }
    // SAFETY: as the caller says.
    let bytes = unsafe { bytes(data, usize::try_from(len).unwrap_or(0)) };
    let digits = hex::encode(bytes);
    // SAFETY: as the caller says.
    unsafe {
        if !out.is_null() {
            write(out, digits.as_bytes(), true);
        }
        if !out_len.is_null() {
            out_len.write(c_int::try_from(digits.len() + 1).unwrap_or(c_int::MAX));
        }
    }
    AOSE_OK
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percent_sign_that_begins_nothing_is_an_error() {
        assert_eq!(decoded(b"a%2Fb+c%e4").as_deref(), Some(&b"a/b c\xe4"[..]));
        for wrong in ["%", "a%2", "%zz", "%+1"] {
            assert_eq!(decoded(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
