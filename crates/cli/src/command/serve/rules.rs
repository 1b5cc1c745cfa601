use std::fs::File;
use std::io::Read;
use std::path::Path;

use ossum_devserver::faults::Rules;

use crate::failure::Failure;

/// More is no file of rules; what is read of it is too long for them, and refused.
const MAX_BYTES: u64 = 2 * 1024 * 1024;

/// The fault rules in `file`; none without a file.
pub(super) fn read(file: Option<&Path>) -> Result<Rules, Failure> {
    let Some(path) = file else {
        return Ok(Rules::new());
    };
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(MAX_BYTES).read_to_string(&mut text));
    read.map_err(|source| Failure::Local {
        action: "read",
        path: path.to_owned(),
        source,
    })?;
    text.parse().map_err(|invalid| {
        Failure::usage(
            format!("--faults {}: {invalid}", path.display()),
            "`ossum serve --help` shows a rule; docs/faults.md lists all that one can say",
        )
    })
}
