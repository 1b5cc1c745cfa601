/* How connections are made and watched. */
#ifndef OSSUM_AOS_TRANSPORT_H
#define OSSUM_AOS_TRANSPORT_H

#include "aos_buf.h"

/* How many bytes are there by now, of how many. Called from the thread that made the call. */
typedef void (*oss_progress_callback)(int64_t consumed_bytes, int64_t total_bytes);

/* docs/c-api.md says what each of these does, and which do nothing. */
typedef struct aos_http_request_options_s aos_http_request_options_t;
struct aos_http_request_options_s {
    int speed_limit;         /* in bytes a second */
    int speed_time;          /* in seconds: a connection that stands still so long is given up */
    int dns_cache_timeout;   /* in seconds */
    int connect_timeout;     /* in seconds */
    int64_t max_memory_size; /* in bytes */
    int enable_crc;
    char *proxy_host; /* "host:port", if the config has no proxy */
    char *proxy_auth; /* "user:password" */
    int verify_ssl;   /* 0 believes every certificate */
    char *ca_path;
    char *ca_file; /* certificates in PEM that are trusted beside the system's */
    int verify_object_strict;
};

/* A request to be signed by oss_gen_signed_url. Only method, headers and query_params mean anything
 * to it. */
typedef struct aos_http_request_s aos_http_request_t;
typedef struct aos_file_buf_s aos_file_buf_t;
typedef int (*aos_read_http_body_pt)(aos_http_request_t *req, char *buffer, int len);
typedef enum { BODY_IN_MEMORY = 0, BODY_IN_FILE, BODY_IN_CALLBACK } aos_http_body_type_e;
struct aos_http_request_s {
    char *host;
    char *proto;
    char *signed_url;
    http_method_e method;
    char *uri;
    char *resource;
    aos_table_t *headers;
    aos_table_t *query_params;
    aos_list_t body;
    int64_t body_len;
    char *file_path;
    aos_file_buf_t *file_buf;
    aos_pool_t *pool;
    void *user_data;
    aos_read_http_body_pt read_body;
    aos_http_body_type_e type;
    oss_progress_callback progress_callback;
    uint64_t crc64;
    int64_t consumed_bytes;
    int normalize_url;
};

typedef struct aos_http_controller_s aos_http_controller_t;
struct aos_http_controller_s {
    aos_http_request_options_t *options;
    aos_pool_t *pool;
    int64_t start_time;
    int64_t first_byte_time;
    int64_t finish_time;
    uint32_t owner : 1;
    void *user_data;
};

#endif
