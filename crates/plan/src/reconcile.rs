use std::collections::BTreeMap;

use ossum_types::{Crc64, ETag, PartNumber};

use crate::{Part, PartLayout};

/// A part as the service lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPart {
    /// Its number.
    pub number: PartNumber,
    /// Its size in bytes.
    pub size: u64,
    /// Its ETag.
    pub etag: ETag,
    /// The CRC-64 of its bytes, if the service tells.
    pub crc64: Option<Crc64>,
}

/// A part as an earlier run took note of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedPart {
    /// The CRC-64 of the bytes that were moved.
    pub crc64: Option<Crc64>,
    /// The ETag that the service gave it.
    pub etag: Option<ETag>,
}

/// What an earlier run took note of.
pub type Recorded = BTreeMap<PartNumber, RecordedPart>;

/// Whether local bytes are read again before a part of them counts as there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reread {
    /// Every byte is.
    #[default]
    Always,
    /// What an earlier run recorded is believed: the file is the very same, and was not changed
    /// since.
    Believe,
}

/// What local bytes have to have, for the service's part to be theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// This CRC-64.
    Crc64(Crc64),
    /// This MD5.
    Md5([u8; 16]),
}

/// A part that the service has, and that may hold the bytes it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Which part.
    pub part: Part,
    /// The ETag that the service has for it.
    pub etag: ETag,
    /// What shows that it does.
    pub evidence: Evidence,
}

/// A part that the service has, with the right bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPart {
    /// Which part.
    pub part: Part,
    /// The ETag that the service has for it.
    pub etag: ETag,
    /// The CRC-64 of its bytes, where anybody knows.
    pub crc64: Option<Crc64>,
}

/// What remains to be done of an upload. Every part of the layout is in exactly one list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// There, and not looked at again.
    pub keep: Vec<KeptPart>,
    /// There if the local bytes are the evidence's; otherwise to be sent.
    pub check: Vec<Candidate>,
    /// To be sent.
    pub send: Vec<Part>,
}

/// Decides which parts of an upload are there already.
///
/// Any set of parts, not only the first ones. What the service lists is the truth about what it
/// has; what was recorded only helps where it does not list a CRC-64. A part of another size is
/// sent again, and so is one that nothing tells the bytes of.
pub fn reconcile(
    layout: &PartLayout,
    recorded: &Recorded,
    listed: impl IntoIterator<Item = ListedPart>,
    reread: Reread,
) -> Reconciled {
    let mut plan = Reconciled::default();
    for (part, listed) in pair(layout, listed) {
        let Some(listed) = listed else {
            plan.send.push(part);
            continue;
        };
        let sent = recorded
            .get(&part.number)
            .filter(|recorded| recorded.etag.as_ref() == Some(&listed.etag))
            .and_then(|recorded| recorded.crc64);
        let evidence = evidence(&listed, sent);
        match (reread, sent, evidence) {
            (Reread::Believe, Some(sent), Some(Evidence::Crc64(crc64))) if sent == crc64 => {
                plan.keep.push(KeptPart {
                    part,
                    etag: listed.etag,
                    crc64: Some(crc64),
                });
            }
            (_, _, Some(evidence)) => plan.check.push(Candidate {
                part,
                etag: listed.etag,
                evidence,
            }),
            (_, _, None) => plan.send.push(part),
        }
    }
    plan
}

/// Decides which parts of a copy are there already: those that an earlier run made, as it made them.
///
/// Nobody here has the bytes. That the parts together have the CRC-64 of the source is for the
/// caller to find.
pub fn reconcile_copy(
    layout: &PartLayout,
    recorded: &Recorded,
    listed: impl IntoIterator<Item = ListedPart>,
) -> Reconciled {
    let mut plan = Reconciled::default();
    for (part, listed) in pair(layout, listed) {
        let ours = listed.filter(|listed| {
            let recorded = recorded.get(&part.number);
            recorded.is_some_and(|recorded| recorded.etag.as_ref() == Some(&listed.etag))
        });
        match ours {
            Some(ListedPart { etag, crc64, .. }) => {
                plan.keep.push(KeptPart { part, etag, crc64 });
            }
            None => plan.send.push(part),
        }
    }
    plan
}

/// A part that is said to have been received, and the CRC-64 that its bytes on the disk must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReceivedPart {
    /// Which part.
    pub part: Part,
    /// What its bytes had when they came.
    pub crc64: Crc64,
}

/// Decides which parts of a download are to be looked for on the disk, and which are to be fetched.
pub fn reconcile_received(
    layout: &PartLayout,
    recorded: &Recorded,
) -> (Vec<ReceivedPart>, Vec<Part>) {
    let (mut check, mut fetch) = (Vec::new(), Vec::new());
    for part in layout.parts() {
        match recorded
            .get(&part.number)
            .and_then(|recorded| recorded.crc64)
        {
            Some(crc64) => check.push(ReceivedPart { part, crc64 }),
            None => fetch.push(part),
        }
    }
    (check, fetch)
}

/// Each part of the layout with what the service lists under its number, if that has its size.
fn pair(
    layout: &PartLayout,
    listed: impl IntoIterator<Item = ListedPart>,
) -> impl Iterator<Item = (Part, Option<ListedPart>)> {
    let listed = listed.into_iter().map(|listed| (listed.number, listed));
    let mut listed: BTreeMap<PartNumber, ListedPart> = listed.collect();
    layout.parts().map(move |part| {
        let found = listed.remove(&part.number);
        (part, found.filter(|listed| listed.size == part.range.len()))
    })
}

/// What the local bytes must have, by the best that is known: what the service lists, what was sent
/// under this ETag, and an ETag that is an MD5.
fn evidence(listed: &ListedPart, sent: Option<Crc64>) -> Option<Evidence> {
    let crc64 = listed.crc64.or(sent).map(Evidence::Crc64);
    crc64.or_else(|| listed.etag.as_md5().map(Evidence::Md5))
}
