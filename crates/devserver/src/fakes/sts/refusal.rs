use http::{Response, StatusCode};
use serde_json::json;

use crate::body::Body;
use crate::fakes::desk::typed;
use crate::xml::Document;

/// An error answer of STS: status, code, message.
///
/// Codes and statuses are those of the official documentation of STS and of the common errors of
/// Alibaba Cloud's RPC interfaces.
#[derive(Debug)]
pub(super) struct StsRefusal {
    status: StatusCode,
    code: String,
    message: String,
}

impl StsRefusal {
    fn new(status: StatusCode, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
        }
    }

    fn bad(code: &str, message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    pub(super) fn on_demand(status: StatusCode) -> Self {
        let code = match status {
            StatusCode::INTERNAL_SERVER_ERROR => "InternalError",
            StatusCode::SERVICE_UNAVAILABLE => "ServiceUnavailable",
            status if status.is_server_error() => "ServiceUnavailableTemporary",
            StatusCode::TOO_MANY_REQUESTS => "Throttling",
            StatusCode::FORBIDDEN => "NoPermission",
            _ => "Failed",
        };
        Self::new(status, code, "This fake was told to fail.")
    }

    pub(super) fn missing(parameter: &str) -> Self {
        let message = format!("{parameter} is mandatory for this action.");
        Self::bad(&format!("Missing{parameter}"), &message)
    }

    pub(super) fn no_such_action() -> Self {
        let message = "Specified api is not found, please check your url and method.";
        Self::new(StatusCode::NOT_FOUND, "InvalidAction.NotFound", message)
    }

    pub(super) fn no_such_version() -> Self {
        Self::bad(
            "InvalidVersion",
            "Specified parameter Version is not valid.",
        )
    }

    pub(super) fn no_such_key() -> Self {
        let message = "Specified access key is not found.";
        Self::new(
            StatusCode::NOT_FOUND,
            "InvalidAccessKeyId.NotFound",
            message,
        )
    }

    pub(super) fn bad_security_token() -> Self {
        let message = "Specified SecurityToken mismatch with the AccessKey.";
        Self::bad("InvalidSecurityToken.MismatchWithAccessKey", message)
    }

    pub(super) fn expired_security_token() -> Self {
        let message = "Specified SecurityToken is expired.";
        Self::bad("InvalidSecurityToken.Expired", message)
    }

    pub(super) fn unsupported(parameter: &str) -> Self {
        let message = format!("Specified parameter {parameter} is not valid.");
        Self::bad(&format!("Invalid{parameter}"), &message)
    }

    pub(super) fn malformed_time() -> Self {
        let message = "Specified time stamp or date value is not well formatted.";
        Self::bad("InvalidTimeStamp.Format", message)
    }

    pub(super) fn expired_time() -> Self {
        let message = "Specified time stamp or date value is expired.";
        Self::bad("InvalidTimeStamp.Expired", message)
    }

    pub(super) fn used_nonce() -> Self {
        let message = "Specified signature nonce was used already.";
        Self::bad("SignatureNonceUsed", message)
    }

    pub(super) fn mismatch(string_to_sign: &str) -> Self {
        let message = format!(
            "Specified signature is not matched with our calculation. \
             server string to sign is:{string_to_sign}"
        );
        Self::bad("SignatureDoesNotMatch", &message)
    }

    pub(super) fn no_such_role(arn: &str) -> Self {
        let message = format!("The role not exists: {arn}.");
        Self::new(StatusCode::NOT_FOUND, "EntityNotExist.Role", message)
    }

    pub(super) fn not_allowed() -> Self {
        let message = "You are not authorized to do this action. You should be authorized by RAM.";
        Self::new(StatusCode::FORBIDDEN, "NoPermission", message)
    }

    pub(super) fn no_such_provider() -> Self {
        let message = "The OIDC provider does not exist.";
        let code = "AuthenticationFail.OIDCProvider.NotExist";
        Self::new(StatusCode::NOT_FOUND, code, message)
    }

    pub(super) fn bad_oidc_token() -> Self {
        let message = "This JSON Web Token (JWT) is invalid.";
        Self::bad("AuthenticationFail.OIDCToken.Invalid", message)
    }

    pub(super) fn bad_session_name() -> Self {
        let message = "The parameter RoleSessionName is wrongly formed.";
        Self::bad("InvalidParameter.RoleSessionName", message)
    }

    pub(super) fn bad_duration() -> Self {
        let message = "The DurationSeconds is not between 15 minutes and what the role allows.";
        Self::bad("InvalidParameter.DurationSeconds", message)
    }

    pub(super) fn answer(&self, as_json: bool, host: &str, request_id: &str) -> Response<Body> {
        if as_json {
            let document = json!({
                "RequestId": request_id,
                "HostId": host,
                "Code": self.code,
                "Message": self.message,
            });
            return typed(self.status, "application/json", document.to_string());
        }
        let document = Document::write("Error", |error| {
            error.text("RequestId", request_id);
            error.text("HostId", host);
            error.text("Code", &self.code);
            error.text("Message", &self.message);
        });
        typed(self.status, "text/xml", document)
    }
}
