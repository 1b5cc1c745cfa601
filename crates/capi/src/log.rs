//! What happens inside, told to a function of the caller's.
//!
//! A level is a number, larger for more, as in the official headers; nothing is told before
//! `aos_log_set_level`. Lines go to standard error, or to the function given to
//! `aos_log_set_print`. Secrets and signatures are in none of them.

use std::ffi::{c_char, c_int};
use std::fmt;
use std::io::Write as _;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Mutex, Once, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber};

/// `aos_log_print_pt`: a line, and how many bytes it has.
type Print = Option<unsafe extern "C" fn(message: *const c_char, len: c_int)>;

const OFF: c_int = 1;
const ERROR: c_int = 3;
const WARN: c_int = 4;
const INFO: c_int = 5;
const DEBUG: c_int = 6;
const TRACE: c_int = 7;

static LEVEL: AtomicI32 = AtomicI32::new(OFF);
static PRINT: Mutex<Print> = Mutex::new(None);
static LISTEN: Once = Once::new();

/// How much is told from now on: `AOS_LOG_OFF` (1) to `AOS_LOG_ALL` (8). May be called at any time,
/// from any thread.
#[unsafe(no_mangle)]
pub extern "C" fn aos_log_set_level(level: c_int) {
    LEVEL.store(level, Ordering::Relaxed);
    // A program that is itself written in Rust may have one already, which is told everything then.
    LISTEN.call_once(|| drop(tracing::subscriber::set_global_default(Listener)));
}

/// Who is told lines from now on; null is standard error. It is called from any thread, also from
/// several at once, and must not call this library.
#[unsafe(no_mangle)]
pub extern "C" fn aos_log_set_print(print: Print) {
    *PRINT.lock().unwrap_or_else(PoisonError::into_inner) = print;
}

/// The level that is set: what the macros of `aos_log.h` look at.
#[unsafe(no_mangle)]
pub extern "C" fn aos_log_get_level() -> c_int {
    LEVEL.load(Ordering::Relaxed)
}

/// Tells a line of the program's own, as the macros of `aos_log.h` do: `len` bytes at `message`.
///
/// # Safety
/// `message` is null, or has `len` bytes and a zero after them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aos_log_line(message: *const c_char, len: c_int) {
    let print = *PRINT.lock().unwrap_or_else(PoisonError::into_inner);
    let Ok(bytes) = usize::try_from(len) else {
        return;
    };
    if message.is_null() {
        return;
    }
    if let Some(print) = print {
        // SAFETY: a function of the caller's that takes a line.
        unsafe { print(message, len) };
    } else {
        // SAFETY: as the caller says.
        let line = unsafe { std::slice::from_raw_parts(message.cast::<u8>(), bytes) };
        // A log that cannot be written has nobody to be told of.
        let _ = std::io::stderr().write_all(line);
    }
}

/// Hears what the rooms below tell.
struct Listener;

impl Subscriber for Listener {
    /// Asked anew each time: the level may change.
    fn register_callsite(&self, _metadata: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let level = match *metadata.level() {
            Level::ERROR => ERROR,
            Level::WARN => WARN,
            Level::INFO => INFO,
            Level::DEBUG => DEBUG,
            Level::TRACE => TRACE,
        };
        metadata.target().starts_with("ossum") && level <= LEVEL.load(Ordering::Relaxed)
    }

    fn event(&self, event: &Event<'_>) {
        let metadata = event.metadata();
        let mut line = Line(format!("[{}] {}:", metadata.level(), metadata.target()));
        event.record(&mut line);
        line.0.push('\n');
        let len = c_int::try_from(line.0.len()).unwrap_or(c_int::MAX);
        line.0.push('\0');
        // SAFETY: it has its bytes, and the zero.
        unsafe { aos_log_line(line.0.as_ptr().cast(), len) };
    }

    fn new_span(&self, _span: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _span: &Id, _values: &Record<'_>) {}

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        use fmt::Write as _;
        // Writing to a text cannot fail.
        let _ = match field.name() {
            "message" => write!(self.0, " {value:?}"),
            name => write!(self.0, " {name}={value:?}"),
        };
    }
}
