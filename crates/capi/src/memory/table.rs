use std::ffi::{c_char, c_int};
use std::ptr::{self, NonNull};

use super::Pool;
use super::text::bytes_of;

/// Names with values, in the order they were added; names are the same whatever their case:
/// `aos_table_t`.
///
/// Begins as a C array header, which is how programs walk through one.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Table {
    array: ArrayHeader,
}

/// `aos_array_header_t`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct ArrayHeader {
    pub(crate) pool: *mut Pool,
    pub(crate) elt_size: c_int,
    pub(crate) nelts: c_int,
    pub(crate) nalloc: c_int,
    /// In C it is a `char *`.
    pub(crate) elts: *mut Entry,
}

/// `aos_table_entry_t`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    pub(crate) key: *mut c_char,
    pub(crate) val: *mut c_char,
    pub(crate) key_checksum: u32,
}

const FEWEST_ENTRIES: usize = 4;

fn count(things: usize) -> c_int {
    c_int::try_from(things).unwrap_or(c_int::MAX)
}

impl Table {
    /// An empty table in `pool`, with room for `entries` before it has to grow.
    pub(crate) fn create(pool: NonNull<Pool>, entries: usize) -> NonNull<Self> {
        let room = entries.clamp(FEWEST_ENTRIES, 1024);
        // SAFETY: a pool that is handed in is not destroyed.
        let owner = unsafe { pool.as_ref() };
        let elts = owner.allocate(room * size_of::<Entry>()).as_ptr().cast();
        let table = owner.place(Self {
            array: ArrayHeader {
                pool: pool.as_ptr(),
                elt_size: count(size_of::<Entry>()),
                nelts: 0,
                nalloc: count(room),
                elts,
            },
        });
        NonNull::new(table).expect("a place in a pool")
    }

    fn pool(&self) -> &Pool {
        // SAFETY: a table is in its pool, so that is not destroyed while the table is used.
        unsafe { &*self.array.pool }
    }

    fn entries(&self) -> &[Entry] {
        let len = usize::try_from(self.array.nelts).unwrap_or(0);
        if self.array.elts.is_null() {
            return &[];
        }
        // SAFETY: the first `nelts` of the array are set.
        unsafe { std::slice::from_raw_parts(self.array.elts, len) }
    }

    /// All names and values, in order.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        // SAFETY: texts in a table end with a zero, and live as long as its pool.
        self.entries().iter().filter_map(|entry| unsafe {
            Some((
                bytes_of(entry.key)?,
                bytes_of(entry.val).unwrap_or_default(),
            ))
        })
    }

    fn find(&self, name: &[u8]) -> Option<&Entry> {
        // SAFETY: as above.
        let is_it = |entry: &&Entry| {
            unsafe { bytes_of(entry.key) }.is_some_and(|key| key.eq_ignore_ascii_case(name))
        };
        self.entries().iter().find(is_it)
    }

    /// Whether there is a value of `name`.
    pub(crate) fn has(&self, name: impl AsRef<[u8]>) -> bool {
        self.find(name.as_ref()).is_some()
    }

    /// Adds a name, whether or not it is there already. Both are copied.
    pub(crate) fn add(&mut self, name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) {
        let entry = Entry {
            key: self.pool().text(name),
            val: self.pool().text(value),
            key_checksum: 0,
        };
        self.push(entry);
    }

    fn push(&mut self, entry: Entry) {
        let len = self.entries().len();
        if self.array.nelts == self.array.nalloc {
            self.grow(2 * len.max(FEWEST_ENTRIES));
        }
        // SAFETY: there is room for one more.
        unsafe { self.array.elts.add(len).write(entry) };
        self.array.nelts += 1;
    }

    /// The old array stays in the pool: nothing is given back before that goes.
    fn grow(&mut self, room: usize) {
        let elts = self
            .pool()
            .allocate(room * size_of::<Entry>())
            .cast::<Entry>();
        let old = self.entries();
        // SAFETY: the new array has more room.
        unsafe { ptr::copy_nonoverlapping(old.as_ptr(), elts.as_ptr(), old.len()) };
        self.array.elts = elts.as_ptr();
        self.array.nalloc = count(room);
    }

    /// Removes every entry of that name.
    fn unset(&mut self, name: &[u8]) {
        let kept: Vec<Entry> = self
            .entries()
            .iter()
            .copied()
            // SAFETY: as in `pairs`.
            .filter(|entry| {
                !unsafe { bytes_of(entry.key) }.is_some_and(|key| key.eq_ignore_ascii_case(name))
            })
            .collect();
        // SAFETY: there are not more than before.
        unsafe { ptr::copy_nonoverlapping(kept.as_ptr(), self.array.elts, kept.len()) };
        self.array.nelts = count(kept.len());
    }

    /// Makes `value` the only one of its name.
    pub(crate) fn set(&mut self, name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) {
        self.unset(name.as_ref());
        self.add(name, value);
    }
}

/// An empty table, with room for `entries` before it has to grow. Null without a pool.
///
/// # Safety
/// `pool` is null or not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_table_make(pool: *mut Pool, entries: c_int) -> *mut Table {
    let entries = usize::try_from(entries).unwrap_or(0);
    NonNull::new(pool).map_or(ptr::null_mut(), |pool| {
        Table::create(pool, entries).as_ptr()
    })
}

/// The first value of `name`, whatever its case; null if there is none. It lives as long as the
/// table's pool.
///
/// # Safety
/// `table` is null or of a pool that is not destroyed; `name` is null or ends with a zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_table_get(table: *const Table, name: *const c_char) -> *const c_char {
    // SAFETY: as the caller says.
    let found = unsafe {
        match (table.as_ref(), bytes_of(name)) {
            (Some(table), Some(name)) => table.find(name),
            _ => None,
        }
    };
    found.map_or(ptr::null(), |entry| entry.val.cast_const())
}

/// What a function of two texts does to a table, if all three are there.
///
/// # Safety
/// As [`aos_table_set`].
unsafe fn change(
    table: *mut Table,
    name: *const c_char,
    value: *const c_char,
    act: impl FnOnce(&mut Table, &[u8], &[u8]),
) {
    // SAFETY: as the caller says.
    unsafe {
        if let (Some(table), Some(name), Some(value)) =
            (table.as_mut(), bytes_of(name), bytes_of(value))
        {
            act(table, name, value);
        }
    }
}

/// Makes `value` the only one of `name`. Both are copied. Does nothing where one of them is null.
///
/// # Safety
/// `table` is null or of a pool that is not destroyed; the texts are null or end with a zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_table_set(
    table: *mut Table,
    name: *const c_char,
    value: *const c_char,
) {
    // SAFETY: as the caller says.
    unsafe {
        change(table, name, value, |table, name, value| {
            table.set(name, value);
        });
    };
}

/// Adds `value` to those of `name`. Both are copied. Does nothing where one of them is null.
///
/// # Safety
/// As [`aos_table_set`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_table_add(
    table: *mut Table,
    name: *const c_char,
    value: *const c_char,
) {
    // SAFETY: as the caller says.
    unsafe {
        change(table, name, value, |table, name, value| {
            table.add(name, value);
        });
    };
}

/// Removes every value of `name`.
///
/// # Safety
/// As [`aos_table_set`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_table_unset(table: *mut Table, name: *const c_char) {
    // SAFETY: as the caller says.
    unsafe {
        if let (Some(table), Some(name)) = (table.as_mut(), bytes_of(name)) {
            table.unset(name);
        }
    }
}

/// Removes everything.
///
/// # Safety
/// `table` is null or of a pool that is not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_table_clear(table: *mut Table) {
    // SAFETY: as the caller says.
    if let Some(table) = unsafe { table.as_mut() } {
        table.array.nelts = 0;
    }
}

/// The entries, as an array that the table keeps; null without a table. A change of the table may
/// move it.
///
/// # Safety
/// `table` is null or of a pool that is not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_table_elts(table: *const Table) -> *const ArrayHeader {
    table.cast() // it begins with its array
}

/// Whether there is nothing in it, or no table: 1 or 0.
///
/// # Safety
/// `table` is null or of a pool that is not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_is_empty_table(table: *const Table) -> c_int {
    // SAFETY: as the caller says.
    c_int::from(unsafe { table.as_ref() }.is_none_or(|table| table.entries().is_empty()))
}
