use std::time::Duration;

use fastrand::Rng;
use http::{HeaderName, StatusCode};
use ossum_devserver::Operation;
use ossum_devserver::faults::{
    Answer, ETagChange, Effect, ListingLie, Moment, PartChange, RangeLie, Rule, Rules, Skew, Spot,
    Stall, Turn,
};
use ossum_durable::{Effect as DiskEffect, Errno};
use ossum_types::PartNumber;

use super::scenario::{Settings, Way, one_in, pick};

/// Something that goes wrong at the server, or on the way there.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Trouble {
    /// What it counts as.
    pub(super) name: &'static str,
    pub(super) rule: Rule,
}

/// Something that goes wrong on the disk.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum DiskTrouble {
    /// The so-many-th such effect fails.
    Once(u64, DiskEffect, Errno),
    /// All of them do.
    Always(DiskEffect, Errno),
    /// So many bytes are free.
    Space(u64),
    /// Writes and reads take so many bytes at most.
    Short(usize),
}

/// The name of what makes bytes arrive as others.
pub(super) const ANSWER_DAMAGED: &str = "answer damaged";

const UP: &[Operation] = &[
    Operation::PutObject,
    Operation::InitiateMultipartUpload,
    Operation::UploadPart,
    Operation::UploadPart,
    Operation::ListParts,
    Operation::CompleteMultipartUpload,
    Operation::CompleteMultipartUpload,
    Operation::HeadObject,
    Operation::AbortMultipartUpload,
];

const DOWN: &[Operation] = &[
    Operation::GetObject,
    Operation::GetObject,
    Operation::GetObject,
    Operation::HeadObject,
];

const COPY: &[Operation] = &[
    Operation::CopyObject,
    Operation::InitiateMultipartUpload,
    Operation::UploadPartCopy,
    Operation::UploadPartCopy,
    Operation::ListParts,
    Operation::CompleteMultipartUpload,
    Operation::HeadObject,
    Operation::AbortMultipartUpload,
];

impl Trouble {
    pub(super) fn any(rng: &mut Rng, settings: &Settings) -> Self {
        loop {
            let trouble = Self::perhaps(rng, settings);
            // A range is verified by its length and the object's ETag, and nothing else.
            let is_unseen = settings.range.is_some() && trouble.name == ANSWER_DAMAGED;
            // Not every effect means something to every operation.
            if !is_unseen && Rules::from_iter([trouble.rule.clone()]).check().is_ok() {
                return trouble;
            }
        }
    }

    fn perhaps(rng: &mut Rng, settings: &Settings) -> Self {
        let operation = *match settings.way {
            Way::Up => pick(rng, UP),
            Way::Down => pick(rng, DOWN),
            Way::Copy => pick(rng, COPY),
        };
        let (name, effect) = match rng.u8(0..3) {
            0 => special(rng, settings, operation),
            _ => usual(rng, settings.size),
        };
        let rule = when(rng, Rule::on(operation)).then(effect);
        Self { name, rule }
    }
}

/// Once, a few times, or always.
fn when(rng: &mut Rng, rule: Rule) -> Rule {
    let nth = rng.u64(1..=4);
    match rng.u8(0..8) {
        0 => rule,
        1 | 2 => rule.from(nth).count(rng.u64(2..=6)),
        _ => rule.nth(nth),
    }
}

/// What may happen to any request.
fn usual(rng: &mut Rng, size: u64) -> (&'static str, Effect) {
    let at = rng.u64(0..=size.max(1));
    let at = *pick(rng, &[0, 1, at]);
    let status = |status| Answer::new(status);
    match rng.u8(0..14) {
        0 => ("reset before", Effect::Reset(Moment::BeforeAnswer)),
        1 => (
            "closed within the request",
            Effect::Close(Moment::AfterRequestBytes(at)),
        ),
        2 => (
            "reset within the answer",
            Effect::Reset(Moment::AfterResponseBytes(at)),
        ),
        3 | 4 => ("answer lost", Effect::Reset(Moment::AfterCommit)),
        5 => (
            "503",
            Effect::Answer(status(StatusCode::SERVICE_UNAVAILABLE).code("ServiceUnavailable")),
        ),
        6 => (
            "503 after it was done",
            Effect::Answer(
                status(StatusCode::SERVICE_UNAVAILABLE)
                    .code("SlowDown")
                    .carried_out(),
            ),
        ),
        7 => (
            "429",
            Effect::Answer(
                status(StatusCode::TOO_MANY_REQUESTS)
                    .code("TooManyRequests")
                    .retry_after(Duration::from_secs(1)),
            ),
        ),
        8 => (
            "403",
            Effect::Answer(status(StatusCode::FORBIDDEN).code("AccessDenied")),
        ),
        9 => ("captive portal", Effect::HtmlPage),
        10 => ("no head", Effect::Stall(Stall::before_head())),
        11 => ("stall", Effect::Stall(Stall::after_bytes(at))),
        12 => ("wrong clock", Effect::SkewClock(Skew::Ahead(HOUR))),
        _ => (
            "500",
            Effect::Answer(status(StatusCode::INTERNAL_SERVER_ERROR)),
        ),
    }
}

const HOUR: Duration = Duration::from_hours(1);

/// What may happen to this operation.
fn special(rng: &mut Rng, settings: &Settings, operation: Operation) -> (&'static str, Effect) {
    let seed = rng.u64(..);
    let parts = settings.size.div_ceil(settings.part_bytes).clamp(1, 16);
    let part = u32::try_from(rng.u64(1..=parts)).unwrap_or(1);
    let part = PartNumber::new(part).expect("1 to 16");
    let turn = *pick(rng, &[Turn::Before, Turn::After]);
    match operation {
        Operation::GetObject => of_get(rng, seed, turn),
        Operation::HeadObject if one_in(rng, 2) => ("no CRC-64", without("x-oss-hash-crc64ecma")),
        Operation::HeadObject => ("no ETag", without("etag")),
        Operation::ListParts => of_listing(rng, settings, part, seed),
        Operation::UploadPart | Operation::UploadPartCopy => match rng.u8(0..5) {
            0 => ("upload gone", Effect::DropUpload(turn)),
            1 => ("part changed", Effect::Part(change(rng, part))),
            2 => ("no CRC-64", without("x-oss-hash-crc64ecma")),
            3 => ("no ETag", without("etag")),
            _ => (
                "request damaged",
                Effect::CorruptRequest(Spot::Seeded(seed)),
            ),
        },
        Operation::CompleteMultipartUpload => match rng.u8(0..4) {
            0 => ("upload gone", Effect::DropUpload(Turn::Before)),
            1 => ("part changed", Effect::Part(change(rng, part))),
            2 => ("no CRC-64", without("x-oss-hash-crc64ecma")),
            _ => (
                "request damaged",
                Effect::CorruptRequest(Spot::Seeded(seed)),
            ),
        },
        _ if one_in(rng, 2) => (
            "request damaged",
            Effect::CorruptRequest(Spot::Seeded(seed)),
        ),
        _ => (ANSWER_DAMAGED, Effect::CorruptResponse(Spot::Seeded(seed))),
    }
}

fn of_get(rng: &mut Rng, seed: u64, turn: Turn) -> (&'static str, Effect) {
    match rng.u8(0..14) {
        0 | 1 => (ANSWER_DAMAGED, Effect::CorruptResponse(Spot::Seeded(seed))),
        2 => ("more than announced", Effect::Extend(seed % 100 + 1)),
        3 => ("gzip", Effect::Gzip),
        4 => ("range ignored", Effect::Range(RangeLie::Ignored)),
        5 => ("range shorter", Effect::Range(RangeLie::Shortened(1))),
        6 => ("range shifted", Effect::Range(RangeLie::Shifted(1))),
        7 => ("object replaced", Effect::ReplaceObject(turn)),
        8 => ("object touched", Effect::TouchObject(turn)),
        9 => ("object deleted", Effect::DeleteObject(Turn::Before)),
        10 => ("no CRC-64", without("x-oss-hash-crc64ecma")),
        11 => ("no ETag", without("etag")),
        12 => ("no Content-Range", without("content-range")),
        _ => {
            let weak = *pick(rng, &[ETagChange::Unquoted, ETagChange::LowerCase]);
            ("other ETag", Effect::Etag(weak))
        }
    }
}

fn of_listing(
    rng: &mut Rng,
    settings: &Settings,
    part: PartNumber,
    seed: u64,
) -> (&'static str, Effect) {
    let size = settings.part_bytes - 1;
    let lie = match rng.u8(0..10) {
        0 => ListingLie::PartMissing(part),
        1 => ListingLie::PartSize { part, size },
        2 => ListingLie::PartCrc64(part),
        3 => ListingLie::PartNoCrc64(part),
        4 => ListingLie::PartEtag(part),
        5 => ListingLie::EmptyPage,
        6 => ListingLie::Endless,
        7 => ListingLie::Repeating,
        8 => return ("upload gone", Effect::DropUpload(Turn::Before)),
        _ => {
            let spot = Spot::Seeded(seed);
            return ("listing damaged", Effect::CorruptResponse(spot));
        }
    };
    ("lying listing", Effect::Listing(lie))
}

fn change(rng: &mut Rng, part: PartNumber) -> PartChange {
    *pick(
        rng,
        &[
            PartChange::Lost(part),
            PartChange::Replaced(part),
            PartChange::Shortened(part),
        ],
    )
}

fn without(name: &'static str) -> Effect {
    Effect::RemoveHeader(HeaderName::from_static(name))
}

/// What the failure of an effect on the disk counts as.
pub(super) fn name_of_failure(effect: DiskEffect, errno: Errno) -> String {
    // Its number too: several have one kind.
    format!("disk: {effect:?}: {errno}")
}

/// What counts as a full disk.
pub(super) const FULL: &str = "disk: full";
/// What count as reads and writes that move less than they were asked to.
pub(super) const SHORT: &str = "disk: short reads and writes";

impl DiskTrouble {
    /// What it counts as.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Once(_, effect, errno) | Self::Always(effect, errno) => {
                name_of_failure(*effect, *errno)
            }
            Self::Space(_) => FULL.to_owned(),
            Self::Short(_) => SHORT.to_owned(),
        }
    }

    pub(super) fn any(rng: &mut Rng) -> Self {
        match rng.u8(0..12) {
            0 => Self::Space(rng.u64(0..200) * 4096),
            1 => Self::Short(rng.usize(1000..5000)),
            2 => {
                let (effect, errno) = *pick(rng, UNSUPPORTED);
                Self::Always(effect, errno)
            }
            _ => {
                let (effect, errno) = *pick(rng, FAILING);
                Self::Once(rng.u64(1..=8), effect, errno)
            }
        }
    }
}

/// What file systems do not have, or forbid.
const UNSUPPORTED: &[(DiskEffect, Errno)] = &[
    (DiskEffect::Preallocate, Errno::NOTSUP),
    (DiskEffect::Lock, Errno::NOLCK),
    (DiskEffect::SyncDirectory, Errno::INVAL),
    (DiskEffect::StartWriteback, Errno::NOSYS),
    (DiskEffect::DropCache, Errno::NOSYS),
    (DiskEffect::Create, Errno::ROFS),
    (DiskEffect::SetMode, Errno::PERM),
    (DiskEffect::AskSpace, Errno::NOSYS),
];

const FAILING: &[(DiskEffect, Errno)] = &[
    (DiskEffect::Create, Errno::NOSPC),
    (DiskEffect::Create, Errno::MFILE),
    (DiskEffect::CreateDirectory, Errno::ACCESS),
    (DiskEffect::Write, Errno::NOSPC),
    (DiskEffect::Write, Errno::IO),
    (DiskEffect::Write, Errno::DQUOT),
    (DiskEffect::Write, Errno::INTR),
    (DiskEffect::SetLen, Errno::IO),
    (DiskEffect::Preallocate, Errno::NOSPC),
    (DiskEffect::SetMode, Errno::IO),
    (DiskEffect::SetModified, Errno::IO),
    (DiskEffect::Sync, Errno::IO),
    (DiskEffect::Sync, Errno::NOSPC),
    (DiskEffect::Rename, Errno::IO),
    (DiskEffect::SyncDirectory, Errno::IO),
    (DiskEffect::Remove, Errno::IO),
    (DiskEffect::Open, Errno::MFILE),
    (DiskEffect::Read, Errno::IO),
    (DiskEffect::Read, Errno::INTR),
    (DiskEffect::Inspect, Errno::IO),
    (DiskEffect::List, Errno::IO),
    (DiskEffect::Lock, Errno::IO),
];
