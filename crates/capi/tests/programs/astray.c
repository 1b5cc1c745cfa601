/* Answers that are not as they should be are failures, whatever their status says. */
#include "connected.h"

#define EXPECT_FAILED(expected_code, expected_word, status)                                       \
    do {                                                                                          \
        const aos_status_t *ended = (status);                                                     \
        EXPECT(!aos_status_is_ok(ended));                                                         \
        EXPECT(ended->code == (expected_code));                                                   \
        EXPECT(strcmp(ended->error_code, (expected_word)) == 0);                                  \
        EXPECT(ended->error_msg[0] != '\0' && ended->req_id[0] != '\0');                          \
    } while (0)

static char bytes[100 * 1024];

int main(void)
{
    aos_pool_t *pool;
    aos_table_t *resp_headers = NULL;
    aos_list_t content, parts;
    aos_string_t bucket = text("bkt"), object = text("k"), upload_id;
    oss_request_options_t *options;
    oss_complete_part_content_t *part;
    oss_list_object_params_t *objects;
    oss_list_upload_part_params_t *listed;
    oss_list_multipart_upload_params_t *uploads;
    aos_status_t *status;
    EXPECT(aos_http_io_initialize(NULL, 0) == AOSE_OK);
    EXPECT(aos_pool_create(&pool, NULL) == AOSE_OK);
    options = connect_to(pool);
    EXPECT_OK(oss_init_multipart_upload(options, &bucket, &object, &upload_id, NULL, NULL));

    /* The first part is damaged on its way. */
    aos_list_init(&content);
    aos_list_add_tail(&aos_buf_pack(pool, bytes, sizeof(bytes))->node, &content);
    EXPECT_FAILED(AOSE_CRC_INCONSISTENT_ERROR, "InconsistentError",
                  oss_upload_part_from_buffer(options, &bucket, &object, &upload_id, 1, &content,
                                              &resp_headers));
    EXPECT(apr_table_get(resp_headers, "x-oss-request-id") != NULL);
    EXPECT_OK(oss_upload_part_from_buffer(options, &bucket, &object, &upload_id, 1, &content,
                                          &resp_headers));
    aos_list_init(&parts);
    part = oss_create_complete_part_content(pool);
    aos_str_set(&part->part_number, "1");
    aos_str_set(&part->etag, apr_table_get(resp_headers, "ETag"));
    aos_list_add_tail(&part->node, &parts);

    /* Listings that lead to themselves. */
    objects = oss_create_list_object_params(pool);
    aos_str_set(&objects->marker, "z");
    EXPECT_FAILED(AOSE_XML_PARSE_ERROR, "ParseXmlError",
                  oss_list_object(options, &bucket, objects, &resp_headers));
    EXPECT(aos_list_empty(&objects->object_list) && objects->next_marker.len == 0);
    listed = oss_create_list_upload_part_params(pool);
    EXPECT_FAILED(AOSE_XML_PARSE_ERROR, "ParseXmlError",
                  oss_list_upload_part(options, &bucket, &object, &upload_id, listed, NULL));
    EXPECT(aos_list_empty(&listed->part_list));
    uploads = oss_create_list_multipart_upload_params(pool);
    EXPECT_FAILED(AOSE_XML_PARSE_ERROR, "ParseXmlError",
                  oss_list_multipart_upload(options, &bucket, uploads, NULL));
    EXPECT(aos_list_empty(&uploads->upload_list));

    /* A success that is an error. */
    status = oss_complete_multipart_upload(options, &bucket, &object, &upload_id, &parts, NULL,
                                           &resp_headers);
    EXPECT_FAILED(AOSE_SERVICE_ERROR, "InternalError", status);
    EXPECT(aos_should_retry(status));
    EXPECT_OK(oss_complete_multipart_upload(options, &bucket, &object, &upload_id, &parts, NULL,
                                            &resp_headers));

    aos_pool_destroy(pool);
    aos_http_io_deinitialize();
    return 0;
}
