//! Finds files that the destination does not have, and has the bytes of under another name.
//!
//! While both sides are listed, it is noted which files are new, and which objects nothing of the source
//! has the name of ([`Candidates`]). Only those of a size that both kinds have are looked at: such a file
//! is read, unless its CRC-64 was learnt before, and OSS is asked for that of such an object (`ask.rs`).
//! What has size and CRC-64 of an object (`matched.rs`) becomes a copy of it, in the plan and so in all
//! that follows from it. What is noted is sorted outside of memory, so nothing here grows with the trees.

mod ask;
mod matched;
mod records;
mod same_size;

use std::path::Path;

use serde::{Deserialize, Serialize};

use self::ask::ask;
use self::matched::{Match, Matched};
use self::records::Records;
use self::same_size::SameSize;
use super::checksums::{Checksums, Learnt};
use super::plan::{Action, Continue, Draft, Plan};
use crate::error::Error;
use crate::item::Item;
use crate::work::Context;

/// A file that the destination does not have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct NewFile {
    name: String,
    size: u64,
    /// Which file it is, and when it was last changed in any way.
    identity: String,
    /// Its CRC-64, if that was learnt before.
    crc64: Option<String>,
}

/// An object that the source has no file for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct OldObject {
    name: String,
    size: u64,
    /// Which bytes it has, as far as the listing told.
    version: String,
}

/// What may be the new and the old name of one thing.
pub(super) struct Candidates {
    files: Records<NewFile>,
    objects: Records<OldObject>,
    /// What was learnt of such files before.
    checksums: Option<Checksums>,
}

impl Candidates {
    /// None yet.
    pub(super) fn new(spill: Option<&Path>, checksums: Option<Checksums>) -> Self {
        Self {
            files: Records::new(spill),
            objects: Records::new(spill),
            checksums,
        }
    }

    /// Takes note of a file that the destination does not have; it comes after all files before. Of an
    /// empty one there is nothing to be sent.
    pub(super) fn file(&mut self, file: &Item) -> Result<(), Error> {
        if file.size == 0 {
            return Ok(());
        }
        let checksums = self.checksums.as_mut();
        let known = checksums.and_then(|checksums| checksums.find(file));
        let noted = NewFile {
            name: file.name.clone(),
            size: file.size,
            identity: file.identity(),
            crc64: known.map(|crc64| crc64.to_string()),
        };
        self.files.put(&file.size.to_be_bytes(), &noted)
    }

    /// Takes note of an object that the source has no file for.
    pub(super) fn object(&mut self, object: &Item) -> Result<(), Error> {
        if object.size == 0 {
            return Ok(());
        }
        let noted = OldObject {
            name: object.name.clone(),
            size: object.size,
            version: object.version.clone(),
        };
        self.objects.put(&object.size.to_be_bytes(), &noted)
    }

    /// The plan with a copy of an object for each file that has its bytes.
    ///
    /// A file that cannot be read is uploaded, and fails then if it has to; an object that OSS tells no
    /// CRC-64 of is no candidate.
    ///
    /// # Errors
    /// [`Error::Cancelled`], and what kept the records from being sorted.
    pub(super) fn track(self, context: &Context<'_>, plan: Plan) -> Result<Plan, Error> {
        if self.files.is_empty() || self.objects.is_empty() {
            return Ok(plan);
        }
        let spill = context.temporary_directory();
        let candidates = SameSize::among(self.files.in_order()?, self.objects.in_order()?);
        let asked = ask(context, candidates, spill)?;
        if let Some(checksums) = self.checksums {
            keep(checksums, asked.learnt)?;
        }
        let mut renamed = Records::new(spill);
        for found in Matched::among(asked.known.in_order()?) {
            let found = found?;
            renamed.put(&by_name(&found.name), &found)?;
        }
        if renamed.is_empty() {
            return Ok(plan);
        }
        with_copies(plan, renamed, spill)
    }
}

/// A key in the order of a plan, which is that of names. No file's name has a zero in it.
fn by_name(name: &str) -> Vec<u8> {
    [name.as_bytes(), &[0]].concat()
}

/// Takes note of what was learnt, for the next time.
fn keep(mut checksums: Checksums, learnt: Records<Learnt>) -> Result<(), Error> {
    for learnt in learnt.in_order()? {
        checksums.add(&learnt?);
    }
    checksums.finish();
    Ok(())
}

/// The plan with copies of objects in place of those uploads.
fn with_copies(
    mut plan: Plan,
    renamed: Records<Match>,
    directory: Option<&Path>,
) -> Result<Plan, Error> {
    let mut renamed = renamed.in_order()?.peekable();
    let mut draft = Draft::begin(directory)?;
    draft.totals = plan.totals.of_nothing();
    plan.for_each(|line| {
        let is_it = |found: &Match| found.name == line.key && line.action == Action::Copy;
        let found = renamed.next_if(|found| found.as_ref().map_or(true, is_it));
        let line = match found.transpose()? {
            Some(found) => line.made_from(found.origin),
            None => line,
        };
        draft.add(&line)?;
        Ok(Continue::Yes)
    })?;
    draft.finish()
}
