use ossum_types::limits::MAX_PARTS;
use ossum_types::{ByteRange, PartNumber, PartSize};

use crate::LayoutError;

/// How an object's bytes are divided into parts: equal ones, and a last one of what remains.
///
/// There are at most 10,000 parts, without gap or overlap; an empty object has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartLayout {
    object_size: u64,
    part_size: PartSize,
    count: u32,
}

/// One part of an object: its number, and which bytes it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Its number, from 1, in the order of the bytes.
    pub number: PartNumber,
    /// The bytes of the object that it has.
    pub range: ByteRange,
}

impl PartLayout {
    /// Divides an object of `object_size` bytes into parts of exactly `part_size`.
    ///
    /// [`lay_out`](crate::lay_out) chooses a size that fits; this is for one that is settled,
    /// because a transfer has begun with it.
    ///
    /// # Errors
    /// [`LayoutError::TooManyParts`] above 10,000.
    pub fn new(object_size: u64, part_size: PartSize) -> Result<Self, LayoutError> {
        let count = object_size.div_ceil(part_size.get());
        match u32::try_from(count) {
            Ok(count) if count <= MAX_PARTS => Ok(Self {
                object_size,
                part_size,
                count,
            }),
            _ => Err(LayoutError::TooManyParts {
                object_size,
                part_size,
            }),
        }
    }

    /// The object's size in bytes.
    pub fn object_size(&self) -> u64 {
        self.object_size
    }

    /// The size of every part but the last, which may be smaller.
    pub fn part_size(&self) -> PartSize {
        self.part_size
    }

    /// How many parts there are: 0 to 10,000.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// The bytes of the part of that number; `None` if there are fewer parts.
    pub fn part(&self, number: PartNumber) -> Option<ByteRange> {
        if number.get() > self.count {
            return None;
        }
        let start = u64::from(number.get() - 1) * self.part_size.get();
        let end = self
            .object_size
            .min(start.saturating_add(self.part_size.get()));
        ByteRange::new(start, end)
    }

    /// All parts in order.
    pub fn parts(&self) -> impl DoubleEndedIterator<Item = Part> + use<> {
        let layout = *self;
        (1..=self.count).filter_map(move |number| {
            let number = PartNumber::new(number).ok()?;
            let range = layout.part(number)?;
            Some(Part { number, range })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(bytes: u64) -> PartSize {
        PartSize::new(bytes).unwrap()
    }

    fn ranges(object_size: u64, part_size: u64) -> Vec<(u64, u64)> {
        let layout = PartLayout::new(object_size, size(part_size)).unwrap();
        let parts: Vec<_> = layout.parts().collect();
        assert_eq!(parts.len(), layout.count() as usize);
        parts
            .iter()
            .map(|part| (part.range.start(), part.range.end()))
            .collect()
    }

    #[test]
    fn only_the_last_part_is_smaller() {
        assert_eq!(ranges(0, 4), []);
        assert_eq!(ranges(1, 4), [(0, 1)]);
        assert_eq!(ranges(8, 4), [(0, 4), (4, 8)]);
        assert_eq!(ranges(9, 4), [(0, 4), (4, 8), (8, 9)]);
    }

    #[test]
    fn there_is_no_part_beyond_the_last() {
        let layout = PartLayout::new(9, size(4)).unwrap();
        let number = |n| PartNumber::new(n).unwrap();
        assert_eq!(layout.part(number(3)), ByteRange::new(8, 9));
        assert_eq!(layout.part(number(4)), None);
        let empty = PartLayout::new(0, size(4)).unwrap();
        assert_eq!(empty.part(PartNumber::FIRST), None);
    }

    #[test]
    fn a_settled_size_is_used_as_it_is_or_refused() {
        assert_eq!(PartLayout::new(10_000, size(1)).unwrap().count(), 10_000);
        for object_size in [10_001, u64::MAX] {
            assert_eq!(
                PartLayout::new(object_size, size(1)),
                Err(LayoutError::TooManyParts {
                    object_size,
                    part_size: size(1)
                })
            );
        }
    }
}
