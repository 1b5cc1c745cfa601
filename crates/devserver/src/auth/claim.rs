use super::bad_authorization;
use super::v1;
use super::v4;
use crate::refusal::Refusal;
use crate::request::Request;

/// Who a request claims to come from, before anything is checked.
#[derive(Debug)]
pub(super) enum Claim {
    /// Nobody.
    Anonymous,
    /// The holder of a key, by V1.
    V1(v1::Claim),
    /// The holder of a key, by V4.
    V4(v4::Claim),
}

impl Claim {
    /// Reads the claim from the `Authorization` header or the query, wherever it is.
    pub(super) fn of(request: &Request) -> Result<Self, Refusal> {
        let presigned_v4 = request.query.has("x-oss-signature-version");
        let presigned_v1 = request.query.has("Signature") || request.query.has("OSSAccessKeyId");
        match (request.has_authorization(), presigned_v4, presigned_v1) {
            (true, false, false) => Self::of_header(request),
            (false, true, false) => v4::Claim::of_query(&request.query).map(Self::V4),
            (false, false, true) => v1::Claim::of_query(&request.query).map(Self::V1),
            (false, false, false) => Ok(Self::Anonymous),
            _ => Err(bad_authorization(
                "",
                "Only one way of signing may be used in a request.",
            )),
        }
    }

    /// The access key that it names.
    pub(super) fn access_key_id(&self) -> Option<&str> {
        match self {
            Self::Anonymous => None,
            Self::V1(claim) => Some(&claim.access_key_id),
            Self::V4(claim) => Some(&claim.access_key_id),
        }
    }

    fn of_header(request: &Request) -> Result<Self, Refusal> {
        let value = request.header("authorization").unwrap_or("");
        match value.split_once(' ') {
            Some((v4::ALGORITHM, fields)) => v4::Claim::of_header(fields, request).map(Self::V4),
            Some(("OSS", fields)) => v1::Claim::of_header(fields).map(Self::V1),
            _ => {
                let message = "Unsupported Authorization Type";
                Err(bad_authorization(value, message).cause("0002-00000002"))
            }
        }
    }
}
