use std::ffi::c_char;
use std::ptr::{self, NonNull};

use super::{Pool, create};

/// A place in a ring of things, or its head: `aos_list_t`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct List {
    pub(crate) next: *mut List,
    pub(crate) prev: *mut List,
}

/// Bytes in memory, and their place in a list: `aos_buf_t`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Buffer {
    pub(crate) node: List,
    /// The first byte that counts.
    pub(crate) pos: *mut u8,
    /// After the last one.
    pub(crate) last: *mut u8,
    pub(crate) start: *mut u8,
    pub(crate) end: *mut u8,
}

impl List {
    pub(crate) const UNLINKED: Self = Self {
        next: ptr::null_mut(),
        prev: ptr::null_mut(),
    };

    /// Makes `head` the head of an empty list, unless it is the head of one already: the samples
    /// call `aos_list_init`, but not every program does.
    ///
    /// # Safety
    /// `head` may be written; a list that is there is whole.
    pub(crate) unsafe fn ensure_head(head: NonNull<Self>) {
        let place = head.as_ptr();
        // SAFETY: as the caller says.
        unsafe {
            if (*place).next.is_null() || (*place).prev.is_null() {
                *place = Self {
                    next: place,
                    prev: place,
                };
            }
        }
    }

    /// Makes `head`, unless it is null, the head of an empty list, whatever it was before: what a call
    /// fills with a body need not be initialised, and what was in it is replaced.
    ///
    /// # Safety
    /// `head` is null or may be written.
    pub(crate) unsafe fn empty(head: *mut Self) {
        if !head.is_null() {
            // SAFETY: as the caller says.
            unsafe {
                head.write(Self {
                    next: head,
                    prev: head,
                });
            }
        }
    }

    /// Puts `node` at the end of the list of `head`.
    ///
    /// # Safety
    /// `head` is the head of a whole list, and `node` is in none; both live as long as the list.
    pub(crate) unsafe fn append(head: NonNull<Self>, node: *mut Self) {
        let head = head.as_ptr();
        // SAFETY: as the caller says: every pointer here is of an element of the list.
        unsafe {
            let last = (*head).prev;
            *node = Self {
                next: head,
                prev: last,
            };
            (*last).next = node;
            (*head).prev = node;
        }
    }

    /// The elements of the list of `head`, in order; of one that was never initialised, none.
    ///
    /// # Safety
    /// `head` is the head of a whole list or zero, and the list does not change meanwhile.
    pub(crate) unsafe fn elements(head: *const Self) -> impl Iterator<Item = *mut Self> {
        // SAFETY: as the caller says.
        let first = unsafe { head.as_ref() }.map_or(ptr::null_mut(), |head| head.next);
        std::iter::successors(Some(first), |element| {
            // SAFETY: a whole list has an element after each.
            (!element.is_null()).then(|| unsafe { (**element).next })
        })
        .take_while(move |element| !element.is_null() && element.cast_const() != head)
    }
}

/// What can be an element of a list.
///
/// # Safety
/// It is `repr(C)` and begins with its [`List`].
pub(crate) unsafe trait Element: Copy {}

/// Puts `element` into `pool`, and at the end of the list of `head`.
///
/// # Safety
/// As [`List::ensure_head`] and [`List::append`].
pub(crate) unsafe fn append_element(pool: &Pool, head: &mut List, element: impl Element) {
    let place = pool.place(element);
    // SAFETY: as the caller says; the element is new, and begins with its node.
    unsafe {
        List::ensure_head(head.into());
        List::append(head.into(), place.cast());
    }
}

/// `element` in `pool`, as a list of its own, which `aos_list_add_tail` puts into another. Null without
/// a pool.
///
/// # Safety
/// `pool` is null or not destroyed.
pub(crate) unsafe fn create_element<T: Element>(pool: *mut Pool, element: T) -> *mut T {
    // SAFETY: as the caller says; an element begins with its node.
    unsafe {
        let place = create(pool, |_| element);
        if let Some(node) = NonNull::new(place) {
            List::ensure_head(node.cast());
        }
        place
    }
}

/// Puts a copy of `bytes` at the end of the list of `head`, as one buffer in `pool`.
///
/// # Safety
/// As [`List::ensure_head`] and [`List::append`].
pub(crate) unsafe fn append_bytes(pool: &Pool, head: NonNull<List>, bytes: &[u8]) {
    let buffer = Buffer::copied(pool, bytes);
    // SAFETY: as the caller says; the buffer is new, and begins with its node.
    unsafe {
        List::ensure_head(head);
        List::append(head, buffer.cast());
    }
}

impl Buffer {
    /// A buffer in `pool` with room for `bytes`, none of which count yet.
    pub(crate) fn with_room(pool: &Pool, bytes: usize) -> *mut Self {
        let start = pool.allocate(bytes).as_ptr();
        pool.place(Self {
            node: List::UNLINKED,
            pos: start,
            last: start,
            start,
            // SAFETY: it has that many bytes.
            end: unsafe { start.add(bytes) },
        })
    }

    /// A buffer in `pool` with a copy of `bytes`.
    pub(crate) fn copied(pool: &Pool, bytes: &[u8]) -> *mut Self {
        let buffer = Self::with_room(pool, bytes.len());
        // SAFETY: just made, with that much room.
        unsafe {
            ptr::copy_nonoverlapping(bytes.as_ptr(), (*buffer).last, bytes.len());
            (*buffer).last = (*buffer).last.add(bytes.len());
        }
        buffer
    }

    /// The bytes that count.
    ///
    /// # Safety
    /// `pos` and `last` are of one piece of memory, or null.
    pub(crate) unsafe fn bytes<'a>(&self) -> &'a [u8] {
        let len = (self.last as usize).saturating_sub(self.pos as usize);
        if self.pos.is_null() || len == 0 {
            return &[];
        }
        // SAFETY: as the caller says.
        unsafe { std::slice::from_raw_parts(self.pos, len) }
    }
}

/// The buffers of the list of `head`, in order.
///
/// # Safety
/// As [`List::elements`], of a list of buffers.
unsafe fn buffers<'a>(head: *const List) -> impl Iterator<Item = &'a Buffer> {
    // SAFETY: as the caller says; a buffer begins with its node.
    unsafe { List::elements(head).map(|node| &*node.cast::<Buffer>()) }
}

/// All bytes of a list of buffers, one after the other.
///
/// # Safety
/// As [`List::elements`], of a list of buffers.
pub(crate) unsafe fn bytes_of_list(head: *const List) -> Vec<u8> {
    let mut all = Vec::new();
    // SAFETY: as the caller says.
    for buffer in unsafe { buffers(head) } {
        // SAFETY: as the caller says.
        all.extend_from_slice(unsafe { buffer.bytes() });
    }
    all
}

/// A buffer with room for `size` bytes. Null without a pool, or for a size below 0.
///
/// # Safety
/// `pool` is null or not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_create_buf(pool: *mut Pool, size: i32) -> *mut Buffer {
    // SAFETY: as the caller says.
    match (unsafe { pool.as_ref() }, usize::try_from(size)) {
        (Some(pool), Ok(size)) => Buffer::with_room(pool, size),
        _ => ptr::null_mut(),
    }
}

/// A buffer of the `size` bytes at `data`, which it points to and does not copy: they must live as
/// long as it does. Null without a pool, or for a size below 0.
///
/// # Safety
/// `pool` is null or not destroyed; `data` has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_buf_pack(
    pool: *mut Pool,
    data: *const std::ffi::c_void,
    size: i32,
) -> *mut Buffer {
    // SAFETY: as the caller says.
    match (unsafe { pool.as_ref() }, usize::try_from(size)) {
        (Some(pool), Ok(size)) => {
            let start = data.cast::<u8>().cast_mut();
            let end = start.wrapping_add(size);
            pool.place(Buffer {
                node: List::UNLINKED,
                pos: start,
                last: end,
                start,
                end,
            })
        }
        _ => ptr::null_mut(),
    }
}

/// How many bytes a list of buffers has.
///
/// # Safety
/// `list` is null, or the head of a whole list of buffers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_buf_list_len(list: *const List) -> i64 {
    // SAFETY: as the caller says.
    let lengths = unsafe { buffers(list).map(|buffer| buffer.bytes().len() as u64) };
    i64::try_from(lengths.sum::<u64>()).unwrap_or(i64::MAX)
}

/// All bytes of a list of buffers in one text, which ends with a zero. Null without a pool.
///
/// # Safety
/// `pool` is null or not destroyed; `list` is null, or the head of a whole list of buffers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_buf_list_content(pool: *mut Pool, list: *const List) -> *mut c_char {
    // SAFETY: as the caller says.
    match unsafe { pool.as_ref() } {
        // SAFETY: as the caller says.
        Some(pool) => pool.text(unsafe { bytes_of_list(list) }),
        None => ptr::null_mut(),
    }
}
