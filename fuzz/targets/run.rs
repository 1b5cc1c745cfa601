#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ossum_many::fuzzing::run(bytes));
