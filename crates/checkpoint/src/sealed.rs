//! A line and its checksum: whether it is, byte for byte, what was written.

use std::io::Write as _;

use crc_fast::{CrcAlgorithm, Digest};

/// How many bytes `"c":"01234567"}` takes.
const SEAL_BYTES: usize = 15;

/// Makes a line of a JSON object: adds the checksum as its last member, and the newline.
///
/// The checksum begins with `seed`, so that the same line from another session is not taken.
pub(crate) fn seal(object: &str, seed: &[u8]) -> Vec<u8> {
    let members = object.strip_suffix('}').unwrap_or(object);
    let mut line = Vec::with_capacity(members.len() + 1 + SEAL_BYTES + 1);
    line.extend_from_slice(members.as_bytes());
    line.push(b',');
    let checksum = checksum(&line, seed);
    writeln!(line, "\"c\":\"{checksum:08x}\"}}").expect("memory takes all text");
    line
}

/// Whether `line`, without its newline, ends with the checksum of what precedes it.
pub(crate) fn is_whole(line: &[u8], seed: &[u8]) -> bool {
    line.len()
        .checked_sub(SEAL_BYTES)
        .map(|at| line.split_at(at))
        .is_some_and(|(members, seal)| {
            let checksum = checksum(members, seed);
            seal == format!("\"c\":\"{checksum:08x}\"}}").as_bytes()
        })
}

/// CRC-32C.
fn checksum(members: &[u8], seed: &[u8]) -> u64 {
    let mut digest = Digest::new(CrcAlgorithm::Crc32Iscsi);
    digest.update(seed);
    digest.update(members);
    digest.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_crc_32c_of_what_precedes_it() {
        let line = seal("{\"bad\":7}", b"");
        let expected = crc_fast::checksum(CrcAlgorithm::Crc32Iscsi, b"{\"bad\":7,");
        assert_eq!(
            String::from_utf8(line).unwrap(),
            format!("{{\"bad\":7,\"c\":\"{expected:08x}\"}}\n")
        );
        // The check value of CRC-32C (RFC 3720 calls the code "iSCSI").
        assert_eq!(
            crc_fast::checksum(CrcAlgorithm::Crc32Iscsi, b"123456789"),
            0xe306_9283
        );
    }

    #[test]
    fn every_changed_bit_and_every_other_seed_is_noticed() {
        let line = seal("{\"bad\":7}", b"seed");
        let line = &line[..line.len() - 1];
        assert!(is_whole(line, b"seed"));
        assert!(!is_whole(line, b"tree") && !is_whole(line, b""));
        for bit in 0..line.len() * 8 {
            let mut other = line.to_vec();
            other[bit / 8] ^= 1 << (bit % 8);
            assert!(!is_whole(&other, b"seed"), "bit {bit}");
        }
        for len in 0..line.len() {
            assert!(!is_whole(&line[..len], b"seed"), "{len} bytes");
        }
    }
}
