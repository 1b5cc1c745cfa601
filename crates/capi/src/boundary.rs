//! The wall between C and Rust: pointers are checked here, and no panic gets past it.

mod sigpipe;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::{self, NonNull};

use http::{HeaderMap, Uri};

use self::sigpipe::NoSigpipe;
use crate::abi::{Config, HttpOptions, Options};
use crate::memory::{Pool, Table};
use crate::status::{AOSE_INTERNAL_ERROR, CLIENT_ERROR, Failed, Outcome, Status, without_a_pool};

/// What every call is given.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) config: &'a Config,
    pub(crate) http: &'a HttpOptions,
    /// Where it goes in place of the config's endpoint, and without the config's keys.
    pub(crate) signed_url: Option<&'a Uri>,
    pool: NonNull<Pool>,
}

impl<'a> Call<'a> {
    /// The same call, to where a signed URL leads.
    pub(crate) fn by<'b>(self, url: &'b Uri) -> Call<'b>
    where
        'a: 'b,
    {
        Call {
            signed_url: Some(url),
            ..self
        }
    }

    /// The pool that answers are made in.
    pub(crate) fn pool(&self) -> &'a Pool {
        // SAFETY: the caller of the exported function says that it is not destroyed.
        unsafe { self.pool.as_ref() }
    }
}

/// What a pointer leads to that must not be null.
///
/// # Safety
/// `pointer` is null or of a thing of its type, which nobody else uses meanwhile.
pub(crate) unsafe fn given<'a, T>(what: &str, pointer: *mut T) -> Result<&'a mut T, Failed> {
    // SAFETY: as the caller says.
    unsafe { pointer.as_mut() }.ok_or_else(|| Failed::invalid(format!("{what} is null")))
}

/// Does the work of an exported function, and tells C how it ended.
///
/// A panic ends here, as `AOSE_INTERNAL_ERROR`. `resp_headers` gets a table in any case: of the answer's
/// headers, or an empty one if there was none; but null without a pool to make one in.
///
/// # Safety
/// `options` is null or filled in as the headers say, and nobody changes it meanwhile;
/// `resp_headers` is null or may be written.
pub(crate) unsafe fn guarded<'a>(
    options: *const Options,
    resp_headers: *mut *mut Table,
    work: impl FnOnce(Call<'a>) -> Outcome,
) -> *mut Status {
    // SAFETY: as the caller says.
    let (call, pool) = unsafe { (checked(options), pool_of(options)) };
    let outcome = call.map_or_else(Err, |call| caught(|| work(call)));
    let headers = match &outcome {
        Ok(done) => &done.headers,
        Err(failed) => &failed.headers,
    };
    if !resp_headers.is_null() {
        let table = pool.map_or(ptr::null_mut(), |pool| table(pool, headers));
        // SAFETY: as the caller says.
        unsafe { resp_headers.write(table) };
    }
    // SAFETY: the caller says that it is not destroyed.
    pool.map_or_else(without_a_pool, |pool| {
        Status::of(unsafe { pool.as_ref() }, &outcome)
    })
}

/// What comes of `work`, of which neither a panic nor `SIGPIPE` gets out.
fn caught(work: impl FnOnce() -> Outcome) -> Outcome {
    let _blocked = NoSigpipe::block();
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_panic| {
        let message = "a fault of ossum itself; what was moved is kept if there is a checkpoint";
        Err(Failed::new(AOSE_INTERNAL_ERROR, CLIENT_ERROR, message))
    })
}

/// Makes a table of `headers` in `pool`.
fn table(pool: NonNull<Pool>, headers: &HeaderMap) -> *mut Table {
    let mut table = Table::create(pool, headers.len());
    for (name, value) in headers {
        // SAFETY: just made, and nobody else has it.
        unsafe { table.as_mut() }.add(name.as_str(), value.as_bytes());
    }
    table.as_ptr()
}

/// The same for a function that hands out something else than a status; `None` where it fails, and
/// the log tells why.
///
/// # Safety
/// As [`guarded`].
pub(crate) unsafe fn attempted<'a, T>(
    options: *const Options,
    work: impl FnOnce(Call<'a>) -> Result<T, Failed>,
) -> Option<T> {
    // SAFETY: as the caller says.
    let call = unsafe { checked(options) };
    let call = call
        .inspect_err(|failed| tracing::error!("{}", failed.message))
        .ok()?;
    let outcome = catch_unwind(AssertUnwindSafe(|| work(call))).ok()?;
    outcome
        .inspect_err(|failed| tracing::error!("{}", failed.message))
        .ok()
}

/// # Safety
/// As of [`guarded`].
unsafe fn pool_of(options: *const Options) -> Option<NonNull<Pool>> {
    // SAFETY: as the caller says.
    unsafe { options.as_ref() }.and_then(|options| NonNull::new(options.pool))
}

/// # Safety
/// As of [`guarded`].
unsafe fn checked<'a>(options: *const Options) -> Result<Call<'a>, Failed> {
    let missing = || Failed::invalid("the options are null, or have no config or no pool");
    // SAFETY: as the caller of `guarded` says, of all of them.
    unsafe {
        let options = options.as_ref().ok_or_else(missing)?;
        let controller = options.ctl.as_ref();
        let http = controller.and_then(|controller| controller.options.as_ref());
        Ok(Call {
            config: options.config.as_ref().ok_or_else(missing)?,
            http: http.unwrap_or(&HttpOptions::DEFAULT),
            signed_url: None,
            pool: NonNull::new(options.pool).ok_or_else(missing)?,
        })
    }
}
