use std::ffi::{CStr, c_char, c_int};
use std::ptr;

use super::Pool;

/// Text whose length is known: `aos_string_t`.
///
/// Its bytes belong to whoever set it, and must live as long as it is used. Those of this library end
/// with a zero.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Text {
    pub(crate) len: c_int,
    pub(crate) data: *mut c_char,
}

impl Text {
    /// None.
    pub(crate) const NULL: Self = Self {
        len: 0,
        data: ptr::null_mut(),
    };

    /// A copy of `text` in `pool`.
    pub(crate) fn copied(pool: &Pool, text: impl AsRef<[u8]>) -> Self {
        let text = text.as_ref();
        Self {
            len: c_int::try_from(text.len()).unwrap_or(c_int::MAX),
            data: pool.text(text),
        }
    }

    /// Its bytes; of none, or of a length below 0, no bytes.
    ///
    /// # Safety
    /// `data` is null or has `len` bytes, which nobody changes while the result is used.
    pub(crate) unsafe fn bytes<'a>(&self) -> &'a [u8] {
        let len = usize::try_from(self.len).unwrap_or(0);
        if self.data.is_null() || len == 0 {
            return &[];
        }
        // SAFETY: as the caller says.
        unsafe { std::slice::from_raw_parts(self.data.cast(), len) }
    }
}

/// The bytes of a text that ends with a zero; of null, none.
///
/// # Safety
/// `text` is null, or ends with a zero, and nobody changes it while the result is used.
pub(crate) unsafe fn bytes_of<'a>(text: *const c_char) -> Option<&'a [u8]> {
    // SAFETY: as the caller says.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_bytes())
}

/// A copy of `text` in `pool`, which ends with a zero. Null without a pool or a text.
///
/// # Safety
/// `pool` is null or not destroyed; `text` is null or has its bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_pstrdup(pool: *mut Pool, text: *const Text) -> *mut c_char {
    // SAFETY: as the caller says.
    match unsafe { (pool.as_ref(), text.as_ref()) } {
        // SAFETY: as the caller says.
        (Some(pool), Some(text)) => pool.text(unsafe { text.bytes() }),
        _ => ptr::null_mut(),
    }
}

/// The same of a text that ends with a zero: what `apr_pstrdup` stands for.
///
/// # Safety
/// `pool` is null or not destroyed; `text` is null or ends with a zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_pstrdup_text(pool: *mut Pool, text: *const c_char) -> *mut c_char {
    // SAFETY: as the caller says.
    match unsafe { (pool.as_ref(), bytes_of(text)) } {
        (Some(pool), Some(text)) => pool.text(text),
        _ => ptr::null_mut(),
    }
}
