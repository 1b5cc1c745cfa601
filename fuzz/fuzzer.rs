//! libFuzzer around the reader that `OSSUM_FUZZED` names; without it, the names of all.
#![no_main]

use std::env;
use std::io::Write as _;
use std::process;
use std::sync::OnceLock;

use ossum_fuzz::{READERS, Reader};

static CHOSEN: OnceLock<Reader> = OnceLock::new();

libfuzzer_sys::fuzz_target!(init: choose(), |bytes: &[u8]| {
    let (_, read) = CHOSEN.get().expect("it was chosen before the first input");
    read(bytes);
});

fn choose() {
    let wanted = env::var("OSSUM_FUZZED").ok();
    match READERS
        .iter()
        .find(|(name, _)| Some(*name) == wanted.as_deref())
    {
        Some(reader) => {
            CHOSEN.get_or_init(|| *reader);
        }
        None => {
            let mut out = std::io::stdout();
            for (name, _) in READERS {
                writeln!(out, "{name}").expect("somebody reads the names");
            }
            process::exit(i32::from(wanted.is_some()));
        }
    }
}
