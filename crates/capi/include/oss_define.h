/* What calls are told, and what they tell. */
#ifndef OSSUM_OSS_DEFINE_H
#define OSSUM_OSS_DEFINE_H

#include "aos_list.h"
#include "aos_string.h"
#include "aos_transport.h"
#include "oss_names.h"

#define OSS_CPP_START AOS_CPP_START
#define OSS_CPP_END AOS_CPP_END

/* Where the service is, who asks, and through which proxy. Zeroed by oss_config_create. */
typedef struct {
    aos_string_t endpoint; /* without a scheme it is http:// */
    aos_string_t access_key_id;
    aos_string_t access_key_secret;
    aos_string_t sts_token;
    int is_cname;
    aos_string_t proxy_host;
    int proxy_port;
    aos_string_t proxy_user;
    aos_string_t proxy_passwd;
    int signature_version; /* 4 is V4, which needs a region; anything else V1 */
    aos_string_t region;
    aos_string_t cloudbox_id;
} oss_config_t;

typedef struct {
    oss_config_t *config;
    aos_http_controller_t *ctl;
    aos_pool_t *pool; /* everything that a call hands out is in it */
} oss_request_options_t;

/* How a resumable transfer is done. */
typedef struct {
    int64_t part_size;            /* in bytes; 0 is as it suits */
    int32_t thread_num;           /* 1 to 1024; anything else is 1 */
    int enable_checkpoint;        /* whether an interrupted call can be continued */
    aos_string_t checkpoint_path; /* empty is {file}.cp */
} oss_resumable_clt_params_t;

/* How soon an archived object is readable, and at what price. */
typedef enum { OSS_TIER_EXPEDITED = 0, OSS_TIER_STANDARD = 1, OSS_TIER_BULK = 2 } oss_tier_type_e;

#endif
