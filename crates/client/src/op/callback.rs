use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::HeaderName;

use crate::call::Call;

/// What OSS asks a server of the caller's own once it has stored an object.
///
/// If that server fails, so does the request, with
/// [`ErrorKind::CallbackFailed`](crate::ErrorKind::CallbackFailed); the object is stored then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callback {
    /// JSON with `callbackUrl`, `callbackBody` and the others that the official documentation of
    /// Callback lists.
    pub json: String,
    /// JSON with values for the `x:` variables in the body.
    pub variables_json: Option<String>,
}

const CALLBACK: HeaderName = HeaderName::from_static("x-oss-callback");
const CALLBACK_VAR: HeaderName = HeaderName::from_static("x-oss-callback-var");

impl Callback {
    pub(super) fn apply(&self, call: Call) -> Call {
        let call = call.header_text(CALLBACK, &BASE64.encode(&self.json));
        match &self.variables_json {
            Some(variables) => call.header_text(CALLBACK_VAR, &BASE64.encode(variables)),
            None => call,
        }
    }
}
