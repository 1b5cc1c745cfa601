use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::ffi::{c_char, c_int, c_void};
use std::ptr::{self, NonNull};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::status::{AOSE_INVALID_ARGUMENT, AOSE_OK};

/// Memory that is given back all at once: `aos_pool_t`.
///
/// A pool belongs to one thread at a time, as those of APR do. Making and destroying children of
/// one parent from several threads is safe.
#[derive(Debug)]
pub struct Pool {
    parent: Option<NonNull<Pool>>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    blocks: Vec<Block>,
    /// The block that small allocations go to.
    bump: Option<Bump>,
    children: Vec<NonNull<Pool>>,
}

#[derive(Debug)]
struct Block {
    start: NonNull<u8>,
    layout: Layout,
}

#[derive(Debug)]
struct Bump {
    start: NonNull<u8>,
    taken: usize,
    bytes: usize,
}

/// As `malloc` does it: enough for any type of C.
const ALIGNMENT: usize = 16;

const FIRST_BLOCK_BYTES: usize = 8 << 10;

/// Blocks double up to this; what is larger than a quarter of a block gets one of its own.
const LARGEST_BLOCK_BYTES: usize = 1 << 20;

impl Pool {
    /// A pool that goes with `parent`, if that is not null, or alone.
    ///
    /// # Safety
    /// `parent` is null or a pool that is not destroyed.
    pub(crate) unsafe fn create(parent: *mut Self) -> NonNull<Self> {
        let parent = NonNull::new(parent);
        let pool = Box::new(Self {
            parent,
            state: Mutex::default(),
        });
        let pool = NonNull::from(Box::leak(pool));
        if let Some(parent) = parent {
            // SAFETY: the caller says that it is not destroyed; only its lock is touched.
            unsafe { parent.as_ref() }.state().children.push(pool);
        }
        pool
    }

    /// Gives back everything that was allocated in it and in its children, and them.
    ///
    /// # Safety
    /// `pool` comes from [`create`](Self::create) and is not destroyed; nothing of it is used after.
    pub(crate) unsafe fn destroy(pool: NonNull<Self>) {
        // SAFETY: as the caller says. What is behind the pointer goes only at the end.
        let this = unsafe { pool.as_ref() };
        if let Some(parent) = this.parent {
            // SAFETY: a parent that is destroyed takes its children with it, so it is not.
            let mut parent = unsafe { parent.as_ref() }.state();
            parent.children.retain(|child| *child != pool);
        }
        // SAFETY: as the caller says.
        unsafe { Self::free(pool) };
    }

    /// The same without telling the parent.
    unsafe fn free(pool: NonNull<Self>) {
        // SAFETY: it came from a box, and nobody uses it any more.
        let this = unsafe { Box::from_raw(pool.as_ptr()) };
        let state = std::mem::take(&mut *this.state());
        for child in state.children {
            // SAFETY: a child that had been destroyed would not be in the list any more.
            unsafe { Self::free(child) };
        }
        for Block { start, layout } in state.blocks {
            // SAFETY: allocated with this layout, and nobody else frees it.
            unsafe { dealloc(start.as_ptr(), layout) };
        }
    }

    /// `bytes` of zeros, aligned for any type of C. Of none too, the pointer is one of its own.
    ///
    /// Ends the process if there is no memory, like any other allocation of this library.
    pub(crate) fn allocate(&self, bytes: usize) -> NonNull<u8> {
        self.state().allocate(bytes)
    }

    /// A copy of `text` that ends with a zero.
    pub(crate) fn text(&self, text: impl AsRef<[u8]>) -> *mut c_char {
        let text = text.as_ref();
        let copy = self.allocate(text.len() + 1);
        // SAFETY: it has room for the text, and the zero is there.
        unsafe { ptr::copy_nonoverlapping(text.as_ptr(), copy.as_ptr(), text.len()) };
        copy.as_ptr().cast()
    }

    /// `value` in the pool. It is not dropped when the pool goes, so it must not have to be.
    pub(crate) fn place<T: Copy>(&self, value: T) -> *mut T {
        const { assert!(align_of::<T>() <= ALIGNMENT) };
        let place = self.allocate(size_of::<T>()).cast::<T>();
        // SAFETY: it has the size, and the alignment of any type of C.
        unsafe { place.write(value) };
        place.as_ptr()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No change is ever half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn allocate(&mut self, bytes: usize) -> NonNull<u8> {
        let Some(bytes) = bytes.max(1).checked_next_multiple_of(ALIGNMENT) else {
            handle_alloc_error(Layout::new::<u8>())
        };
        if let Some(place) = self.bump.as_mut().and_then(|bump| bump.take(bytes)) {
            return place;
        }
        let usual = (FIRST_BLOCK_BYTES << self.blocks.len().min(7)).min(LARGEST_BLOCK_BYTES);
        if bytes > usual / 4 {
            return self.add_block(bytes);
        }
        let start = self.add_block(usual);
        self.bump = Some(Bump {
            start,
            taken: bytes,
            bytes: usual,
        });
        start
    }

    /// A new block of zeros.
    fn add_block(&mut self, bytes: usize) -> NonNull<u8> {
        let Ok(layout) = Layout::from_size_align(bytes, ALIGNMENT) else {
            handle_alloc_error(Layout::new::<u8>())
        };
        // SAFETY: it has more than no bytes.
        let Some(start) = NonNull::new(unsafe { alloc_zeroed(layout) }) else {
            handle_alloc_error(layout)
        };
        self.blocks.push(Block { start, layout });
        start
    }
}

impl Bump {
    fn take(&mut self, bytes: usize) -> Option<NonNull<u8>> {
        if bytes > self.bytes - self.taken {
            return None;
        }
        // SAFETY: what follows is inside the block.
        let place = unsafe { self.start.add(self.taken) };
        self.taken += bytes;
        Some(place)
    }
}

/// What `make` makes, in `pool`. Null without a pool.
///
/// # Safety
/// `pool` is null or not destroyed.
pub(crate) unsafe fn create<T: Copy>(pool: *mut Pool, make: impl FnOnce(&Pool) -> T) -> *mut T {
    // SAFETY: as the caller says.
    match unsafe { pool.as_ref() } {
        Some(pool) => pool.place(make(pool)),
        None => ptr::null_mut(),
    }
}

/// Makes a pool: `aos_pool_create(&pool, parent)`. One with a parent goes with it at the latest.
/// Always succeeds.
///
/// # Safety
/// `pool` is where a pointer may be written; `parent` is null or a pool that is not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_pool_create(pool: *mut *mut Pool, parent: *mut Pool) -> c_int {
    if pool.is_null() {
        return AOSE_INVALID_ARGUMENT;
    }
    // SAFETY: as the caller says.
    unsafe { *pool = Pool::create(parent).as_ptr() };
    AOSE_OK
}

/// Ends a pool, its children, and all that was allocated in them. Null is nothing to end.
///
/// # Safety
/// `pool` is null, or a pool that is not destroyed; nothing of it is used after.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_pool_destroy(pool: *mut Pool) {
    if let Some(pool) = NonNull::new(pool) {
        // SAFETY: as the caller says.
        unsafe { Pool::destroy(pool) };
    }
}

/// `bytes` of memory that goes with the pool; all of it is zero. Null without a pool.
///
/// # Safety
/// `pool` is null, or a pool that is not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_pcalloc(pool: *mut Pool, bytes: usize) -> *mut c_void {
    // SAFETY: as the caller says.
    match unsafe { pool.as_ref() } {
        Some(pool) => pool.allocate(bytes).as_ptr().cast(),
        None => ptr::null_mut(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs `test` with a pool that is destroyed afterwards.
    fn with_pool(test: impl FnOnce(NonNull<Pool>)) {
        // SAFETY: it has no parent.
        let pool = unsafe { Pool::create(ptr::null_mut()) };
        test(pool);
        // SAFETY: just made, and the test is over.
        unsafe { Pool::destroy(pool) };
    }

    #[test]
    fn what_is_allocated_is_aligned_apart_and_zero() {
        with_pool(|pool| {
            // SAFETY: it is not destroyed yet.
            let pool = unsafe { pool.as_ref() };
            let mut places: Vec<(usize, usize)> = (0..3000)
                .map(|size| {
                    let place = pool.allocate(size);
                    // SAFETY: it has that many bytes.
                    let bytes = unsafe { std::slice::from_raw_parts_mut(place.as_ptr(), size) };
                    assert!(bytes.iter().all(|byte| *byte == 0));
                    bytes.fill(0xff);
                    (place.as_ptr() as usize, size)
                })
                .collect();
            places.sort_unstable();
            assert!(places.iter().all(|(start, _)| start % ALIGNMENT == 0));
            assert!(places.windows(2).all(|two| two[0].0 + two[0].1 <= two[1].0));
        });
    }

    #[test]
    fn a_child_goes_with_its_parent_or_before_it() {
        with_pool(|parent| {
            // SAFETY: the parent is not destroyed yet, and each child only once.
            unsafe {
                let early = Pool::create(parent.as_ptr());
                let late = Pool::create(parent.as_ptr());
                Pool::create(late.as_ptr());
                early.as_ref().text("x");
                late.as_ref().text("x");
                Pool::destroy(early);
                assert_eq!(parent.as_ref().state().children, [late]);
            }
        });
    }
}
