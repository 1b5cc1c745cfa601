/* One resumable transfer, as the words say:
 *   transfer up|down OBJECT FILE [PART_SIZE [THREADS [CHECKPOINT|off [HEADER VALUE]...]]]
 * Prints progress as it hears of it, then how the call ended. */
#include "connected.h"

static void heard(int64_t consumed_bytes, int64_t total_bytes)
{
    printf("progress %lld of %lld\n", (long long)consumed_bytes, (long long)total_bytes);
    fflush(stdout);
}

static void show(const aos_table_t *table)
{
    const aos_array_header_t *array = apr_table_elts(table);
    const aos_table_entry_t *entries = (const aos_table_entry_t *)(const void *)array->elts;
    int i;
    for (i = 0; i < array->nelts; i++) {
        printf("header %s: %s\n", entries[i].key, entries[i].val);
    }
}

static const char *word(int argc, char *argv[], int place, const char *otherwise)
{
    return place < argc ? argv[place] : otherwise;
}

int main(int argc, char *argv[])
{
    aos_pool_t *pool;
    aos_list_t resp_body;
    aos_table_t *headers, *resp_headers = NULL;
    aos_status_t *status;
    aos_string_t bucket = text("bkt"), object, file;
    oss_resumable_clt_params_t *params;
    const char *checkpoint;
    int i;
    EXPECT(argc >= 4);
    EXPECT(aos_http_io_initialize(NULL, 0) == AOSE_OK);
    EXPECT(aos_pool_create(&pool, NULL) == AOSE_OK);
    oss_request_options_t *options = connect_to(pool);
    if (setting("STS_TOKEN")[0] != '\0') {
        aos_str_set(&options->config->sts_token, setting("STS_TOKEN"));
    }
    object = text(argv[2]);
    file = text(argv[3]);
    checkpoint = word(argc, argv, 6, "");
    params = oss_create_resumable_clt_params_content(
        pool, atoll(word(argc, argv, 4, "102400")), atoi(word(argc, argv, 5, "2")),
        strcmp(checkpoint, "off") != 0, checkpoint[0] != '\0' ? checkpoint : NULL);
    headers = aos_table_make(pool, 0);
    for (i = 7; i + 1 < argc; i += 2) {
        apr_table_add(headers, argv[i], argv[i + 1]);
    }
    aos_list_init(&resp_body);
    if (strcmp(argv[1], "up") == 0) {
        status = oss_resumable_upload_file(options, &bucket, &object, &file, headers, NULL, params,
                                           heard, &resp_headers, &resp_body);
    } else {
        status = oss_resumable_download_file(options, &bucket, &object, &file, headers, NULL,
                                             params, heard, &resp_headers);
    }
    printf("status %d %s\nmessage %s\nrequest %s\n", status->code, status->error_code,
           status->error_msg, status->req_id);
    show(resp_headers);
    printf("body %s\n", aos_buf_list_content(pool, &resp_body));
    i = aos_status_is_ok(status) ? 0 : 1;
    aos_pool_destroy(pool);
    aos_http_io_deinitialize();
    return i;
}
