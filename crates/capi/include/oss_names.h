/* The names of headers and parameters, with which programs fill and read tables. */
#ifndef OSSUM_OSS_NAMES_H
#define OSSUM_OSS_NAMES_H

#include "aos_define.h"

AOS_CPP_START

extern const int OSS_MAX_PART_NUM; /* of an upload */
extern const int OSS_PER_RET_NUM;  /* entries of a listing */

extern const char OSS_CANNONICALIZED_HEADER_ACL[];
extern const char OSS_CANNONICALIZED_HEADER_STORAGE_CLASS[];
extern const char OSS_CANNONICALIZED_HEADER_PREFIX[];
extern const char OSS_CANNONICALIZED_HEADER_DATE[];
extern const char OSS_CANNONICALIZED_HEADER_COPY_SOURCE[];
extern const char OSS_CANNONICALIZED_HEADER_SYMLINK[];
extern const char OSS_CANNONICALIZED_HEADER_REGION[];
extern const char OSS_CANNONICALIZED_HEADER_OBJECT_ACL[];
extern const char OSS_CONTENT_MD5[];
extern const char OSS_CONTENT_TYPE[];
extern const char OSS_CONTENT_LENGTH[];
extern const char OSS_DATE[];
extern const char OSS_AUTHORIZATION[];
extern const char OSS_ACCESSKEYID[];
extern const char OSS_EXPECT[];
extern const char OSS_EXPIRES[];
extern const char OSS_SIGNATURE[];
extern const char OSS_ACL[];
extern const char OSS_LOCATION[];
extern const char OSS_BUCKETINFO[];
extern const char OSS_BUCKETSTAT[];
extern const char OSS_RESTORE[];
extern const char OSS_SYMLINK[];
extern const char OSS_QOS[];
extern const char OSS_LOGGING[];
extern const char OSS_PREFIX[];
extern const char OSS_DELIMITER[];
extern const char OSS_MARKER[];
extern const char OSS_MAX_KEYS[];
extern const char OSS_UPLOADS[];
extern const char OSS_UPLOAD_ID[];
extern const char OSS_MAX_PARTS[];
extern const char OSS_PARTNUMBER[];
extern const char OSS_PART_NUMBER_MARKER[];
extern const char OSS_KEY_MARKER[];
extern const char OSS_UPLOAD_ID_MARKER[];
extern const char OSS_MAX_UPLOADS[];
extern const char OSS_APPEND[];
extern const char OSS_POSITION[];
extern const char OSS_MULTIPART_CONTENT_TYPE[];
extern const char OSS_COPY_SOURCE[];
extern const char OSS_COPY_SOURCE_RANGE[];
extern const char OSS_SECURITY_TOKEN[];
extern const char OSS_STS_SECURITY_TOKEN[];
extern const char OSS_OBJECT_TYPE[];
extern const char OSS_NEXT_APPEND_POSITION[];
extern const char OSS_HASH_CRC64_ECMA[];
extern const char OSS_CALLBACK[];
extern const char OSS_CALLBACK_VAR[];
extern const char OSS_PROCESS[];
extern const char OSS_LIFECYCLE[];
extern const char OSS_REFERER[];
extern const char OSS_CORS[];
extern const char OSS_WEBSITE[];
extern const char OSS_DELETE[];
extern const char OSS_YES[];
extern const char OSS_OBJECT_TYPE_NORMAL[];
extern const char OSS_OBJECT_TYPE_APPENDABLE[];
extern const char OSS_OBJECT_META[];
extern const char OSS_TAGGING[];
extern const char OSS_SIGN_ORIGIN_ONLY[];
extern const char OSS_CONTENT_SHA256[];
extern const char OSS_SECURITY_TOKEN_V4[];
extern const char OSS_SIGNATURE_VERSION[];
extern const char OSS_CREDENTIAL[];
extern const char OSS_EXPIRES_V4[];
extern const char OSS_SIGNATURE_V4[];

AOS_CPP_END

#endif
