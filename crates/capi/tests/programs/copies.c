/* Copies, links, and objects from the archive. */
#include "connected.h"

static aos_string_t bucket;
static oss_request_options_t *options;

static void put(const char *name, const char *content, aos_table_t *headers)
{
    aos_list_t buffer;
    aos_string_t object = text(name);
    aos_list_init(&buffer);
    aos_list_add_tail(&aos_buf_pack(options->pool, content, (int)strlen(content))->node, &buffer);
    EXPECT_OK(oss_put_object_from_buffer(options, &bucket, &object, &buffer, headers, NULL));
}

static int holds(const char *name, const char *content)
{
    aos_list_t buffer;
    aos_string_t object = text(name);
    aos_list_init(&buffer);
    EXPECT_OK(oss_get_object_to_buffer(options, &bucket, &object, NULL, NULL, &buffer, NULL));
    return strcmp(aos_buf_list_content(options->pool, &buffer), content) == 0;
}

static void copying(void)
{
    aos_table_t *headers = aos_table_make(options->pool, 2), *resp_headers = NULL;
    aos_string_t from = text("a b+\xc3\xa4?.txt"), to = text("copy.json");
    aos_string_t absent = text("absent"), nowhere = text("not a bucket");
    aos_status_t *status;
    apr_table_set(headers, "x-oss-meta-of", "the source");
    put(from.data, "Hello", headers);
    EXPECT_OK(oss_copy_object(options, &bucket, &from, &bucket, &to, NULL, &resp_headers));
    EXPECT(holds("copy.json", "Hello"));
    EXPECT_OK(oss_head_object(options, &bucket, &to, NULL, &resp_headers));
    EXPECT(strcmp(apr_table_get(resp_headers, "x-oss-meta-of"), "the source") == 0);
    EXPECT(strcmp(apr_table_get(resp_headers, OSS_CONTENT_TYPE), "text/plain") == 0);

    apr_table_set(headers, "x-oss-metadata-directive", "REPLACE");
    apr_table_set(headers, "x-oss-meta-of", "the copy");
    EXPECT_OK(oss_copy_object(options, &bucket, &from, &bucket, &to, headers, &resp_headers));
    EXPECT_OK(oss_head_object(options, &bucket, &to, NULL, &resp_headers));
    EXPECT(strcmp(apr_table_get(resp_headers, "x-oss-meta-of"), "the copy") == 0);
    EXPECT(strcmp(apr_table_get(resp_headers, OSS_CONTENT_TYPE), "application/json") == 0);

    status = oss_copy_object(options, &bucket, &absent, &bucket, &to, NULL, &resp_headers);
    EXPECT(status->code == 404 && strcmp(status->error_code, "NoSuchKey") == 0);
    status = oss_copy_object(options, &nowhere, &from, &bucket, &to, NULL, &resp_headers);
    EXPECT(strcmp(status->error_code, "BucketNameInvalidError") == 0);
    status = oss_copy_object(options, &bucket, NULL, &bucket, &to, NULL, &resp_headers);
    EXPECT(strcmp(status->error_code, "ObjectNameInvalidError") == 0);
    EXPECT(holds("copy.json", "Hello"));
}

static void linking(void)
{
    aos_table_t *headers = aos_table_make(options->pool, 1), *resp_headers = NULL;
    aos_string_t link = text("link"), target = text("dir%20x/target"), nothing = text("");
    aos_status_t *status;
    put("dir x/target", "behind it", NULL);
    EXPECT_OK(oss_put_symlink(options, &bucket, &link, &target, &resp_headers));
    EXPECT(holds("link", "behind it"));
    EXPECT_OK(oss_get_symlink(options, &bucket, &link, &resp_headers));
    EXPECT(strcmp(apr_table_get(resp_headers, OSS_CANNONICALIZED_HEADER_SYMLINK), target.data) == 0);

    apr_table_set(headers, "x-oss-forbid-overwrite", "true");
    status = oss_do_put_symlink(options, &bucket, &link, &target, headers, &resp_headers);
    EXPECT(status->code == 409 && strcmp(status->error_code, "FileAlreadyExists") == 0);
    EXPECT(oss_put_symlink(options, &bucket, &link, NULL, NULL)->code == AOSE_INVALID_ARGUMENT);
    EXPECT(oss_put_symlink(options, &bucket, &link, &nothing, NULL)->code == AOSE_INVALID_ARGUMENT);
    EXPECT(oss_get_symlink(options, &bucket, NULL, NULL)->code == AOSE_INVALID_ARGUMENT);
    EXPECT_OK(oss_delete_object(options, &bucket, &link, &resp_headers));
}

static void restoring(void)
{
    aos_table_t *headers = aos_table_make(options->pool, 1), *resp_headers = NULL;
    aos_string_t object = text("archived"), plain = text("copy.json"), cold = text("cold");
    aos_status_t *status;
    apr_table_set(headers, "x-oss-storage-class", "Archive");
    put("archived", "x", headers);
    status = oss_restore_object(options, &bucket, &object, NULL, &resp_headers);
    EXPECT(status->code == 202);
    apr_table_set(headers, "x-oss-storage-class", "ColdArchive");
    put("cold", "x", headers);
    status = oss_restore_object_with_tier(options, &bucket, &cold, OSS_TIER_BULK, 3, NULL,
                                          &resp_headers);
    EXPECT(status->code == 202);
    status = oss_restore_object(options, &bucket, &plain, NULL, &resp_headers);
    EXPECT(status->code == 409 && strcmp(status->error_code, "OperationNotSupported") == 0);
    EXPECT(status->error_msg[0] != '\0' && status->req_id[0] != '\0');
    status = oss_restore_object_with_tier(options, &bucket, &cold, OSS_TIER_BULK, 0, NULL, NULL);
    EXPECT(status->code == AOSE_INVALID_ARGUMENT);
    status = oss_restore_object_with_tier(options, &bucket, &cold, (oss_tier_type_e)7, 1, NULL, NULL);
    EXPECT(status->code == AOSE_INVALID_ARGUMENT);
}

int main(void)
{
    aos_pool_t *pool;
    aos_table_t *resp_headers = NULL;
    aos_string_t object = text("copy.json");
    aos_http_io_initialize(NULL, 0);
    aos_pool_create(&pool, NULL);
    options = connect_to(pool);
    bucket = text("bkt");
    copying();
    linking();
    restoring();
    EXPECT_OK(oss_get_object_meta(options, &bucket, &object, &resp_headers));
    EXPECT(strcmp(apr_table_get(resp_headers, OSS_CONTENT_LENGTH), "5") == 0);
    aos_pool_destroy(pool);
    aos_http_io_deinitialize();
    return 0;
}
