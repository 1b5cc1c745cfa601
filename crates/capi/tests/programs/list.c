/* Objects and buckets, page by page. */
#include "connected.h"

static void put(oss_request_options_t *options, const char *bucket_name, const char *key)
{
    aos_list_t content;
    aos_string_t bucket = text(bucket_name), object = text(key);
    aos_list_init(&content);
    aos_list_add_tail(&aos_buf_pack(options->pool, "12345", 5)->node, &content);
    EXPECT_OK(oss_put_object_from_buffer(options, &bucket, &object, &content, NULL, NULL));
}

int main(void)
{
    aos_pool_t *pool;
    aos_table_t *resp_headers = NULL;
    aos_string_t bucket = text("bkt"), other = text("bkt-other"), absent = text("none-such");
    oss_request_options_t *options;
    oss_list_object_params_t *params;
    oss_list_object_content_t *object;
    oss_list_object_common_prefix_t *common;
    oss_list_buckets_params_t *buckets;
    oss_list_bucket_content_t *listed;
    aos_status_t *status;
    const char *keys[] = {"a\001b", "a +&<>%", "dir/1", "dir/sub/2", "z"};
    int count;
    EXPECT(aos_http_io_initialize(NULL, 0) == AOSE_OK);
    EXPECT(aos_pool_create(&pool, NULL) == AOSE_OK);
    options = connect_to(pool);
    for (count = 0; count < 5; count++) {
        put(options, "bkt", keys[count]);
    }

    EXPECT(oss_list_object(options, &bucket, NULL, NULL)->code == AOSE_INVALID_ARGUMENT);
    EXPECT(oss_list_object(options, NULL, NULL, NULL)->code == AOSE_INVALID_ARGUMENT);
    EXPECT(oss_list_bucket(options, NULL, NULL)->code == AOSE_INVALID_ARGUMENT);
    EXPECT(oss_list_bucket(NULL, NULL, NULL)->code == AOSE_INVALID_ARGUMENT);
    EXPECT(oss_create_list_object_params(NULL) == NULL);
    EXPECT(oss_create_list_buckets_params(NULL) == NULL);
    EXPECT(oss_create_list_object_content(pool)->key.len == 0);
    EXPECT(oss_create_list_object_common_prefix(pool)->prefix.len == 0);
    EXPECT(oss_create_list_bucket_content(pool)->name.len == 0);

    /* All keys as they are, two a page. */
    params = oss_create_list_object_params(pool);
    EXPECT(params->max_ret == 1000 && params->truncated == 1);
    params->max_ret = 2;
    count = 0;
    do {
        EXPECT_OK(oss_list_object(options, &bucket, params, &resp_headers));
        aos_list_for_each_entry(oss_list_object_content_t, object, &params->object_list, node) {
            EXPECT(strcmp(object->key.data, keys[count]) == 0);
            EXPECT((size_t)object->key.len == strlen(keys[count]));
            EXPECT(strcmp(object->size.data, "5") == 0);
            EXPECT(object->etag.len == 34 && object->last_modified.len > 0);
            EXPECT(object->owner_id.len > 0 && object->owner_display_name.len > 0);
            EXPECT(strcmp(object->storage_class.data, "Standard") == 0);
            EXPECT(strcmp(object->type.data, "Normal") == 0);
            count++;
        }
        EXPECT(aos_list_empty(&params->common_prefix_list));
        params->marker = params->next_marker;
        aos_list_init(&params->object_list);
    } while (params->truncated);
    EXPECT(count == 5);
    EXPECT(apr_table_get(resp_headers, "x-oss-request-id") != NULL);

    /* What is directly in a directory. */
    params = oss_create_list_object_params(pool);
    aos_str_set(&params->prefix, "dir/");
    aos_str_set(&params->delimiter, "/");
    EXPECT_OK(oss_list_object(options, &bucket, params, NULL));
    EXPECT(params->truncated == 0 && params->next_marker.len == 0);
    object = aos_list_get_first(&params->object_list, oss_list_object_content_t, node);
    EXPECT(strcmp(object->key.data, "dir/1") == 0);
    EXPECT(object->node.next == &params->object_list);
    common = aos_list_get_first(&params->common_prefix_list, oss_list_object_common_prefix_t, node);
    EXPECT(strcmp(common->prefix.data, "dir/sub/") == 0);
    EXPECT(common->node.next == &params->common_prefix_list);

    status = oss_list_object(options, &absent, params, &resp_headers);
    EXPECT(status->code == 404 && strcmp(status->error_code, "NoSuchBucket") == 0);
    EXPECT(object->node.next == &params->object_list);

    /* Buckets. */
    EXPECT_OK(oss_create_bucket(options, &other, OSS_ACL_PRIVATE, NULL));
    buckets = oss_create_list_buckets_params(pool);
    buckets->max_keys = 1;
    EXPECT_OK(oss_list_bucket(options, buckets, &resp_headers));
    EXPECT(buckets->truncated == 1 && buckets->owner_id.len > 0 && buckets->owner_name.len > 0);
    buckets->marker = buckets->next_marker;
    EXPECT_OK(oss_list_bucket(options, buckets, NULL));
    EXPECT(buckets->truncated == 0);
    count = 0;
    aos_list_for_each_entry(oss_list_bucket_content_t, listed, &buckets->bucket_list, node) {
        EXPECT(strcmp(listed->name.data, count == 0 ? "bkt" : "bkt-other") == 0);
        EXPECT(listed->create_date.len > 0 && listed->extranet_endpoint.len > 0);
        EXPECT(listed->intranet_endpoint.len > 0);
        EXPECT(strcmp(listed->location.data, "oss-cn-hangzhou") == 0);
        EXPECT(strcmp(listed->storage_class.data, "Standard") == 0);
        count++;
    }
    EXPECT(count == 2);

    aos_pool_destroy(pool);
    aos_http_io_deinitialize();
    return 0;
}
