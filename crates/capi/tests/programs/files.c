/* Files that become objects, and objects that become files. */
#include "connected.h"

static int64_t seen, of;

static void heard(int64_t consumed_bytes, int64_t total_bytes)
{
    EXPECT(consumed_bytes > seen);
    seen = consumed_bytes;
    of = total_bytes;
}

static int64_t size_of(const char *name)
{
    FILE *file = fopen(name, "rb");
    long size;
    if (file == NULL) {
        return -1;
    }
    fseek(file, 0, SEEK_END);
    size = ftell(file);
    fclose(file);
    return size;
}

int main(void)
{
    aos_pool_t *pool;
    aos_list_t resp_body;
    aos_table_t *headers, *resp_headers = NULL;
    aos_string_t bucket = text("bkt"), object = text("dir/object"), file = text("big.json");
    aos_string_t back = text("back.bin"), absent = text("absent/file");
    oss_request_options_t *options;
    aos_status_t *status;
    EXPECT(aos_http_io_initialize(NULL, 0) == AOSE_OK);
    aos_pool_create(&pool, NULL);
    options = connect_to(pool);

    /* up, with progress and the type of the file's name */
    aos_list_init(&resp_body);
    EXPECT_OK(oss_do_put_object_from_file(options, &bucket, &object, &file, NULL, NULL, heard,
                                          &resp_headers, &resp_body));
    EXPECT(seen == 700000 && of == 700000);
    EXPECT(apr_table_get(resp_headers, "x-oss-hash-crc64ecma") != NULL);
    EXPECT_OK(oss_head_object(options, &bucket, &object, NULL, &resp_headers));
    EXPECT(strcmp(apr_table_get(resp_headers, "content-type"), "application/json") == 0);

    /* the caller's type wins */
    headers = aos_table_make(pool, 1);
    apr_table_set(headers, "Content-Type", "text/x-own");
    EXPECT_OK(oss_put_object_from_file(options, &bucket, &object, &file, headers, NULL));
    EXPECT_OK(oss_head_object(options, &bucket, &object, NULL, &resp_headers));
    EXPECT(strcmp(apr_table_get(resp_headers, "content-type"), "text/x-own") == 0);

    /* down, over a file that is there */
    seen = 0;
    EXPECT_OK(oss_do_get_object_to_file(options, &bucket, &object, NULL, NULL, &back, heard,
                                        &resp_headers));
    EXPECT(seen == 700000 && of == 700000);
    EXPECT(size_of("back.bin") == 700000);
    apr_table_clear(headers);
    apr_table_set(headers, "Range", "bytes=10-19");
    back = text("range.bin");
    status = oss_get_object_to_file(options, &bucket, &object, headers, NULL, &back, NULL);
    EXPECT(status->code == 206 && size_of("range.bin") == 10);

    /* a file of nothing */
    file = text("empty");
    object = text("of nothing");
    EXPECT_OK(oss_put_object_from_file(options, &bucket, &object, &file, NULL, NULL));
    back = text("empty.back");
    EXPECT_OK(oss_get_object_to_file(options, &bucket, &object, NULL, NULL, &back, NULL));
    EXPECT(size_of("empty.back") == 0);

    /* what is no file */
    back = text(".");
    status = oss_get_object_to_file(options, &bucket, &object, NULL, NULL, &back, NULL);
    EXPECT(status->code == AOSE_FILE_WRITE_ERROR);
    EXPECT(strcmp(status->error_code, "WriteFileFail") == 0);
    status = oss_put_object_from_file(options, &bucket, &object, &back, NULL, NULL);
    EXPECT(status->code == AOSE_OPEN_FILE_ERROR && strcmp(status->error_code, "OpenFileFail") == 0);
    file = text("big.json");

    /* what goes wrong leaves files as they were */
    back = text("old.bin");
    object = text("nobody");
    status = oss_get_object_to_file(options, &bucket, &object, NULL, NULL, &back, &resp_headers);
    EXPECT(status->code == 404 && strcmp(status->error_code, "NoSuchKey") == 0);
    EXPECT(size_of("old.bin") == 3);
    status = oss_get_object_to_file(options, &bucket, &object, NULL, NULL, &absent, NULL);
    EXPECT(status->code == AOSE_OPEN_FILE_ERROR);
    EXPECT(strcmp(status->error_code, AOS_OPEN_FILE_ERROR_CODE) == 0);
    status = oss_put_object_from_file(options, &bucket, &object, &absent, NULL, &resp_headers);
    EXPECT(status->code == AOSE_OPEN_FILE_ERROR);
    EXPECT(strcmp(status->error_code, AOS_OPEN_FILE_ERROR_CODE) == 0);
    EXPECT(status->error_msg[0] != '\0' && status->req_id != NULL && resp_headers != NULL);

    /* nothing where something is needed */
    status = oss_put_object_from_file(options, &bucket, &object, NULL, NULL, NULL);
    EXPECT(status->code == AOSE_INVALID_ARGUMENT);
    status = oss_get_object_to_file(options, &bucket, &object, NULL, NULL, NULL, NULL);
    EXPECT(status->code == AOSE_INVALID_ARGUMENT);
    status = oss_put_object_from_buffer(options, &bucket, &object, NULL, NULL, NULL);
    EXPECT(status->code == AOSE_INVALID_ARGUMENT);
    status = oss_get_object_to_buffer(options, &bucket, &object, NULL, NULL, NULL, NULL);
    EXPECT(status->code == AOSE_INVALID_ARGUMENT);
    status = oss_put_object_from_file(NULL, &bucket, &object, &file, NULL, NULL);
    EXPECT(status->code == AOSE_INVALID_ARGUMENT);
    status = oss_put_object_from_file(options, NULL, &object, &file, NULL, NULL);
    EXPECT(strcmp(status->error_code, "BucketNameInvalidError") == 0);
    aos_str_null(&object);
    status = oss_put_object_from_file(options, &bucket, &object, &file, NULL, NULL);
    EXPECT(strcmp(status->error_code, "ObjectNameInvalidError") == 0);

    aos_pool_destroy(pool);
    aos_http_io_deinitialize();
    return 0;
}
