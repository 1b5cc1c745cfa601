//! How an item was made, as far as it matters to whoever would make it otherwise.
//!
//! What an earlier attempt has copied counts as done only if the options of now would have made the
//! same of it.

use ossum_client::op::ObjectHeaders;
use ossum_transfer::{Durability, Report, Unverified, Verified, digest_of_headers};

/// Of an object: what is kept with it.
pub(crate) fn object(headers: &ObjectHeaders) -> String {
    format!("headers {}", digest_of_headers(headers))
}

/// Of a file: whether it survives a power loss, and whether its bytes were compared.
pub(crate) fn file(durability: Durability, report: &Report) -> String {
    text(durability, report.verified)
}

/// Every way to have made a file that is good enough.
pub(crate) fn files_that_do(durability: Durability, unverified: Unverified) -> Vec<String> {
    let durabilities: &[_] = match durability {
        Durability::Full => &[Durability::Full],
        Durability::None => &[Durability::Full, Durability::None],
    };
    let verified: &[_] = match unverified {
        Unverified::Refuse => &[Verified::Crc64],
        Unverified::Allow => &[Verified::Crc64, Verified::Length],
    };
    let all = durabilities.iter().flat_map(|durability| {
        let of_one = verified.iter();
        of_one.map(|verified| text(*durability, *verified))
    });
    all.collect()
}

fn text(durability: Durability, verified: Verified) -> String {
    let durability = match durability {
        Durability::Full => "durable",
        Durability::None => "written",
    };
    let verified = match verified {
        Verified::Crc64 | Verified::Md5 => "verified",
        Verified::Length => "as long",
    };
    format!("{durability}, {verified}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_with_more_care_does_and_with_less_does_not() {
        let careful = text(Durability::Full, Verified::Md5);
        let quick = text(Durability::None, Verified::Crc64);
        let unseen = text(Durability::Full, Verified::Length);
        let do_now = files_that_do(Durability::Full, Unverified::Refuse);
        assert!(do_now.contains(&careful));
        assert!(!do_now.contains(&quick) && !do_now.contains(&unseen));
        let do_now = files_that_do(Durability::None, Unverified::Allow);
        assert!(
            [careful, quick, unseen]
                .iter()
                .all(|made| do_now.contains(made))
        );
    }

    #[test]
    fn other_headers_make_another_object() {
        let typed = ObjectHeaders {
            content_type: Some("text/plain".to_owned()),
            ..ObjectHeaders::default()
        };
        assert_ne!(object(&typed), object(&ObjectHeaders::default()));
    }
}
