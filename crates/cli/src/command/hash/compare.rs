//! Whether two things have the same bytes, told with as few of them read as possible.

use super::digests::{Digests, Wanted};
use super::operand::Operand;
use crate::failure::Failure;
use crate::output::{Compared, Hashed};
use crate::session::Session;

pub(super) async fn run(
    session: &Session,
    (a, b): (&Operand, &Operand),
    wanted: Wanted,
) -> Result<(), Failure> {
    let (found_a, found_b) = (a.find().await?, b.find().await?);
    let (name_a, name_b) = (a.to_string(), b.to_string());
    if let (Some(size_a), Some(size_b)) = (found_a.size(), found_b.size())
        && size_a != size_b
    {
        let (a, b) = (Hashed::sized(name_a, size_a), Hashed::sized(name_b, size_b));
        let difference = format!("{size_a} bytes are not {size_b}");
        return differ(session, &Compared::new(a, b, false), &difference);
    }
    let digests_a = found_a.digests(wanted, session).await?;
    let digests_b = found_b.digests(wanted, session).await?;
    let (a, b) = (
        Hashed::of(name_a, &digests_a),
        Hashed::of(name_b, &digests_b),
    );
    match difference(&digests_a, &digests_b) {
        None => {
            let equal = Compared::new(a, b, true);
            session.output.answer(&equal).map_err(Failure::Output)
        }
        Some(difference) => differ(session, &Compared::new(a, b, false), &difference),
    }
}

/// Scripts get both sides before the error, which people read alone.
fn differ(session: &Session, compared: &Compared, difference: &str) -> Result<(), Failure> {
    let told = session.output.note_in_json(compared);
    told.map_err(Failure::Output)?;
    let (a, b) = compared.names();
    Err(Failure::Unequal(format!(
        "{a} and {b} differ: {difference}"
    )))
}

/// What the first of them has and the second has not, if they differ at all.
fn difference(a: &Digests, b: &Digests) -> Option<String> {
    if a.size != b.size {
        return Some(format!("{} bytes are not {}", a.size, b.size));
    }
    if a.crc64 != b.crc64 {
        return Some(format!("CRC-64 {} is not {}", a.crc64, b.crc64));
    }
    // Equal CRC-64s of other bytes do not happen by accident, but can be made.
    let unequal = |name, a: &[u8], b: &[u8]| {
        (a != b).then(|| format!("{name} {} is not {}", hex::encode(a), hex::encode(b)))
    };
    let md5 = a.md5.zip(b.md5);
    let sha256 = a.sha256.zip(b.sha256);
    md5.and_then(|(a, b)| unequal("MD5", &a, &b))
        .or_else(|| sha256.and_then(|(a, b)| unequal("SHA-256", &a, &b)))
}

#[cfg(test)]
mod tests {
    use ossum_types::Crc64;

    use super::*;

    fn some() -> Digests {
        Digests {
            size: 3,
            crc64: Crc64::of(b"abc"),
            md5: Some([1; 16]),
            sha256: Some([2; 32]),
        }
    }

    #[test]
    fn each_checksum_alone_tells_a_difference() {
        let size = Digests { size: 4, ..some() };
        let crc64 = Digests {
            crc64: Crc64::EMPTY,
            ..some()
        };
        let md5 = Digests {
            md5: Some([0; 16]),
            ..some()
        };
        let sha256 = Digests {
            sha256: Some([0; 32]),
            ..some()
        };
        for (other, named) in [
            (size, "bytes"),
            (crc64, "CRC-64"),
            (md5, "MD5"),
            (sha256, "SHA-256"),
        ] {
            let told = difference(&some(), &other).unwrap();
            assert!(told.contains(named), "{told}");
        }
        assert_eq!(difference(&some(), &some()), None);
    }

    #[test]
    fn what_one_side_does_not_have_is_no_difference() {
        let other = Digests {
            md5: None,
            sha256: None,
            ..some()
        };
        assert_eq!(difference(&some(), &other), None);
    }
}
