/* What everything else is made of: pools, tables, and the constants that programs compare with.
 *
 * Needs no other library. Where a program uses APR names for pools and tables, as many do, they
 * stand for the functions here; a program that also includes APR's own headers, before these,
 * keeps APR's names for itself and uses the aos_ names for ossum. */
#ifndef OSSUM_AOS_DEFINE_H
#define OSSUM_AOS_DEFINE_H

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef __cplusplus
#define AOS_CPP_START extern "C" {
#define AOS_CPP_END }
#else
#define AOS_CPP_START
#define AOS_CPP_END
#endif

#if defined(__GNUC__)
#define AOS_INLINE __inline__ __attribute__((unused))
#define AOS_PRINTF(text, values) __attribute__((format(printf, text, values)))
#else
#define AOS_INLINE inline
#define AOS_PRINTF(text, values)
#endif

#define AOS_FALSE 0
#define AOS_TRUE 1

#define AOS_VERSION "3.11.2" /* of the interface */
#define AOS_VER "aliyun-sdk-c/" AOS_VERSION

#define AOS_HTTP_PREFIX "http://"
#define AOS_HTTPS_PREFIX "https://"
#define AOS_TEMP_FILE_SUFFIX ".ossum-part"

#define AOS_MAX_URI_LEN 2048
#define AOS_MAX_HEADER_LEN 8192
#define AOS_MAX_QUERY_ARG_LEN 1024
#define AOS_MAX_GMT_TIME_LEN 128
#define AOS_MAX_XML_NODE_VALUE_LEN 1024
#define AOS_MAX_INT64_STRING_LEN 64
#define AOS_MAX_UINT64_STRING_LEN 64
#define AOS_MD5_STRING_LEN 32

#define AOS_CONNECT_TIMEOUT 10
#define AOS_DNS_CACHE_TIMOUT 60
#define AOS_MIN_SPEED_LIMIT 1024
#define AOS_MIN_SPEED_TIME 15
#define AOS_MAX_MEMORY_SIZE (1024 * 1024 * 1024L)
#define AOS_MAX_PART_SIZE (512 * 1024 * 1024L)
#define AOS_DEFAULT_PART_SIZE (1024 * 1024L)

#define aos_abs(value) (((value) >= 0) ? (value) : -(value))
#define aos_max(one, other) (((one) < (other)) ? (other) : (one))
#define aos_min(one, other) (((one) > (other)) ? (other) : (one))

typedef enum {
    AOSE_OK = 0,
    AOSE_OUT_MEMORY = -1000,
    AOSE_OVER_MEMORY = -999,
    AOSE_FAILED_CONNECT = -998,
    AOSE_ABORT_CALLBACK = -997,
    AOSE_INTERNAL_ERROR = -996,
    AOSE_REQUEST_TIMEOUT = -995,
    AOSE_INVALID_ARGUMENT = -994,
    AOSE_INVALID_OPERATION = -993,
    AOSE_CONNECTION_FAILED = -992,
    AOSE_FAILED_INITIALIZE = -991,
    AOSE_NAME_LOOKUP_ERROR = -990,
    AOSE_FAILED_VERIFICATION = -989,
    AOSE_WRITE_BODY_ERROR = -988,
    AOSE_READ_BODY_ERROR = -987,
    AOSE_SERVICE_ERROR = -986,
    AOSE_OPEN_FILE_ERROR = -985,
    AOSE_FILE_SEEK_ERROR = -984,
    AOSE_FILE_INFO_ERROR = -983,
    AOSE_FILE_READ_ERROR = -982,
    AOSE_FILE_WRITE_ERROR = -981,
    AOSE_XML_PARSE_ERROR = -980,
    AOSE_UTF8_ENCODE_ERROR = -979,
    AOSE_CRC_INCONSISTENT_ERROR = -978,
    AOSE_FILE_FLUSH_ERROR = -977,
    AOSE_FILE_TRUNC_ERROR = -976,
    AOSE_SELECT_OBJECT_CRC_ERROR = -975,
    AOSE_UNKNOWN_ERROR = -100
} aos_error_code_e;

typedef enum { HTTP_GET, HTTP_HEAD, HTTP_PUT, HTTP_POST, HTTP_DELETE } http_method_e;

AOS_CPP_START

/* Memory that is given back all at once. One thread at a time. */
typedef struct aos_pool_s aos_pool_t;

/* Names with values; names are the same whatever their case. Lives in a pool. */
typedef struct aos_table_s aos_table_t;

/* How a program walks through a table: elts is an array of nelts aos_table_entry_t. */
typedef struct {
    char *key;
    char *val;
    uint32_t key_checksum; /* always 0 */
} aos_table_entry_t;

typedef struct {
    aos_pool_t *pool;
    int elt_size;
    int nelts;
    int nalloc;
    char *elts;
} aos_array_header_t;

/* Makes a pool; with a parent it goes with that at the latest. AOSE_OK. */
int aos_pool_create(aos_pool_t **pool, aos_pool_t *parent);

/* Ends a pool, its children, and all that was allocated in them. */
void aos_pool_destroy(aos_pool_t *pool);

/* Memory that goes with the pool; all of it is zero. */
void *aos_pcalloc(aos_pool_t *pool, size_t bytes);
#define aos_palloc(pool, bytes) aos_pcalloc(pool, bytes)

/* What time it is, in microseconds since 1970. */
int64_t aos_time_now(void);

/* A copy in the pool; NULL of NULL. */
char *aos_pstrdup_text(aos_pool_t *pool, const char *text);

/* An empty table with room for so many entries before it has to grow. */
aos_table_t *aos_table_make(aos_pool_t *pool, int entries);

/* The first value of a name, or NULL. Lives as long as the table's pool. */
const char *aos_table_get(const aos_table_t *table, const char *name);

/* Makes a value the only one of its name; both are copied. */
void aos_table_set(aos_table_t *table, const char *name, const char *value);

/* Adds a value to those of its name; both are copied. */
void aos_table_add(aos_table_t *table, const char *name, const char *value);

/* Removes every value of a name. */
void aos_table_unset(aos_table_t *table, const char *name);

/* Removes everything. */
void aos_table_clear(aos_table_t *table);

/* The entries; a change of the table may move them. */
const aos_array_header_t *aos_table_elts(const aos_table_t *table);

/* 1 or 0 */
int aos_is_empty_table(const aos_table_t *table);

static AOS_INLINE void aos_table_set_int64(aos_table_t *table, const char *name, int64_t value)
{
    char text[AOS_MAX_INT64_STRING_LEN];
    snprintf(text, sizeof(text), "%lld", (long long)value);
    aos_table_set(table, name, text);
}

static AOS_INLINE void aos_table_add_int64(aos_table_t *table, const char *name, int64_t value)
{
    char text[AOS_MAX_INT64_STRING_LEN];
    snprintf(text, sizeof(text), "%lld", (long long)value);
    aos_table_add(table, name, text);
}

#define aos_table_add_int(table, name, value) aos_table_add_int64(table, name, value)

/* Prints into memory of the pool. */
static AOS_INLINE char *aos_psprintf(aos_pool_t *pool, const char *format, ...) AOS_PRINTF(2, 3);
static AOS_INLINE char *aos_psprintf(aos_pool_t *pool, const char *format, ...)
{
    char *text;
    int length;
    va_list values;
    va_start(values, format);
    length = vsnprintf(NULL, 0, format, values);
    va_end(values);
    if (length < 0) {
        return NULL;
    }
    text = (char *)aos_pcalloc(pool, (size_t)length + 1);
    if (text != NULL) {
        va_start(values, format);
        vsnprintf(text, (size_t)length + 1, format, values);
        va_end(values);
    }
    return text;
}

AOS_CPP_END

#ifndef APR_POOLS_H
typedef aos_pool_t apr_pool_t;
typedef size_t apr_size_t;
typedef int64_t apr_int64_t;
typedef uint64_t apr_uint64_t;
typedef int apr_status_t;
#define APR_SUCCESS 0
#define APR_INT64_T_FMT PRId64
#define APR_UINT64_T_FMT PRIu64
#define APR_INLINE AOS_INLINE
#define apr_pool_create(pool, parent) aos_pool_create(pool, parent)
#define apr_pool_destroy(pool) aos_pool_destroy(pool)
#define apr_palloc(pool, bytes) aos_pcalloc(pool, bytes)
#define apr_pcalloc(pool, bytes) aos_pcalloc(pool, bytes)
#define apr_pstrdup(pool, text) aos_pstrdup_text(pool, text)
#define apr_psprintf aos_psprintf
#define apr_snprintf snprintf
#endif

#ifndef APR_TIME_H
typedef int64_t apr_time_t; /* in microseconds since 1970 */
#define APR_USEC_PER_SEC 1000000
#define apr_time_now() aos_time_now()
#define apr_time_sec(time) ((time) / APR_USEC_PER_SEC)
#endif

#ifndef APR_TABLES_H
typedef aos_table_t apr_table_t;
typedef aos_table_entry_t apr_table_entry_t;
typedef aos_array_header_t apr_array_header_t;
#define apr_table_make(pool, entries) aos_table_make(pool, entries)
#define apr_table_get(table, name) aos_table_get(table, name)
#define apr_table_set(table, name, value) aos_table_set(table, name, value)
#define apr_table_add(table, name, value) aos_table_add(table, name, value)
#define apr_table_setn(table, name, value) aos_table_set(table, name, value)
#define apr_table_addn(table, name, value) aos_table_add(table, name, value)
#define apr_table_unset(table, name) aos_table_unset(table, name)
#define apr_table_clear(table) aos_table_clear(table)
#define apr_table_elts(table) aos_table_elts(table)
#define apr_is_empty_table(table) aos_is_empty_table(table)
#endif

#endif
