//! What fuzzers hand to the functions that take texts from C, and what holds whatever they are.

use std::ffi::{CStr, CString, c_int};
use std::ptr;

use crate::abi::{Config, Options};
use crate::memory::exported::{
    aos_pool_create, aos_pool_destroy, aos_pstrdup, aos_pstrdup_text, aos_table_add, aos_table_get,
    aos_table_make, aos_table_set, aos_table_unset,
};
use crate::memory::{Pool, Text};
use crate::{http_io, sign, util};

/// Uses pieces of text, each of which a zero ends, for everything that takes one.
///
/// # Panics
/// If a text does not come back as it went in, or a table is not what was put into it.
pub fn strings(bytes: &[u8]) {
    let pieces: Vec<CString> = bytes
        .split(|&byte| byte == 0)
        .map(|piece| CString::new(piece).expect("zeros end pieces"))
        .take(MOST_PIECES)
        .collect();
    for piece in &pieces {
        encoded(piece);
        decoded(piece);
    }
    in_pool(|pool| {
        table(pool, &pieces);
        buffers(pool, &pieces);
        signed_url(pool, &pieces);
    });
}

const MOST_PIECES: usize = 64;

fn encoded(text: &CStr) {
    let len = text.count_bytes();
    for slash in [0, 1] {
        let mut out = vec![0xff_u8; 3 * len + 1];
        let mut back = vec![0xff_u8; 3 * len + 1];
        let most = c_int::try_from(len).expect("fuzzed texts are short");
        // SAFETY: both have the room that is asked for, and the texts end with a zero.
        unsafe {
            let out = out.as_mut_ptr().cast();
            assert_eq!(util::aos_url_encode_ex(out, text.as_ptr(), most, slash), 0);
            assert_eq!(util::aos_url_decode(out, back.as_mut_ptr().cast()), 0);
        }
        let back = CStr::from_bytes_until_nul(&back).expect("it ends with a zero");
        assert_eq!(back, text);
        // SAFETY: as above; nothing but a zero is written of a text that is too long.
        let refused = unsafe {
            util::aos_url_encode_ex(out.as_mut_ptr().cast(), text.as_ptr(), most - 1, slash)
        };
        assert!(refused != 0 && out[0] == 0);
    }
    let mut base64 = vec![0_u8; len.div_ceil(3) * 4];
    let mut hex = vec![0_u8; 2 * len + 1];
    let (mut written, size) = (0, c_int::try_from(len).expect("fuzzed texts are short"));
    // SAFETY: both have the room that is asked for.
    unsafe {
        let data = text.as_ptr();
        let told = util::aos_base64_encode(data.cast(), size, base64.as_mut_ptr().cast());
        assert_eq!(usize::try_from(told), Ok(base64.len()));
        util::aos_encode_hex(hex.as_mut_ptr().cast(), data.cast(), size, &raw mut written);
        assert_eq!(usize::try_from(written), Ok(hex.len()));
    }
    let (half, rest) = text.to_bytes().split_at(len / 2);
    let crc64 = |crc, bytes: &[u8]| {
        // SAFETY: it has that many bytes.
        unsafe { util::aos_crc64(crc, bytes.as_ptr().cast(), bytes.len()) }
    };
    assert_eq!(crc64(crc64(0, half), rest), crc64(0, text.to_bytes()));
}

/// What it says is written ends with a zero, and is no longer than the text.
fn decoded(text: &CStr) {
    let mut out = vec![0xff_u8; text.count_bytes() + 1];
    // SAFETY: it has as much room as the text.
    unsafe { util::aos_url_decode(text.as_ptr(), out.as_mut_ptr().cast()) };
    assert!(CStr::from_bytes_until_nul(&out).is_ok());
}

/// Puts pairs into a table and takes some out, beside a list that does the same.
fn table(pool: *mut Pool, pieces: &[CString]) {
    // SAFETY: the pool is not destroyed, and texts end with a zero.
    unsafe {
        let table = aos_table_make(pool, 0);
        let mut model: Vec<(&CStr, &CStr)> = Vec::new();
        let same = |one: &CStr, other: &CStr| one.to_bytes().eq_ignore_ascii_case(other.to_bytes());
        for (turn, pair) in pieces.chunks_exact(2).enumerate() {
            let (name, value) = (pair[0].as_c_str(), pair[1].as_c_str());
            match turn % 3 {
                0 => {
                    aos_table_add(table, name.as_ptr(), value.as_ptr());
                    model.push((name, value));
                }
                1 => {
                    aos_table_set(table, name.as_ptr(), value.as_ptr());
                    model.retain(|(known, _)| !same(known, name));
                    model.push((name, value));
                }
                _ => {
                    aos_table_unset(table, name.as_ptr());
                    model.retain(|(known, _)| !same(known, name));
                }
            }
            let found = aos_table_get(table, name.as_ptr());
            let expected = model.iter().find(|(known, _)| same(known, name));
            let found = (!found.is_null()).then(|| CStr::from_ptr(found));
            assert_eq!(found, expected.map(|(_, value)| *value));
        }
        let pairs = (*table)
            .pairs()
            .map(|(name, value)| (name.to_vec(), value.to_vec()));
        let model = model
            .iter()
            .map(|(name, value)| (name.to_bytes(), value.to_bytes()));
        assert!(pairs.eq(model.map(|(name, value)| (name.to_vec(), value.to_vec()))));
    }
}

/// Texts in a pool, as copies.
fn buffers(pool: *mut Pool, pieces: &[CString]) {
    for piece in pieces {
        let text = text_of(piece);
        // SAFETY: the pool is not destroyed, and the texts are there.
        unsafe {
            let copies = [
                aos_pstrdup(pool, &raw const text),
                aos_pstrdup_text(pool, piece.as_ptr()),
            ];
            for copy in copies {
                assert_eq!(CStr::from_ptr(copy), piece.as_c_str());
            }
        }
    }
}

/// Signs with whatever the config says; nothing is sent.
fn signed_url(pool: *mut Pool, pieces: &[CString]) {
    let Ok([endpoint, id, secret, region, bucket, object, name, value]) =
        <&[CString; 8]>::try_from(pieces.get(..8).unwrap_or_default())
    else {
        return;
    };
    // SAFETY: the pool is not destroyed, and everything in the options lives as long as the call.
    unsafe {
        let config: *mut Config = http_io::oss_config_create(pool);
        (*config).endpoint = text_of(endpoint);
        (*config).access_key_id = text_of(id);
        (*config).access_key_secret = text_of(secret);
        (*config).region = text_of(region);
        (*config).signature_version = if region.is_empty() { 1 } else { 4 };
        let options: *mut Options = http_io::oss_request_options_create(pool);
        (*options).config = config;
        let request = sign::aos_http_request_create(pool);
        aos_table_add((*request).headers, name.as_ptr(), value.as_ptr());
        aos_table_add((*request).query_params, name.as_ptr(), value.as_ptr());
        let (bucket, object) = (text_of(bucket), text_of(object));
        let url = sign::oss_gen_signed_url(
            options,
            &raw const bucket,
            &raw const object,
            4_102_444_800,
            request,
        );
        if !url.is_null() {
            let url = CStr::from_ptr(url).to_bytes();
            assert!(
                url.iter().all(u8::is_ascii_graphic),
                "{}",
                url.escape_ascii()
            );
        }
    }
}

fn text_of(text: &CStr) -> Text {
    Text {
        len: c_int::try_from(text.count_bytes()).expect("fuzzed texts are short"),
        data: text.as_ptr().cast_mut(),
    }
}

/// Runs `work` with a pool that is destroyed afterwards.
fn in_pool(work: impl FnOnce(*mut Pool)) {
    let mut pool = ptr::null_mut();
    // SAFETY: it has no parent, and nobody uses it after.
    unsafe {
        aos_pool_create(&raw mut pool, ptr::null_mut());
        work(pool);
        aos_pool_destroy(pool);
    }
}

#[cfg(test)]
mod tests {
    use ossum_testkit::corpus;

    use super::*;

    #[test]
    fn what_fuzzing_kept_of_texts_comes_back_as_it_went_in() {
        for (_, bytes) in corpus("strings") {
            strings(&bytes);
        }
    }
}
