use bytes::Bytes;
use memmap2::MmapMut;

/// Bytes in memory are kept in runs of this length, that of a huge page.
const SEGMENT_BYTES: usize = 2 << 20;

/// A run at least this long is a mapping of its own, so that dropping it gives its memory back at
/// once: an allocator keeps what may be of use later, and keeps it for each thread.
const MAPPED_BYTES: usize = 128 * 1024;

/// Bytes in memory as they come.
#[derive(Debug)]
pub(crate) struct Segments {
    full: Vec<Bytes>,
    current: Option<Segment>,
    /// How many bytes are still announced, if that is known.
    expected: Option<u64>,
}

/// A run of bytes that is being filled.
#[derive(Debug)]
enum Segment {
    Allocated(Vec<u8>),
    Mapped { memory: MmapMut, filled: usize },
}

/// The bytes of a mapping, without what was never filled.
struct Filled {
    memory: MmapMut,
    filled: usize,
}

impl AsRef<[u8]> for Filled {
    fn as_ref(&self) -> &[u8] {
        &self.memory[..self.filled]
    }
}

impl Segments {
    /// Takes in what will be `expected` bytes, if that is known.
    pub(super) fn new(expected: Option<u64>) -> Self {
        Self {
            full: Vec::new(),
            current: None,
            expected,
        }
    }

    /// Appends `bytes`.
    pub(super) fn append(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let current = self.current.take();
            let mut segment = current.unwrap_or_else(|| Segment::new(self.expected));
            // A client that announces much and sends little must not hold much.
            if !self.full.is_empty() || segment.len() + bytes.len() >= MAPPED_BYTES {
                segment.map(self.expected);
            }
            let taken = segment.fill(bytes);
            bytes = &bytes[taken..];
            self.expected = self.expected.map(|left| left.saturating_sub(taken as u64));
            if segment.len() == SEGMENT_BYTES {
                self.full.push(segment.finish());
            } else {
                self.current = Some(segment);
            }
        }
    }

    /// The bytes, in segments that are full except the last.
    pub(super) fn finish(mut self) -> Vec<Bytes> {
        self.full.extend(self.current.map(Segment::finish));
        self.full
    }
}

impl Segment {
    /// A segment for what is still announced, as long as that is little.
    fn new(announced: Option<u64>) -> Self {
        let len = usize::try_from(announced.unwrap_or(0)).unwrap_or(usize::MAX);
        Self::Allocated(Vec::with_capacity(len.min(MAPPED_BYTES)))
    }

    /// Moves what came so far to a mapping; `announced` is what is still to come.
    ///
    /// Linux limits the number of mappings; where they are used up the segment stays as it is.
    fn map(&mut self, announced: Option<u64>) {
        let Self::Allocated(own) = self else { return };
        if own.len() >= MAPPED_BYTES {
            return; // it was tried
        }
        let Ok(mut memory) = MmapMut::map_anon(SEGMENT_BYTES) else {
            return;
        };
        // Where the length is unknown most of a huge page may stay empty.
        #[cfg(target_os = "linux")]
        if announced
            .is_some_and(|left| left.saturating_add(own.len() as u64) >= SEGMENT_BYTES as u64)
        {
            // Without huge pages it is only slower.
            let _ = memory.advise(memmap2::Advice::HugePage);
        }
        let filled = own.len();
        memory[..filled].copy_from_slice(own);
        *self = Self::Mapped { memory, filled };
    }

    fn len(&self) -> usize {
        match self {
            Self::Allocated(bytes) => bytes.len(),
            Self::Mapped { filled, .. } => *filled,
        }
    }

    /// Takes as many of `bytes` as have room, and says how many.
    fn fill(&mut self, bytes: &[u8]) -> usize {
        let taken = bytes.len().min(SEGMENT_BYTES - self.len());
        match self {
            Self::Allocated(own) => own.extend_from_slice(&bytes[..taken]),
            Self::Mapped { memory, filled } => {
                memory[*filled..*filled + taken].copy_from_slice(&bytes[..taken]);
                *filled += taken;
            }
        }
        taken
    }

    fn finish(self) -> Bytes {
        match self {
            Self::Allocated(mut bytes) => {
                bytes.shrink_to_fit();
                Bytes::from(bytes)
            }
            Self::Mapped { memory, filled } => Bytes::from_owner(Filled { memory, filled }),
        }
    }
}

/// What the segment that holds offset `at` has from there on.
pub(super) fn from(segments: &[Bytes], at: u64) -> Option<Bytes> {
    let at = usize::try_from(at).ok()?;
    let segment = segments.get(at / SEGMENT_BYTES)?;
    let within = at % SEGMENT_BYTES;
    (within < segment.len()).then(|| segment.slice(within..))
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// Keeps `chunks` of bytes, of which `expected` were announced.
    fn keep(chunks: &[Vec<u8>], expected: Option<u64>) -> Vec<Bytes> {
        let mut segments = Segments::new(expected);
        for chunk in chunks {
            segments.append(chunk);
        }
        segments.finish()
    }

    #[test]
    fn a_body_that_was_only_announced_holds_little() {
        let mut segments = Segments::new(Some(1 << 40));
        segments.append(&[0; 1000]);
        let Some(Segment::Allocated(bytes)) = &segments.current else {
            panic!("{segments:?}");
        };
        assert!(bytes.capacity() <= MAPPED_BYTES);
        segments.append(&vec![0; MAPPED_BYTES]);
        assert!(matches!(segments.current, Some(Segment::Mapped { .. })));
    }

    proptest! {
        #[test]
        fn what_is_kept_is_what_came_whatever_was_announced(
            lens in vec(0_usize..1_500_000, 0..6),
            error in -100_000_i64..100_000,
            at in 0_usize..4_000_000,
        ) {
            let chunks: Vec<Vec<u8>> = lens.iter().map(|&len| vec![len.to_le_bytes()[0]; len]).collect();
            let whole = chunks.concat();
            let announced = (whole.len() as u64).saturating_add_signed(error);
            for expected in [None, Some(announced)] {
                let kept = keep(&chunks, expected);
                prop_assert!(kept.concat() == whole);
                match from(&kept, at as u64) {
                    Some(rest) => prop_assert!(whole[at..].starts_with(&rest) && !rest.is_empty()),
                    None => prop_assert!(at >= whole.len()),
                }
            }
        }
    }
}
