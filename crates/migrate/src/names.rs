//! Where each file lies in the work place.

use sha2::{Digest, Sha256};

use crate::ledger::Attempt;

/// What was planned; it is put last, so the plan is whole where it is there.
pub const JOB: &str = "job.json";

/// That every huge object is completed.
pub const FINISHED: &str = "finished.json";

/// What the audit found, a line for each object with a finding.
pub const REPORT_CSV: &str = "report.csv";

/// The same for people.
pub const REPORT_HTML: &str = "report.html";

/// What all done markers begin with.
pub const DONE: &str = "done/";

/// What the records of all huge objects' uploads begin with.
pub const UPLOADS: &str = "uploads/";

/// The manifest of a shard.
pub fn shard(number: u32) -> String {
    format!("shards/{number:06}.csv.gz")
}

/// What the chunks of a shard's ledger begin with.
pub fn ledger(shard: u32) -> String {
    format!("ledger/{shard:06}/")
}

/// What the chunks of the ledger of `finish` begin with, which completes huge objects.
pub const LEDGER_OF_FINISH: &str = "ledger/finish/";

/// What the chunks of the ledger of an attempt at planning begin with: what of the source is in no row, and why.
pub fn ledger_of_plan(attempt: &Attempt) -> String {
    format!("ledger/plan-{attempt}/")
}

/// That all rows of a shard are done.
pub fn done(shard: u32) -> String {
    format!("{DONE}{shard:06}.json")
}

/// The upload of the huge object that has this key below the destination.
///
/// Two keys have the same name with a chance of one in 2^64; the record has the key, so that is noticed.
pub fn upload(key: &str) -> String {
    format!("{UPLOADS}{}.json", hex::encode(&Sha256::digest(key)[..8]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_as_shards_do() {
        assert_eq!(shard(7), "shards/000007.csv.gz");
        assert_eq!(ledger(123_456), "ledger/123456/");
        assert_eq!(done(42), "done/000042.json");
    }

    #[test]
    fn an_upload_is_named_for_its_key() {
        let name = upload("a/../b\n");
        assert_eq!(name.len(), "uploads/".len() + 16 + ".json".len());
        assert_ne!(name, upload("a/../c\n"));
    }
}
