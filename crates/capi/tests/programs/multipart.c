/* An upload in parts by hand: from memory, from a range of a file, from another object. */
#include "connected.h"

#define PART (100 * 1024)

static int64_t seen, of;

static void heard(int64_t consumed_bytes, int64_t total_bytes)
{
    EXPECT(consumed_bytes >= seen);
    seen = consumed_bytes;
    of = total_bytes;
}

/* The byte that stands at a place of the file. */
static char byte_at(long place)
{
    return (char)(place * 31 % 251);
}

static void write_file(const char *name, long bytes)
{
    FILE *file = fopen(name, "wb");
    long place;
    EXPECT(file != NULL);
    for (place = 0; place < bytes; place++) {
        EXPECT(fputc((unsigned char)byte_at(place), file) != EOF);
    }
    EXPECT(fclose(file) == 0);
}

static void name_part(aos_pool_t *pool, aos_list_t *parts, int number, const char *etag)
{
    oss_complete_part_content_t *part = oss_create_complete_part_content(pool);
    aos_str_set(&part->part_number, apr_psprintf(pool, "%d", number));
    aos_str_set(&part->etag, apr_pstrdup(pool, etag));
    aos_list_add_tail(&part->node, parts);
}

int main(void)
{
    aos_pool_t *pool;
    aos_list_t content, body, parts, back;
    aos_table_t *headers, *resp_headers = NULL;
    aos_string_t bucket = text("bkt"), object = text("dir/a +\"<&>.txt"), upload_id, other_id;
    oss_request_options_t *options;
    oss_upload_file_t *file;
    oss_upload_part_copy_params_t *copy;
    oss_list_upload_part_params_t *listed;
    oss_list_part_content_t *listed_part;
    oss_list_multipart_upload_params_t *uploads;
    oss_list_multipart_upload_content_t *upload;
    aos_status_t *status;
    char *memory, *whole;
    long place;
    int count;
    EXPECT(aos_http_io_initialize(NULL, 0) == AOSE_OK);
    EXPECT(aos_pool_create(&pool, NULL) == AOSE_OK);
    options = connect_to(pool);
    write_file("source.bin", 3 * PART + 10);

    /* Nothing is a crash that is not there. */
    aos_list_init(&parts);
    aos_str_null(&upload_id);
    EXPECT(oss_init_multipart_upload(options, &bucket, NULL, &upload_id, NULL, NULL)->code ==
           AOSE_INVALID_ARGUMENT);
    EXPECT(oss_init_multipart_upload(options, &bucket, &object, NULL, NULL, NULL)->code ==
           AOSE_INVALID_ARGUMENT);
    EXPECT(oss_upload_part_from_buffer(options, &bucket, &object, &upload_id, 1, NULL, NULL)->code ==
           AOSE_INVALID_ARGUMENT);
    EXPECT(oss_upload_part_from_file(options, &bucket, &object, NULL, 1, NULL, NULL)->code ==
           AOSE_INVALID_ARGUMENT);
    EXPECT(oss_upload_part_copy(options, NULL, NULL, NULL)->code == AOSE_INVALID_ARGUMENT);
    EXPECT(oss_list_upload_part(options, &bucket, &object, &upload_id, NULL, NULL)->code ==
           AOSE_INVALID_ARGUMENT);
    EXPECT(oss_list_multipart_upload(options, NULL, NULL, NULL)->code == AOSE_INVALID_ARGUMENT);
    EXPECT(oss_abort_multipart_upload(options, &bucket, &object, NULL, NULL)->code ==
           AOSE_INVALID_ARGUMENT);
    EXPECT(oss_complete_multipart_upload(options, &bucket, &object, NULL, NULL, NULL, NULL)->code ==
           AOSE_INVALID_ARGUMENT);
    EXPECT(oss_create_upload_file(NULL) == NULL);
    EXPECT(oss_create_list_upload_part_params(NULL) == NULL);

    headers = aos_table_make(pool, 1);
    apr_table_set(headers, "x-oss-meta-author", "somebody");
    EXPECT_OK(oss_init_multipart_upload(options, &bucket, &object, &upload_id, headers,
                                        &resp_headers));
    EXPECT(upload_id.len > 0 && (size_t)upload_id.len == strlen(upload_id.data));
    EXPECT(apr_table_get(resp_headers, "x-oss-request-id") != NULL);

    /* Part 1: two buffers. They are still there afterwards. */
    memory = (char *)aos_palloc(pool, PART);
    for (place = 0; place < PART; place++) {
        memory[place] = byte_at(place);
    }
    aos_list_init(&content);
    aos_list_add_tail(&aos_buf_pack(pool, memory, 1000)->node, &content);
    aos_list_add_tail(&aos_buf_pack(pool, memory + 1000, PART - 1000)->node, &content);
    aos_list_init(&body);
    EXPECT_OK(oss_do_upload_part_from_buffer(options, &bucket, &object, &upload_id, 1, &content,
                                             heard, NULL, NULL, &resp_headers, &body));
    EXPECT(seen == PART && of == PART);
    EXPECT(aos_buf_list_len(&content) == PART);
    EXPECT(aos_list_empty(&body));
    name_part(pool, &parts, 1, apr_table_get(resp_headers, "ETag"));

    /* Part 3 before part 2: the rest of the file, its end said to be further than it is. */
    file = oss_create_upload_file(pool);
    aos_str_set(&file->filename, "source.bin");
    file->file_pos = 2 * PART;
    file->file_last = 4 * PART;
    seen = 0;
    EXPECT_OK(oss_do_upload_part_from_file(options, &bucket, &object, &upload_id, 3, file, heard,
                                           NULL, NULL, &resp_headers, NULL));
    EXPECT(seen == PART + 10 && of == PART + 10);
    name_part(pool, &parts, 3, apr_table_get(resp_headers, "ETag"));

    /* Part 2: a range of an object that is made of the same file as one part. */
    object = text("source");
    EXPECT_OK(oss_init_multipart_upload(options, &bucket, &object, &other_id, NULL, NULL));
    file->file_pos = 0;
    EXPECT_OK(oss_upload_part_from_file(options, &bucket, &object, &other_id, 1, file,
                                        &resp_headers));
    aos_list_init(&content);
    name_part(pool, &content, 1, apr_table_get(resp_headers, "ETag"));
    EXPECT_OK(oss_complete_multipart_upload(options, &bucket, &object, &other_id, &content, NULL,
                                            &resp_headers));
    object = text("dir/a +\"<&>.txt");
    copy = oss_create_upload_part_copy_params(pool);
    aos_str_set(&copy->source_bucket, "bkt");
    aos_str_set(&copy->source_object, "source");
    copy->dest_bucket = bucket;
    copy->dest_object = object;
    copy->upload_id = upload_id;
    copy->part_num = 2;
    copy->range_start = PART;
    copy->range_end = 2 * PART - 1;
    EXPECT_OK(oss_upload_part_copy(options, copy, NULL, &resp_headers));
    copy->range_end = 0;
    EXPECT(oss_upload_part_copy(options, copy, NULL, NULL)->code == AOSE_INVALID_ARGUMENT);

    /* The parts there are, in two pages. */
    listed = oss_create_list_upload_part_params(pool);
    EXPECT(listed->max_ret == 1000 && listed->truncated == 1);
    listed->max_ret = 2;
    EXPECT_OK(oss_list_upload_part(options, &bucket, &object, &upload_id, listed, &resp_headers));
    EXPECT(listed->truncated == 1);
    EXPECT(strcmp(listed->next_part_number_marker.data, "2") == 0);
    listed->part_number_marker = listed->next_part_number_marker;
    EXPECT_OK(oss_list_upload_part(options, &bucket, &object, &upload_id, listed, NULL));
    EXPECT(listed->truncated == 0);
    count = 0;
    aos_list_for_each_entry(oss_list_part_content_t, listed_part, &listed->part_list, node) {
        count++;
        EXPECT(atoi(listed_part->part_number.data) == count);
        EXPECT(atoi(listed_part->size.data) == (count == 3 ? PART + 10 : PART));
        EXPECT(listed_part->last_modified.len > 0);
        if (count == 2) {
            name_part(pool, &parts, 2, listed_part->etag.data);
        }
    }
    EXPECT(count == 3);

    /* The uploads there are: this one, its key as it is, and another. */
    other_id = text("");
    object = text("dir/other");
    EXPECT_OK(oss_init_multipart_upload(options, &bucket, &object, &other_id, NULL, NULL));
    uploads = oss_create_list_multipart_upload_params(pool);
    aos_str_set(&uploads->prefix, "dir/");
    uploads->max_ret = 1;
    EXPECT_OK(oss_list_multipart_upload(options, &bucket, uploads, &resp_headers));
    EXPECT(uploads->truncated == 1);
    upload = aos_list_get_first(&uploads->upload_list, oss_list_multipart_upload_content_t, node);
    EXPECT(strcmp(upload->key.data, "dir/a +\"<&>.txt") == 0);
    EXPECT(strcmp(upload->upload_id.data, upload_id.data) == 0);
    EXPECT(upload->initiated.len > 0);
    uploads->key_marker = uploads->next_key_marker;
    uploads->upload_id_marker = uploads->next_upload_id_marker;
    aos_list_init(&uploads->upload_list);
    EXPECT_OK(oss_list_multipart_upload(options, &bucket, uploads, NULL));
    EXPECT(uploads->truncated == 0);
    upload = aos_list_get_first(&uploads->upload_list, oss_list_multipart_upload_content_t, node);
    EXPECT(strcmp(upload->upload_id.data, other_id.data) == 0);

    /* One is aborted, and gone. */
    EXPECT_OK(oss_abort_multipart_upload(options, &bucket, &object, &other_id, &resp_headers));
    status = oss_upload_part_from_file(options, &bucket, &object, &other_id, 1, file,
                                       &resp_headers);
    EXPECT(status->code == 404 && strcmp(status->error_code, "NoSuchUpload") == 0);
    EXPECT(status->req_id[0] != '\0' && !aos_should_retry(status));

    /* Parts that are none. */
    object = text("dir/a +\"<&>.txt");
    EXPECT(oss_upload_part_from_file(options, &bucket, &object, &upload_id, 0, file, NULL)->code ==
           AOSE_INVALID_ARGUMENT);
    EXPECT(oss_upload_part_from_file(options, &bucket, &object, &upload_id, 10001, file, NULL)
               ->code == AOSE_INVALID_ARGUMENT);
    file->file_pos = file->file_last + 1;
    EXPECT(oss_upload_part_from_file(options, &bucket, &object, &upload_id, 4, file, NULL)->code ==
           AOSE_INVALID_ARGUMENT);
    aos_str_set(&file->filename, "absent");
    file->file_pos = 0;
    status = oss_upload_part_from_file(options, &bucket, &object, &upload_id, 4, file, NULL);
    EXPECT(!aos_status_is_ok(status) && strcmp(status->error_code, "OpenFileFail") == 0);
    aos_list_init(&content);
    EXPECT(oss_complete_multipart_upload(options, &bucket, &object, &upload_id, &content, NULL,
                                         NULL)->code == AOSE_INVALID_ARGUMENT);

    /* Completed with the parts in the order they came: 1, 3, 2. */
    headers = aos_table_make(pool, 1);
    apr_table_set(headers, "Content-Type", "text/plain");
    aos_list_init(&body);
    EXPECT_OK(oss_do_complete_multipart_upload(options, &bucket, &object, &upload_id, &parts,
                                               headers, NULL, &resp_headers, &body));
    EXPECT(strstr(aos_buf_list_content(pool, &body), "<CompleteMultipartUploadResult>") != NULL);
    EXPECT(apr_table_get(resp_headers, "x-oss-hash-crc64ecma") != NULL);
    aos_list_init(&back);
    EXPECT_OK(oss_get_object_to_buffer(options, &bucket, &object, NULL, NULL, &back,
                                       &resp_headers));
    EXPECT(strcmp(apr_table_get(resp_headers, "x-oss-meta-author"), "somebody") == 0);
    EXPECT(strcmp(apr_table_get(resp_headers, "Content-Type"), "text/plain") == 0);
    EXPECT(aos_buf_list_len(&back) == 3 * PART + 10);
    whole = aos_buf_list_content(pool, &back);
    for (place = 0; place < 3 * PART + 10; place++) {
        EXPECT(whole[place] == byte_at(place));
    }

    aos_pool_destroy(pool);
    aos_http_io_deinitialize();
    return 0;
}
