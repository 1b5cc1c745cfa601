/* Calls that are made from a callback of another one. */
#include "connected.h"

static oss_request_options_t *options;
static int heard_inside, heard_outside;

static void inside(int64_t consumed_bytes, int64_t total_bytes)
{
    EXPECT(consumed_bytes <= total_bytes);
    heard_inside++;
}

static void outside(int64_t consumed_bytes, int64_t total_bytes)
{
    aos_list_t buffers;
    aos_table_t *resp_headers = NULL;
    aos_string_t bucket = text("bkt"), object = text("inner"), file = text("file.bin");
    EXPECT(consumed_bytes <= total_bytes);
    heard_outside++;
    aos_list_init(&buffers);
    aos_list_add_tail(&aos_buf_pack(options->pool, "inner bytes", 11)->node, &buffers);
    EXPECT_OK(oss_do_put_object_from_buffer(options, &bucket, &object, &buffers, NULL, NULL, inside,
                                            NULL, NULL));
    EXPECT_OK(oss_head_object(options, &bucket, &object, NULL, &resp_headers));
    EXPECT(strcmp(apr_table_get(resp_headers, OSS_CONTENT_LENGTH), "11") == 0);
    EXPECT_OK(oss_resumable_upload_file(options, &bucket, &object, &file, NULL, NULL, NULL, inside,
                                        NULL, NULL));
}

int main(void)
{
    aos_pool_t *pool;
    aos_list_t buffers;
    aos_string_t bucket = text("bkt"), object = text("outer"), file = text("file.bin");
    FILE *made = fopen("file.bin", "w");
    EXPECT(made != NULL && fputs("bytes", made) >= 0 && fclose(made) == 0);
    EXPECT(aos_pool_create(&pool, NULL) == AOSE_OK);
    options = connect_to(pool);
    aos_list_init(&buffers);
    aos_list_add_tail(&aos_buf_pack(pool, "outer bytes", 11)->node, &buffers);
    EXPECT_OK(oss_do_put_object_from_buffer(options, &bucket, &object, &buffers, NULL, NULL, outside,
                                            NULL, NULL));
    EXPECT(heard_outside == 1 && heard_inside == 2);
    EXPECT_OK(oss_do_get_object_to_buffer(options, &bucket, &object, NULL, NULL, &buffers, outside,
                                          NULL));
    EXPECT(strcmp(aos_buf_list_content(pool, &buffers), "outer bytes") == 0);
    EXPECT_OK(oss_resumable_upload_file(options, &bucket, &object, &file, NULL, NULL, NULL, outside,
                                        NULL, NULL));
    EXPECT(heard_outside >= 3);
    aos_pool_destroy(pool);
    return 0;
}
