/* A file in parts, continued by its upload ID. */
#include "connected.h"

#define PART (100 * 1024)
#define BYTES (3 * PART + 10)

static char bytes[BYTES];

static void write_file(const char *name, size_t size)
{
    FILE *file = fopen(name, "wb");
    EXPECT(file != NULL);
    EXPECT(fwrite(bytes, 1, size, file) == size);
    EXPECT(fclose(file) == 0);
}

static void expect_bytes(oss_request_options_t *options, const aos_string_t *object, size_t size)
{
    aos_string_t bucket = text("bkt");
    aos_list_t back;
    aos_list_init(&back);
    EXPECT_OK(oss_get_object_to_buffer(options, &bucket, object, NULL, NULL, &back, NULL));
    EXPECT(aos_buf_list_len(&back) == (int64_t)size);
    EXPECT(memcmp(aos_buf_list_content(options->pool, &back), bytes, size) == 0);
}

static void expect_no_uploads(oss_request_options_t *options)
{
    aos_string_t bucket = text("bkt");
    oss_list_multipart_upload_params_t *uploads;
    uploads = oss_create_list_multipart_upload_params(options->pool);
    EXPECT_OK(oss_list_multipart_upload(options, &bucket, uploads, NULL));
    EXPECT(aos_list_empty(&uploads->upload_list));
}

int main(void)
{
    aos_pool_t *pool;
    aos_table_t *headers, *resp_headers = NULL;
    aos_list_t content;
    aos_string_t bucket = text("bkt"), object = text("dir/a.txt"), upload_id, first_id;
    aos_string_t file = text("source.bin");
    oss_request_options_t *options;
    aos_status_t *status;
    int place;
    EXPECT(aos_http_io_initialize(NULL, 0) == AOSE_OK);
    EXPECT(aos_pool_create(&pool, NULL) == AOSE_OK);
    options = connect_to(pool);
    for (place = 0; place < BYTES; place++) {
        bytes[place] = (char)(place * 31 % 251);
    }
    write_file("source.bin", BYTES);

    aos_str_null(&upload_id);
    EXPECT(oss_upload_file(options, &bucket, &object, NULL, &file, PART, NULL)->code ==
           AOSE_INVALID_ARGUMENT);
    EXPECT(oss_upload_file(options, &bucket, &object, &upload_id, NULL, PART, NULL)->code ==
           AOSE_INVALID_ARGUMENT);
    EXPECT(oss_upload_file(NULL, &bucket, &object, &upload_id, &file, PART, NULL)->code ==
           AOSE_INVALID_ARGUMENT);

    /* What is not there begins nothing. */
    file = text("absent.bin");
    status = oss_upload_file(options, &bucket, &object, &upload_id, &file, PART, NULL);
    EXPECT(!aos_status_is_ok(status) && strcmp(status->error_code, "OpenFileFail") == 0);
    EXPECT(upload_id.len == 0);
    expect_no_uploads(options);

    /* The server refuses the third part, once. */
    file = text("source.bin");
    headers = aos_table_make(pool, 1);
    apr_table_set(headers, "x-oss-meta-author", "somebody");
    status = oss_upload_file(options, &bucket, &object, &upload_id, &file, PART, headers);
    EXPECT(status->code == 403 && status->req_id[0] != '\0');
    EXPECT(upload_id.len > 0);
    first_id = upload_id;
    EXPECT_OK(oss_upload_file(options, &bucket, &object, &upload_id, &file, PART, headers));
    EXPECT(upload_id.data == first_id.data);
    expect_bytes(options, &object, BYTES);
    EXPECT_OK(oss_head_object(options, &bucket, &object, NULL, &resp_headers));
    EXPECT(strcmp(apr_table_get(resp_headers, "x-oss-meta-author"), "somebody") == 0);
    EXPECT(strcmp(apr_table_get(resp_headers, "Content-Type"), "text/plain") == 0);
    expect_no_uploads(options);

    /* The same ID again leads to nothing any more. */
    status = oss_upload_file(options, &bucket, &object, &upload_id, &file, PART, headers);
    EXPECT(status->code == 404 && strcmp(status->error_code, "NoSuchUpload") == 0);

    /* Parts of other bytes do not count, whoever sent them. */
    object = text("dir/other");
    EXPECT_OK(oss_init_multipart_upload(options, &bucket, &object, &upload_id, NULL, NULL));
    aos_list_init(&content);
    aos_list_add_tail(&aos_buf_pack(pool, bytes + 1, PART)->node, &content);
    EXPECT_OK(oss_upload_part_from_buffer(options, &bucket, &object, &upload_id, 1, &content, NULL));
    aos_list_init(&content);
    aos_list_add_tail(&aos_buf_pack(pool, bytes + PART, PART)->node, &content);
    EXPECT_OK(oss_upload_part_from_buffer(options, &bucket, &object, &upload_id, 2, &content, NULL));
    EXPECT_OK(oss_upload_file(options, &bucket, &object, &upload_id, &file, PART, NULL));
    expect_bytes(options, &object, BYTES);

    /* A small file is an upload of one part, and an empty one none at all. */
    write_file("small.bin", 10);
    file = text("small.bin");
    aos_str_null(&upload_id);
    EXPECT_OK(oss_upload_file(options, &bucket, &object, &upload_id, &file, PART, NULL));
    EXPECT(upload_id.len > 0);
    expect_bytes(options, &object, 10);
    write_file("empty.bin", 0);
    file = text("empty.bin");
    aos_str_null(&upload_id);
    EXPECT_OK(oss_upload_file(options, &bucket, &object, &upload_id, &file, PART, NULL));
    EXPECT(upload_id.len == 0);
    expect_bytes(options, &object, 0);
    expect_no_uploads(options);

    aos_pool_destroy(pool);
    aos_http_io_deinitialize();
    return 0;
}
