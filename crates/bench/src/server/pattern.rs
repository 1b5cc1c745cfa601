use std::sync::LazyLock;

use ossum_types::Crc64;

/// The bytes after which the pattern begins anew: a prime just above a MiB, so that it stays in the
/// cache, and no two parts of an object are the same bytes.
const PERIOD: usize = 1_048_583;

/// The period twice, so that up to one period is there from any offset in one piece.
static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let period: Vec<u8> = std::iter::repeat_with(|| {
        // xorshift64: not compressible, and the same in every run.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    })
    .take(PERIOD)
    .collect();
    period.repeat(2)
});

/// What every object holds at `offset`: up to `limit` bytes in one piece, at least one.
pub(crate) fn at(offset: u64, limit: u64) -> &'static [u8] {
    let begin = usize::try_from(offset % PERIOD as u64).expect("less than a period");
    let len = PERIOD.min(usize::try_from(limit).unwrap_or(PERIOD));
    &BYTES[begin..begin + len]
}

/// The CRC-64 of the first `size` bytes of the pattern.
pub(super) fn crc64(size: u64) -> Crc64 {
    let period = Crc64::of(at(0, PERIOD as u64));
    let whole = size / PERIOD as u64;
    let crc64 = (0..whole).fold(Crc64::EMPTY, |crc64, _| {
        crc64.combine(period, PERIOD as u64)
    });
    match size % PERIOD as u64 {
        0 => crc64,
        rest => crc64.combine(Crc64::of(at(0, rest)), rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crc64_is_that_of_what_is_served() {
        let size = 3 * PERIOD as u64 + 5;
        let mut served = Vec::new();
        while (served.len() as u64) < size {
            let offset = served.len() as u64;
            served.extend_from_slice(at(offset, (size - offset).min(777_777)));
        }
        assert_eq!(crc64(size), Crc64::of(&served));
        assert_eq!(served.len() as u64, size);
    }
}
