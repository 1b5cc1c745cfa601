/* Whatever is missing, a call says so. */
#include "connected.h"

int main(void)
{
    aos_pool_t *pool;
    aos_string_t bucket = text("bkt"), object = text("key"), file = text("file"), empty = text(NULL);
    aos_string_t bad = text("Not A Bucket");
    aos_table_t *resp_headers;
    aos_status_t *status;
    oss_request_options_t *options, bare;
    aos_table_t *unset = (aos_table_t *)(void *)&bare; /* what no call may leave behind */
    EXPECT(aos_pool_create(NULL, NULL) == AOSE_INVALID_ARGUMENT);
    EXPECT(aos_pool_create(&pool, NULL) == AOSE_OK);
    options = connect_to(pool);

#define REFUSES(call)                                                                             \
    do {                                                                                          \
        status = (call);                                                                          \
        EXPECT(status != NULL && status->code == AOSE_INVALID_ARGUMENT);                          \
        EXPECT(status->error_code[0] != '\0' && status->error_msg[0] != '\0');                    \
        EXPECT(status->req_id != NULL);                                                           \
        EXPECT(!aos_status_is_ok(status) && !aos_should_retry(status));                           \
    } while (0)

#define UPLOAD(options, bucket, object, file)                                                     \
    oss_resumable_upload_file(options, bucket, object, file, NULL, NULL, NULL, NULL, NULL, NULL)
#define DOWNLOAD(options, bucket, object, file)                                                   \
    oss_resumable_download_file(options, bucket, object, file, NULL, NULL, NULL, NULL, NULL)

    memset(&bare, 0, sizeof(bare));
    REFUSES(UPLOAD(NULL, &bucket, &object, &file));
    REFUSES(UPLOAD(&bare, &bucket, &object, &file));
    resp_headers = unset;
    REFUSES(oss_head_object(&bare, &bucket, &object, NULL, &resp_headers));
    EXPECT(resp_headers == NULL);
    bare.pool = pool;
    resp_headers = unset;
    REFUSES(oss_head_object(&bare, &bucket, &object, NULL, &resp_headers));
    EXPECT(resp_headers != NULL && resp_headers != unset && aos_is_empty_table(resp_headers));
    REFUSES(UPLOAD(&bare, &bucket, &object, &file));
    REFUSES(DOWNLOAD(NULL, &bucket, &object, &file));
    bare.config = oss_config_create(pool);
    REFUSES(DOWNLOAD(&bare, &bucket, &object, &file)); /* no endpoint, no key */

    REFUSES(UPLOAD(options, NULL, &object, &file));
    REFUSES(UPLOAD(options, &bucket, NULL, &file));
    REFUSES(UPLOAD(options, &bucket, &object, NULL));
    REFUSES(DOWNLOAD(options, NULL, &object, &file));
    REFUSES(DOWNLOAD(options, &bucket, NULL, &file));
    REFUSES(DOWNLOAD(options, &bucket, &object, NULL));
    REFUSES(UPLOAD(options, &empty, &object, &file));
    EXPECT(strcmp(status->error_code, "BucketNameInvalidError") == 0);
    REFUSES(DOWNLOAD(options, &bad, &object, &file));
    EXPECT(strcmp(status->error_code, "BucketNameInvalidError") == 0);
    REFUSES(UPLOAD(options, &bucket, &empty, &file));
    EXPECT(strcmp(status->error_code, "ObjectNameInvalidError") == 0);
    REFUSES(DOWNLOAD(options, &bucket, &empty, &file));
    EXPECT(strcmp(status->error_code, "ObjectNameInvalidError") == 0);
    REFUSES(UPLOAD(options, &bucket, &object, &empty));

    REFUSES(oss_head_object(options, NULL, NULL, NULL, &resp_headers));
    EXPECT(aos_is_empty_table(resp_headers));
    REFUSES(oss_put_object_from_buffer(NULL, &bucket, &object, NULL, NULL, NULL));
    REFUSES(oss_get_object_to_buffer(options, &bucket, NULL, NULL, NULL, NULL, NULL));

    options->config->proxy_host = text("127.0.0.1");
    options->config->proxy_port = 65536;
    REFUSES(oss_head_object(options, &bucket, &object, NULL, NULL));
    options->config->proxy_port = -1;
    REFUSES(oss_head_object(options, &bucket, &object, NULL, NULL));

    options->config->proxy_host = empty;
    options->config->cloudbox_id = text("cb-1"); /* the endpoint is no CloudBox */
    REFUSES(oss_head_object(options, &bucket, &object, NULL, NULL));

    /* Pools, tables, texts and buffers of nothing are nothing. */
    EXPECT(aos_pcalloc(NULL, 1) == NULL && aos_table_make(NULL, 1) == NULL);
    EXPECT(aos_pstrdup(NULL, &bucket) == NULL && aos_pstrdup(pool, NULL) == NULL);
    EXPECT(aos_pstrdup_text(pool, NULL) == NULL);
    EXPECT(aos_table_get(NULL, "a") == NULL && aos_is_empty_table(NULL));
    aos_table_set(NULL, "a", "b");
    aos_table_add(aos_table_make(pool, 0), NULL, NULL);
    EXPECT(aos_create_buf(NULL, 1) == NULL && aos_create_buf(pool, -1) == NULL);
    EXPECT(aos_buf_list_len(NULL) == 0);
    EXPECT(oss_config_create(NULL) == NULL && aos_http_controller_create(NULL, 0) == NULL);
    EXPECT(aos_status_create(NULL) == NULL && aos_status_dup(pool, NULL) == NULL);
    EXPECT(!aos_should_retry(NULL));
    aos_pool_destroy(NULL);
    aos_pool_destroy(pool);
    return 0;
}
