/* An object from memory, and back into it. */
#include "connected.h"

static int64_t seen, of;

static void heard(int64_t consumed_bytes, int64_t total_bytes)
{
    EXPECT(consumed_bytes >= seen);
    seen = consumed_bytes;
    of = total_bytes;
}

int main(void)
{
    aos_pool_t *pool;
    aos_list_t content, back;
    aos_table_t *headers, *resp_headers = NULL;
    aos_string_t bucket = text("bkt"), object = text("dir/a b.txt");
    const char *bytes = "Hello, world";
    oss_request_options_t *options;
    aos_status_t *status;
    char base64[32];
    EXPECT(aos_http_io_initialize(NULL, 0) == AOSE_OK);
    EXPECT(aos_pool_create(&pool, NULL) == AOSE_OK);
    options = connect_to(pool);

    aos_list_init(&content);
    aos_list_add_tail(&aos_buf_pack(pool, bytes, 7)->node, &content);
    aos_list_add_tail(&aos_buf_pack(pool, bytes + 7, 5)->node, &content);
    headers = aos_table_make(pool, 1);
    apr_table_set(headers, "x-oss-meta-Author", "somebody");
    EXPECT_OK(oss_do_put_object_from_buffer(options, &bucket, &object, &content, headers, NULL,
                                            heard, &resp_headers, NULL));
    EXPECT(seen == 12 && of == 12);
    EXPECT(apr_table_get(resp_headers, "etag") != NULL);

    /* a checksum of the program's own goes with the bytes */
    base64[aos_base64_encode(aos_md5(pool, bytes, 12), 16, base64)] = '\0';
    apr_table_set(headers, OSS_CONTENT_MD5, base64);
    EXPECT_OK(oss_put_object_from_buffer(options, &bucket, &object, &content, headers, NULL));
    base64[aos_base64_encode(aos_md5(pool, bytes, 11), 16, base64)] = '\0';
    apr_table_set(headers, OSS_CONTENT_MD5, base64);
    status = oss_put_object_from_buffer(options, &bucket, &object, &content, headers, NULL);
    EXPECT(status->code == 400 && strcmp(status->error_code, "InvalidDigest") == 0);

    /* what was in the list, or on the stack, plays no part */
    memset(&back, 0x5a, sizeof(back));
    seen = 0;
    EXPECT_OK(oss_do_get_object_to_buffer(options, &bucket, &object, NULL, NULL, &back, heard,
                                          &resp_headers));
    EXPECT(aos_buf_list_len(&back) == 12);
    EXPECT(strcmp(aos_buf_list_content(pool, &back), bytes) == 0);
    EXPECT(seen == 12 && of == 12);

    EXPECT_OK(oss_get_object_to_buffer(options, &bucket, &object, NULL, NULL, &back, NULL));
    EXPECT(aos_buf_list_len(&back) == 12);
    /* one list for what goes and what comes */
    apr_table_unset(headers, OSS_CONTENT_MD5);
    EXPECT_OK(oss_do_put_object_from_buffer(options, &bucket, &object, &back, headers, NULL, NULL,
                                            NULL, &back));
    EXPECT(aos_buf_list_len(&back) == 0);
    EXPECT_OK(oss_get_object_to_buffer(options, &bucket, &object, NULL, NULL, &back, NULL));
    EXPECT(aos_buf_list_len(&back) == 12);
    memset(&back, 0x5a, sizeof(back));
    EXPECT(oss_do_put_object_from_buffer(options, NULL, &object, &content, NULL, NULL, NULL, NULL,
                                         &back)->code == AOSE_INVALID_ARGUMENT);
    EXPECT(aos_buf_list_len(&back) == 0);

    options->ctl->options->max_memory_size = 11;
    status = oss_get_object_to_buffer(options, &bucket, &object, NULL, NULL, &back, NULL);
    EXPECT(status->code == AOSE_OVER_MEMORY);
    options->ctl->options->max_memory_size = 12;
    EXPECT_OK(oss_get_object_to_buffer(options, &bucket, &object, NULL, NULL, &back, NULL));

    EXPECT_OK(oss_head_object(options, &bucket, &object, NULL, &resp_headers));
    EXPECT(strcmp(apr_table_get(resp_headers, "Content-Length"), "12") == 0);
    EXPECT(strcmp(apr_table_get(resp_headers, "x-oss-meta-author"), "somebody") == 0);

    object = text("absent");
    EXPECT(oss_head_object(options, &bucket, &object, NULL, &resp_headers)->code == 404);
    EXPECT(apr_table_get(resp_headers, "x-oss-request-id") != NULL);

    aos_pool_destroy(pool);
    aos_http_io_deinitialize();
    return 0;
}
