use std::fmt;
use std::str::FromStr;

use crate::Invalid;

/// The CRC-64 that OSS keeps of every object and part: CRC-64/XZ (ECMA-182, reflected).
///
/// Printed and parsed in decimal, as `x-oss-hash-crc64ecma` carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Crc64(u64);

impl Crc64 {
    /// The CRC-64 of no bytes.
    pub const EMPTY: Self = Self(0);

    /// A CRC-64 known from elsewhere.
    pub const fn new(value: u64) -> Self {
        Self(value)
    }

    /// The CRC-64 of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        let mut hasher = Crc64Hasher::new();
        hasher.update(bytes);
        hasher.finish()
    }

    /// The value as a number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The CRC-64 of the bytes of `self` followed by `len_bytes` bytes whose CRC-64 is `next`.
    ///
    /// Takes under a microsecond whatever the length, and reads no data.
    #[must_use]
    pub const fn combine(self, next: Self, len_bytes: u64) -> Self {
        // Appending n bytes multiplies the polynomial of what precedes them by x^(8n).
        let mut shifted = self.0;
        let mut rest = len_bytes;
        let mut place = 0;
        while rest != 0 {
            let digit = (rest & 0xff) as usize;
            if digit != 0 {
                shifted = multiply(shifted, X_TO_8[place][digit]);
            }
            rest >>= 8;
            place += 1;
        }
        Self(shifted ^ next.0)
    }
}

/// The polynomial, reflected: bit 63 is the coefficient of x^0.
const POLYNOMIAL: u64 = 0xc96c_5795_d787_0f42;
const ONE: u64 = 1 << 63;

/// `X_TO_8[k][d]` is x^(8 · d · 256^k) modulo the polynomial: a length's bytes pick the factors.
static X_TO_8: [[u64; 256]; 8] = powers();

const fn powers() -> [[u64; 256]; 8] {
    let mut table = [[ONE; 256]; 8];
    let mut base = ONE >> 8; // x^8
    let mut place = 0;
    while place < 8 {
        let mut digit = 1;
        while digit < 256 {
            table[place][digit] = multiply(table[place][digit - 1], base);
            digit += 1;
        }
        base = multiply(table[place][255], base);
        place += 1;
    }
    table
}

/// The product of two reflected polynomials modulo [`POLYNOMIAL`], without a branch.
const fn multiply(a: u64, b: u64) -> u64 {
    let (mut product, mut a, mut b) = (0, a, b);
    let mut bit = 0;
    while bit < 64 {
        product ^= b & (a >> 63).wrapping_neg();
        a <<= 1;
        b = (b >> 1) ^ (POLYNOMIAL & (b & 1).wrapping_neg());
        bit += 1;
    }
    product
}

impl FromStr for Crc64 {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        text.parse()
            .ok()
            .filter(|_| digits)
            .map(Self)
            .ok_or_else(|| Invalid::new("CRC-64", text, "it is a decimal number below 2^64"))
    }
}

impl fmt::Display for Crc64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Computes a [`Crc64`] from bytes as they come.
#[derive(Debug, Clone)]
pub struct Crc64Hasher(crc_fast::Digest);

impl Crc64Hasher {
    /// A hasher that has seen no bytes.
    pub fn new() -> Self {
        Self(crc_fast::Digest::new(crc_fast::CrcAlgorithm::Crc64Xz))
    }

    /// Appends `bytes` to those seen so far.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The CRC-64 of the bytes seen so far; more may follow.
    pub fn finish(&self) -> Crc64 {
        Crc64(self.0.finalize())
    }
}

impl Default for Crc64Hasher {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_is_crc_64_xz() {
        // The check value of CRC-64/XZ, and what OSS answers for these bytes.
        assert_eq!(Crc64::of(b"123456789"), Crc64(0x995d_c9bb_df19_39fa));
        assert_eq!(Crc64::of(b"123456789").to_string(), "11051210869376104954");
        assert_eq!(Crc64::of(b""), Crc64::EMPTY);
    }

    #[test]
    fn only_decimal_digits_parse() {
        assert_eq!("11051210869376104954".parse(), Ok(Crc64::of(b"123456789")));
        for bad in ["", "+1", "-1", "0x1", "18446744073709551616", "1 2"] {
            assert!(bad.parse::<Crc64>().is_err(), "{bad}");
        }
    }

    /// The CRC-64 of `len` zero bytes, by doubling: an oracle for lengths nobody can hash.
    fn zeros(len: u64) -> Crc64 {
        let mut total = Crc64::EMPTY;
        for bit in (0..64).rev() {
            let so_far = if bit == 63 { 0 } else { len >> (bit + 1) };
            total = total.combine(total, so_far);
            if len >> bit & 1 == 1 {
                total = total.combine(Crc64::of(&[0]), 1);
            }
        }
        total
    }

    #[test]
    fn lengths_beyond_any_memory_combine_consistently() {
        let fifty_tb = 50_u64 << 40;
        assert_eq!(zeros(1 << 20), Crc64::of(&vec![0; 1 << 20]));
        assert_eq!(
            zeros(fifty_tb).combine(zeros(12_345), 12_345),
            zeros(fifty_tb + 12_345)
        );
    }

    proptest! {
        #[test]
        fn combining_equals_hashing_the_whole(a in vec(any::<u8>(), 0..3000), b in vec(any::<u8>(), 0..70_000)) {
            let whole = [a.as_slice(), b.as_slice()].concat();
            let combined = Crc64::of(&a).combine(Crc64::of(&b), b.len() as u64);
            prop_assert_eq!(combined, Crc64::of(&whole));
        }

        #[test]
        fn combining_is_associative(a: u64, b: u64, c: u64, len_b in 0..1_u64 << 62, len_c in 0..1_u64 << 62) {
            let (a, b, c) = (Crc64(a), Crc64(b), Crc64(c));
            prop_assert_eq!(
                a.combine(b, len_b).combine(c, len_c),
                a.combine(b.combine(c, len_c), len_b + len_c)
            );
        }

        #[test]
        fn streaming_in_any_pieces_gives_the_same(data in vec(any::<u8>(), 0..5000), cut in any::<prop::sample::Index>()) {
            let (head, tail) = data.split_at(cut.index(data.len() + 1));
            let mut hasher = Crc64Hasher::new();
            hasher.update(head);
            hasher.update(tail);
            prop_assert_eq!(hasher.finish(), Crc64::of(&data));
        }
    }
}
