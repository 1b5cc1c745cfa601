/* How a call ended. */
#ifndef OSSUM_AOS_STATUS_H
#define OSSUM_AOS_STATUS_H

#include "aos_list.h"

/* code is above 0 a status of HTTP or an errno, below 0 one of aos_error_code_e. The texts are never
 * NULL, and not to be changed. Belongs to the pool of the call. */
typedef struct aos_status_s aos_status_t;
struct aos_status_s {
    int code;
    char *error_code;
    char *error_msg;
    char *req_id;
};

static AOS_INLINE int aos_status_is_ok(const aos_status_t *status)
{
    return status != NULL && status->code / 100 == 2;
}

static AOS_INLINE int aos_http_is_ok(int code)
{
    return code / 100 == 2;
}

#define aos_status_set(status, number, word, text)                                                \
    do {                                                                                          \
        (status)->code = (number);                                                                \
        (status)->error_code = (char *)(word);                                                    \
        (status)->error_msg = (char *)(text);                                                     \
    } while (0)

AOS_CPP_START

/* What error_code says where it was not OSS that failed; some of them no call of this library says. */
extern const char AOS_XML_PARSE_ERROR_CODE[];
extern const char AOS_OPEN_FILE_ERROR_CODE[];
extern const char AOS_WRITE_FILE_ERROR_CODE[];
extern const char AOS_RENAME_FILE_ERROR_CODE[];
extern const char AOS_HTTP_IO_ERROR_CODE[];
extern const char AOS_UNKNOWN_ERROR_CODE[];
extern const char AOS_CLIENT_ERROR_CODE[];
extern const char AOS_SERVER_ERROR_CODE[];
extern const char AOS_UTF8_ENCODE_ERROR_CODE[];
extern const char AOS_URL_ENCODE_ERROR_CODE[];
extern const char AOS_INCONSISTENT_ERROR_CODE[];
extern const char AOS_CREATE_QUEUE_ERROR_CODE[];
extern const char AOS_CREATE_THREAD_POOL_ERROR_CODE[];
extern const char AOS_EMPTY_STRING_ERROR[];
extern const char AOS_BUCKET_NAME_INVALID_ERROR[];
extern const char AOS_OBJECT_NAME_INVALID_ERROR[];

aos_status_t *aos_status_create(aos_pool_t *pool);

/* A copy in another pool. */
aos_status_t *aos_status_dup(aos_pool_t *pool, const aos_status_t *status);

/* Whether the same call may succeed when it is made again: 1 or 0. */
int aos_should_retry(const aos_status_t *status);

AOS_CPP_END

#endif
