//! The numbers and words that programs compare with, as the official headers have them.

use std::ffi::{CStr, c_int};

macro_rules! codes {
    ($($name:ident = $value:literal;)*) => {
        $(pub(crate) const $name: c_int = $value;)*
    };
}

codes! {
    AOSE_OK = 0;
    AOSE_OVER_MEMORY = -999;
    AOSE_FAILED_CONNECT = -998;
    AOSE_ABORT_CALLBACK = -997;
    AOSE_INTERNAL_ERROR = -996;
    AOSE_REQUEST_TIMEOUT = -995;
    AOSE_INVALID_ARGUMENT = -994;
    AOSE_INVALID_OPERATION = -993;
    AOSE_CONNECTION_FAILED = -992;
    AOSE_NAME_LOOKUP_ERROR = -990;
    AOSE_FAILED_VERIFICATION = -989;
    AOSE_SERVICE_ERROR = -986;
    AOSE_OPEN_FILE_ERROR = -985;
    AOSE_FILE_READ_ERROR = -982;
    AOSE_FILE_WRITE_ERROR = -981;
    AOSE_XML_PARSE_ERROR = -980;
    AOSE_CRC_INCONSISTENT_ERROR = -978;
}

pub(crate) const CLIENT_ERROR: &CStr = c"ClientError";
pub(crate) const HTTP_IO_ERROR: &CStr = c"HttpIoError";
pub(crate) const OPEN_FILE_ERROR: &CStr = c"OpenFileFail";
pub(crate) const WRITE_FILE_ERROR: &CStr = c"WriteFileFail";
pub(crate) const RENAME_FILE_ERROR: &CStr = c"RenameFileFail";
pub(crate) const XML_PARSE_ERROR: &CStr = c"ParseXmlError";
pub(crate) const UNKNOWN_ERROR: &CStr = c"UnknownError";
pub(crate) const INCONSISTENT_ERROR: &CStr = c"InconsistentError";
pub(crate) const BUCKET_NAME_INVALID: &CStr = c"BucketNameInvalidError";
pub(crate) const OBJECT_NAME_INVALID: &CStr = c"ObjectNameInvalidError";
pub(crate) const FILE_ALREADY_EXISTS: &CStr = c"FileAlreadyExists";
