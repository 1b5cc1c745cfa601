/* A bucket: made, looked at, changed, removed. */
#include "connected.h"

int main(void)
{
    aos_pool_t *pool;
    aos_table_t *resp_headers = NULL;
    aos_list_t content;
    aos_string_t bucket = text("bkt-new"), object = text("k"), wrong = text("No_Bucket"), told;
    oss_request_options_t *options;
    oss_bucket_info_t *info;
    oss_bucket_stat_t stat;
    aos_status_t *status;
    EXPECT(aos_http_io_initialize(NULL, 0) == AOSE_OK);
    EXPECT(aos_pool_create(&pool, NULL) == AOSE_OK);
    options = connect_to(pool);

    EXPECT(oss_create_bucket(options, NULL, OSS_ACL_PRIVATE, NULL)->code == AOSE_INVALID_ARGUMENT);
    EXPECT(oss_create_bucket(options, &bucket, (oss_acl_e)9, NULL)->code == AOSE_INVALID_ARGUMENT);
    status = oss_create_bucket(options, &wrong, OSS_ACL_PRIVATE, NULL);
    EXPECT(status->code == AOSE_INVALID_ARGUMENT);
    EXPECT(strcmp(status->error_code, "BucketNameInvalidError") == 0);
    EXPECT(oss_head_bucket(options, NULL, NULL)->code == AOSE_INVALID_ARGUMENT);
    EXPECT(oss_delete_bucket(options, NULL, NULL)->code == AOSE_INVALID_ARGUMENT);
    EXPECT(oss_get_bucket_acl(options, &bucket, NULL, NULL)->code == AOSE_INVALID_ARGUMENT);
    EXPECT(oss_get_bucket_location(options, &bucket, NULL, NULL)->code == AOSE_INVALID_ARGUMENT);
    EXPECT(oss_get_bucket_info(options, &bucket, NULL, NULL)->code == AOSE_INVALID_ARGUMENT);
    EXPECT(oss_get_bucket_stat(options, &bucket, NULL, NULL)->code == AOSE_INVALID_ARGUMENT);
    EXPECT(oss_create_bucket_info(NULL) == NULL);

    status = oss_head_bucket(options, &bucket, &resp_headers);
    EXPECT(status->code == 404 && status->error_code != NULL && status->error_msg != NULL);
    EXPECT_OK(oss_create_bucket_with_storage_class(options, &bucket, OSS_ACL_PUBLIC_READ,
                                                   OSS_STORAGE_CLASS_IA, &resp_headers));
    EXPECT_OK(oss_head_bucket(options, &bucket, &resp_headers));
    EXPECT(apr_table_get(resp_headers, "x-oss-request-id") != NULL);

    EXPECT_OK(oss_get_bucket_acl(options, &bucket, &told, &resp_headers));
    EXPECT(strcmp(told.data, "public-read") == 0);
    EXPECT_OK(oss_put_bucket_acl(options, &bucket, OSS_ACL_PRIVATE, &resp_headers));
    EXPECT_OK(oss_get_bucket_acl(options, &bucket, &told, NULL));
    EXPECT(strcmp(told.data, "private") == 0 && told.len == 7);
    EXPECT_OK(oss_get_bucket_location(options, &bucket, &told, &resp_headers));
    EXPECT(strcmp(told.data, "oss-cn-hangzhou") == 0);

    info = oss_create_bucket_info(pool);
    EXPECT_OK(oss_get_bucket_info(options, &bucket, info, &resp_headers));
    EXPECT(info->created_date.len > 0 && info->owner_id.len > 0 && info->owner_name.len > 0);
    EXPECT(info->extranet_endpoint.len > 0 && info->intranet_endpoint.len > 0);
    EXPECT(strcmp(info->location.data, "oss-cn-hangzhou") == 0);
    EXPECT(strcmp(info->acl.data, "private") == 0);
    EXPECT(strcmp(info->storage_class.data, "IA") == 0);

    aos_list_init(&content);
    aos_list_add_tail(&aos_buf_pack(pool, "12345", 5)->node, &content);
    EXPECT_OK(oss_put_object_from_buffer(options, &bucket, &object, &content, NULL, NULL));
    EXPECT_OK(oss_init_multipart_upload(options, &bucket, &object, &told, NULL, NULL));
    EXPECT_OK(oss_get_bucket_stat(options, &bucket, &stat, &resp_headers));
    EXPECT(stat.storage_in_bytes == 5 && stat.object_count == 1);
    EXPECT(stat.multipart_upload_count == 1);

    status = oss_delete_bucket(options, &bucket, &resp_headers);
    EXPECT(status->code == 409 && strcmp(status->error_code, "BucketNotEmpty") == 0);
    EXPECT_OK(oss_abort_multipart_upload(options, &bucket, &object, &told, NULL));
    EXPECT_OK(oss_delete_object(options, &bucket, &object, NULL));
    EXPECT_OK(oss_delete_bucket(options, &bucket, &resp_headers));
    EXPECT(oss_head_bucket(options, &bucket, NULL)->code == 404);
    EXPECT(oss_get_bucket_info(options, &bucket, info, NULL)->code == 404);
    EXPECT(strcmp(info->storage_class.data, "IA") == 0);

    aos_pool_destroy(pool);
    aos_http_io_deinitialize();
    return 0;
}
