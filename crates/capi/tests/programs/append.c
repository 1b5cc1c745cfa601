/* An object that grows. */
#include "connected.h"

static int64_t number(aos_table_t *table, const char *name)
{
    return (int64_t)strtoull(apr_table_get(table, name), NULL, 10);
}

int main(void)
{
    aos_pool_t *pool;
    aos_list_t content;
    aos_table_t *resp_headers = NULL;
    aos_string_t bucket = text("bkt"), object = text("log.txt"), file = text("big.json");
    oss_request_options_t *options;
    aos_status_t *status;
    uint64_t crc;
    int64_t position;
    aos_http_io_initialize(NULL, 0);
    aos_pool_create(&pool, NULL);
    options = connect_to(pool);
    oss_delete_object(options, &bucket, &object, NULL);

    aos_list_init(&content);
    aos_list_add_tail(&aos_buf_pack(pool, "Hello", 5)->node, &content);
    EXPECT_OK(oss_append_object_from_buffer(options, &bucket, &object, 0, &content, NULL,
                                            &resp_headers));
    position = number(resp_headers, "x-oss-next-append-position");
    crc = (uint64_t)number(resp_headers, "x-oss-hash-crc64ecma");
    EXPECT(position == 5);

    EXPECT_OK(oss_do_append_object_from_file(options, &bucket, &object, position, crc, &file, NULL,
                                             NULL, NULL, &resp_headers, NULL));
    position = number(resp_headers, "x-oss-next-append-position");
    crc = (uint64_t)number(resp_headers, "x-oss-hash-crc64ecma");
    EXPECT(position == 700005);

    EXPECT_OK(oss_do_append_object_from_buffer(options, &bucket, &object, position, crc, &content,
                                               NULL, NULL, NULL, &resp_headers, NULL));
    EXPECT_OK(oss_append_object_from_file(options, &bucket, &object, 700010, &file, NULL,
                                          &resp_headers));
    EXPECT_OK(oss_head_object(options, &bucket, &object, NULL, &resp_headers));
    EXPECT(number(resp_headers, "Content-Length") == 1400010);
    EXPECT(strcmp(apr_table_get(resp_headers, "Content-Type"), "text/plain") == 0);

    /* elsewhere than at the end */
    status = oss_append_object_from_buffer(options, &bucket, &object, 5, &content, NULL,
                                           &resp_headers);
    EXPECT(status->code == 409 && strcmp(status->error_code, "PositionNotEqualToLength") == 0);
    EXPECT(number(resp_headers, "x-oss-next-append-position") == 1400010);

    /* a CRC-64 that is not that of the object so far */
    status = oss_do_append_object_from_buffer(options, &bucket, &object, 1400010, crc + 1, &content,
                                              NULL, NULL, NULL, NULL, NULL);
    EXPECT(status->code == AOSE_CRC_INCONSISTENT_ERROR);
    EXPECT(strcmp(status->error_code, AOS_INCONSISTENT_ERROR_CODE) == 0);
    options->ctl->options->enable_crc = 0;
    EXPECT_OK(oss_do_append_object_from_buffer(options, &bucket, &object, 1400015, crc + 1, &content,
                                               NULL, NULL, NULL, NULL, NULL));

    status = oss_append_object_from_buffer(options, &bucket, &object, -1, &content, NULL, NULL);
    EXPECT(status->code == AOSE_INVALID_ARGUMENT);
    aos_pool_destroy(pool);
    aos_http_io_deinitialize();
    return 0;
}
