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

/* An object in a list. */
typedef struct {
    aos_list_t node;
    aos_string_t key;
} oss_object_key_t;

/* A tag in a list. */
typedef struct {
    aos_list_t node;
    aos_string_t key;
    aos_string_t value;
} oss_tag_content_t;
/* Who else may use a bucket or object. */
typedef enum {
    OSS_ACL_PRIVATE = 0,
    OSS_ACL_PUBLIC_READ = 1,
    OSS_ACL_PUBLIC_READ_WRITE = 2,
    OSS_ACL_DEFAULT = 3 /* of objects: that of the bucket */
} oss_acl_e;

typedef enum {
    OSS_STORAGE_CLASS_STANDARD = 0,
    OSS_STORAGE_CLASS_IA = 1,
    OSS_STORAGE_CLASS_ARCHIVE = 2,
    OSS_STORAGE_CLASS_BUTT = 3, /* none is named */
    OSS_STORAGE_CLASS_COLD_ARCHIVE = 4
} oss_storage_class_type_e;

/* Listings. Texts are in the pool of the call, and never NULL. */

/* An object of a listing. */
typedef struct {
    aos_list_t node;
    aos_string_t key;
    aos_string_t last_modified;
    aos_string_t etag;
    aos_string_t size; /* in bytes */
    aos_string_t owner_id;
    aos_string_t owner_display_name;
    aos_string_t storage_class;
    aos_string_t type;
} oss_list_object_content_t;

/* What several keys begin with, up to and with the delimiter. */
typedef struct {
    aos_list_t node;
    aos_string_t prefix;
} oss_list_object_common_prefix_t;

/* Which objects are asked for, and which there are. */
typedef struct {
    aos_string_t prefix;
    aos_string_t marker; /* only keys after it */
    aos_string_t delimiter;
    int max_ret;              /* at most so many; 0 is as many as OSS gives */
    int truncated;            /* out: whether there are more */
    aos_string_t next_marker; /* out: the next call's marker */
    aos_list_t object_list;   /* out: of oss_list_object_content_t; added to what is there */
    aos_list_t common_prefix_list; /* out: of oss_list_object_common_prefix_t; the same */
} oss_list_object_params_t;

/* A bucket of a listing. */
typedef struct {
    aos_list_t node;
    aos_string_t create_date;
    aos_string_t extranet_endpoint;
    aos_string_t intranet_endpoint;
    aos_string_t location;
    aos_string_t name;
    aos_string_t storage_class;
} oss_list_bucket_content_t;

/* Which buckets are asked for, and which there are. */
typedef struct {
    aos_string_t prefix;
    aos_string_t marker;      /* only names after it */
    int max_keys;             /* at most so many; 0 is as many as OSS gives */
    int truncated;            /* out: whether there are more */
    aos_string_t next_marker; /* out: the next call's marker */
    aos_string_t owner_id;
    aos_string_t owner_name;
    aos_list_t bucket_list; /* out: of oss_list_bucket_content_t; added to what is there */
} oss_list_buckets_params_t;

/* What is known of a bucket. */
typedef struct {
    aos_string_t created_date;
    aos_string_t extranet_endpoint;
    aos_string_t intranet_endpoint;
    aos_string_t location;
    aos_string_t owner_id;
    aos_string_t owner_name;
    aos_string_t acl;
    aos_string_t storage_class;
} oss_bucket_info_t;

/* How much a bucket holds, as OSS counted it last. */
typedef struct {
    uint64_t storage_in_bytes;
    uint64_t object_count;
    uint64_t multipart_upload_count;
} oss_bucket_stat_t;

/* Uploads in parts. Texts and lists that calls hand out are in the pool of the call. */

/* What is in a file, from one byte up to before another; an end behind that of the file is the
 * file's. */
typedef struct {
    aos_string_t filename;
    int64_t file_pos;
    int64_t file_last;
} oss_upload_file_t;

/* A part, to be named when its upload is completed. */
typedef struct {
    aos_list_t node;
    aos_string_t part_number;
    aos_string_t etag; /* with or without quotes */
} oss_complete_part_content_t;

/* A part that OSS has. */
typedef struct {
    aos_list_t node;
    aos_string_t part_number;
    aos_string_t size; /* in bytes */
    aos_string_t etag;
    aos_string_t last_modified;
} oss_list_part_content_t;

/* Which parts are asked for, and which there are. */
typedef struct {
    aos_string_t part_number_marker; /* only those after it */
    int max_ret;                     /* at most so many; 0 is as many as OSS gives */
    int truncated;                   /* out: whether there are more */
    aos_string_t next_part_number_marker;
    aos_list_t part_list; /* out: of oss_list_part_content_t; added to what is there */
} oss_list_upload_part_params_t;

/* An upload that is neither completed nor aborted. */
typedef struct {
    aos_list_t node;
    aos_string_t key;
    aos_string_t upload_id;
    aos_string_t initiated;
} oss_list_multipart_upload_content_t;

/* Which uploads are asked for, and which there are. */
typedef struct {
    aos_string_t prefix;
    aos_string_t key_marker; /* only those after it */
    aos_string_t upload_id_marker;
    aos_string_t delimiter;
    int max_ret;   /* at most so many; 0 is as many as OSS gives */
    int truncated; /* out: whether there are more */
    aos_string_t next_key_marker;
    aos_string_t next_upload_id_marker;
    aos_list_t upload_list; /* out: of oss_list_multipart_upload_content_t; added to what is there */
} oss_list_multipart_upload_params_t;

/* A part that is made of another object's bytes. */
typedef struct {
    aos_string_t source_bucket;
    aos_string_t source_object;
    aos_string_t dest_bucket;
    aos_string_t dest_object;
    aos_string_t upload_id;
    int part_num;
    int64_t range_start;
    int64_t range_end; /* the last byte */
} oss_upload_part_copy_params_t;

#endif
