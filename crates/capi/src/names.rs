//! The names of headers and parameters that programs use, and the words in `error_code` that they compare
//! with, as the official headers have them.

use std::ffi::c_int;

/// The most parts of an upload.
#[unsafe(no_mangle)]
pub static OSS_MAX_PART_NUM: c_int = 10_000;

/// How many entries a page of a listing has, unless asked otherwise.
#[unsafe(no_mangle)]
pub static OSS_PER_RET_NUM: c_int = 1000;

/// Constants of C: arrays of `char` that end with a zero.
macro_rules! names {
    ($($name:ident = $text:literal;)*) => {
        $(
            #[doc = concat!("`", $text, "`")]
            #[unsafe(no_mangle)]
            pub static $name: [u8; $text.len() + 1] = terminated($text);
        )*

        /// All of them.
        #[cfg(test)]
        const ALL: &[(&str, &[u8])] = &[$((stringify!($name), &$name)),*];
    };
}

const fn terminated<const N: usize>(text: &str) -> [u8; N] {
    let mut bytes = [0; N];
    let mut at = 0;
    while at < text.len() {
        bytes[at] = text.as_bytes()[at];
        at += 1;
    }
    bytes
}

names! {
    OSS_CANNONICALIZED_HEADER_ACL = "x-oss-acl";
    OSS_CANNONICALIZED_HEADER_STORAGE_CLASS = "StorageClass";
    OSS_CANNONICALIZED_HEADER_PREFIX = "x-oss-";
    OSS_CANNONICALIZED_HEADER_DATE = "x-oss-date";
    OSS_CANNONICALIZED_HEADER_COPY_SOURCE = "x-oss-copy-source";
    OSS_CANNONICALIZED_HEADER_SYMLINK = "x-oss-symlink-target";
    OSS_CANNONICALIZED_HEADER_REGION = "x-oss-bucket-region";
    OSS_CANNONICALIZED_HEADER_OBJECT_ACL = "x-oss-object-acl";
    OSS_CONTENT_MD5 = "Content-MD5";
    OSS_CONTENT_TYPE = "Content-Type";
    OSS_CONTENT_LENGTH = "Content-Length";
    OSS_DATE = "Date";
    OSS_AUTHORIZATION = "Authorization";
    OSS_ACCESSKEYID = "OSSAccessKeyId";
    OSS_EXPECT = "Expect";
    OSS_EXPIRES = "Expires";
    OSS_SIGNATURE = "Signature";
    OSS_ACL = "acl";
    OSS_LOCATION = "location";
    OSS_BUCKETINFO = "bucketInfo";
    OSS_BUCKETSTAT = "stat";
    OSS_RESTORE = "restore";
    OSS_SYMLINK = "symlink";
    OSS_QOS = "qos";
    OSS_LOGGING = "logging";
    OSS_PREFIX = "prefix";
    OSS_DELIMITER = "delimiter";
    OSS_MARKER = "marker";
    OSS_MAX_KEYS = "max-keys";
    OSS_UPLOADS = "uploads";
    OSS_UPLOAD_ID = "uploadId";
    OSS_MAX_PARTS = "max-parts";
    OSS_PARTNUMBER = "partNumber";
    OSS_PART_NUMBER_MARKER = "part-number-marker";
    OSS_KEY_MARKER = "key-marker";
    OSS_UPLOAD_ID_MARKER = "upload-id-marker";
    OSS_MAX_UPLOADS = "max-uploads";
    OSS_APPEND = "append";
    OSS_POSITION = "position";
    OSS_MULTIPART_CONTENT_TYPE = "application/x-www-form-urlencoded";
    OSS_COPY_SOURCE = "x-oss-copy-source";
    OSS_COPY_SOURCE_RANGE = "x-oss-copy-source-range";
    OSS_SECURITY_TOKEN = "security-token";
    OSS_STS_SECURITY_TOKEN = "x-oss-security-token";
    OSS_OBJECT_TYPE = "x-oss-object-type";
    OSS_NEXT_APPEND_POSITION = "x-oss-next-append-position";
    OSS_HASH_CRC64_ECMA = "x-oss-hash-crc64ecma";
    OSS_CALLBACK = "x-oss-callback";
    OSS_CALLBACK_VAR = "x-oss-callback-var";
    OSS_PROCESS = "x-oss-process";
    OSS_LIFECYCLE = "lifecycle";
    OSS_REFERER = "referer";
    OSS_CORS = "cors";
    OSS_WEBSITE = "website";
    OSS_DELETE = "delete";
    OSS_YES = "yes";
    OSS_OBJECT_TYPE_NORMAL = "Normal";
    OSS_OBJECT_TYPE_APPENDABLE = "Appendable";
    OSS_OBJECT_META = "objectMeta";
    OSS_TAGGING = "tagging";
    OSS_SIGN_ORIGIN_ONLY = "x-oss-sign-origin-only";
    OSS_CONTENT_SHA256 = "x-oss-content-sha256";
    OSS_SECURITY_TOKEN_V4 = "x-oss-security-token";
    OSS_SIGNATURE_VERSION = "x-oss-signature-version";
    OSS_CREDENTIAL = "x-oss-credential";
    OSS_EXPIRES_V4 = "x-oss-expires";
    OSS_SIGNATURE_V4 = "x-oss-signature";
    AOS_XML_PARSE_ERROR_CODE = "ParseXmlError";
    AOS_OPEN_FILE_ERROR_CODE = "OpenFileFail";
    AOS_WRITE_FILE_ERROR_CODE = "WriteFileFail";
    AOS_RENAME_FILE_ERROR_CODE = "RenameFileFail";
    AOS_HTTP_IO_ERROR_CODE = "HttpIoError";
    AOS_UNKNOWN_ERROR_CODE = "UnknownError";
    AOS_CLIENT_ERROR_CODE = "ClientError";
    AOS_SERVER_ERROR_CODE = "ServerError";
    AOS_UTF8_ENCODE_ERROR_CODE = "Utf8EncodeFail";
    AOS_URL_ENCODE_ERROR_CODE = "UrlEncodeFail";
    AOS_INCONSISTENT_ERROR_CODE = "InconsistentError";
    AOS_CREATE_QUEUE_ERROR_CODE = "CreateQueueFail";
    AOS_CREATE_THREAD_POOL_ERROR_CODE = "CreateThreadPoolFail";
    AOS_EMPTY_STRING_ERROR = "EmptyStringError";
    AOS_BUCKET_NAME_INVALID_ERROR = "BucketNameInvalidError";
    AOS_OBJECT_NAME_INVALID_ERROR = "ObjectNameInvalidError";
}

#[cfg(test)]
mod tests {
    use std::ffi::CStr;

    use super::*;

    const HEADERS: &str = concat!(
        include_str!("../include/oss_names.h"),
        include_str!("../include/aos_status.h")
    );

    #[test]
    fn each_ends_with_a_zero_and_is_in_the_header() {
        for (name, bytes) in ALL {
            assert!(CStr::from_bytes_with_nul(bytes).is_ok(), "{name}");
            assert!(
                HEADERS.contains(&format!("extern const char {name}[];")),
                "{name}"
            );
        }
        assert_eq!(HEADERS.matches("extern const char ").count(), ALL.len());
    }
}
