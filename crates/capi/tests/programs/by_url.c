/* PUT_URL GET_URL HEAD_URL: what can be done with URLs that somebody signed, without keys. */
#include "connected.h"

int main(int count, char **words)
{
    aos_pool_t *pool;
    aos_list_t buffer;
    aos_table_t *headers, *resp_headers = NULL;
    aos_string_t put, get, head, file = text("big.json"), back = text("back.bin"), spoilt;
    oss_request_options_t *options;
    aos_status_t *status;
    EXPECT(count == 4);
    aos_http_io_initialize(NULL, 0);
    aos_pool_create(&pool, NULL);
    options = oss_request_options_create(pool);
    options->config = oss_config_create(pool);
    options->ctl = aos_http_controller_create(pool, 0);
    put = text(words[1]);
    get = text(words[2]);
    head = text(words[3]);

    EXPECT_OK(oss_put_object_from_file_by_url(options, &put, &file, NULL, &resp_headers));
    EXPECT(apr_table_get(resp_headers, OSS_HASH_CRC64_ECMA) != NULL);
    EXPECT_OK(oss_head_object_by_url(options, &head, NULL, &resp_headers));
    EXPECT(aos_atoi64(apr_table_get(resp_headers, OSS_CONTENT_LENGTH)) == 700000);
    EXPECT_OK(oss_get_object_to_file_by_url(options, &get, NULL, NULL, &back, &resp_headers));
    aos_list_init(&buffer);
    headers = aos_table_make(pool, 1);
    apr_table_set(headers, "Range", "bytes=-5");
    status = oss_get_object_to_buffer_by_url(options, &get, headers, NULL, &buffer, &resp_headers);
    EXPECT(status->code == 206 && aos_buf_list_len(&buffer) == 5);

    EXPECT_OK(oss_put_object_from_buffer_by_url(options, &put, &buffer, NULL, &resp_headers));
    EXPECT_OK(oss_head_object_by_url(options, &head, NULL, &resp_headers));
    EXPECT(aos_atoi64(apr_table_get(resp_headers, OSS_CONTENT_LENGTH)) == 5);

    /* signed for another method */
    status = oss_get_object_to_file_by_url(options, &put, NULL, NULL, &back, &resp_headers);
    EXPECT(status->code == 403 && strcmp(status->error_code, "SignatureDoesNotMatch") == 0);

    /* nothing that could be an address; and what is wrong with one is not told with it */
    EXPECT(oss_head_object_by_url(options, NULL, NULL, NULL)->code == AOSE_INVALID_ARGUMENT);
    spoilt = text("");
    EXPECT(oss_head_object_by_url(options, &spoilt, NULL, NULL)->code == AOSE_INVALID_ARGUMENT);
    spoilt = text("ftp://host/a?Signature=secret");
    status = oss_head_object_by_url(options, &spoilt, NULL, NULL);
    EXPECT(status->code == AOSE_INVALID_ARGUMENT && strstr(status->error_msg, "secret") == NULL);
    spoilt = text("http://127.0.0.1:1/a?Signature=secret");
    status = oss_head_object_by_url(options, &spoilt, NULL, NULL);
    EXPECT(status->code == AOSE_FAILED_CONNECT && strstr(status->error_msg, "secret") == NULL);
    aos_pool_destroy(pool);
    aos_http_io_deinitialize();
    return 0;
}
