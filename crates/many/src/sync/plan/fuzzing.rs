use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::json_lines::{read_line, write_line};
use super::{Header, Line};

/// Reads a plan line by line, as far as it is one.
///
/// # Panics
/// If a line does not say the same when it is written again.
pub(crate) fn plan(mut bytes: &[u8]) {
    let mut line = Vec::new();
    let mut says_the_same: fn(&[u8]) -> bool = says_the_same::<Header>;
    while let Ok(1..) = read_line(&mut bytes, &mut line) {
        if !says_the_same(&line) {
            return;
        }
        says_the_same = self::says_the_same::<Line>;
    }
}

fn says_the_same<T: Serialize + DeserializeOwned + PartialEq + Debug>(line: &[u8]) -> bool {
    let Ok(read) = serde_json::from_slice::<T>(line) else {
        return false;
    };
    let mut again = Vec::new();
    write_line(&mut again, &read).expect("memory can be written");
    let again: T = serde_json::from_slice(&again).expect("what was written is read");
    assert_eq!(again, read);
    true
}
