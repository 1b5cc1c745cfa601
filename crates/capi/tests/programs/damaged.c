/* up|down CODE ERROR_CODE: one transfer of a file, and how it has to end. */
#include "connected.h"

int main(int count, char **words)
{
    aos_pool_t *pool;
    aos_string_t bucket = text("bkt"), object = text("object"), file = text("big.json");
    aos_string_t back = text("old.bin");
    oss_request_options_t *options;
    aos_status_t *status;
    EXPECT(count == 4);
    aos_http_io_initialize(NULL, 0);
    aos_pool_create(&pool, NULL);
    options = connect_to(pool);
    options->ctl->options->enable_crc = setting("UNCHECKED")[0] == '\0';
    status = oss_put_object_from_file(options, &bucket, &object, &file, NULL, NULL);
    if (strcmp(words[1], "down") == 0) {
        EXPECT_OK(status);
        status = oss_get_object_to_file(options, &bucket, &object, NULL, NULL, &back, NULL);
    }
    fprintf(stderr, "%d %s: %s\n", status->code, status->error_code, status->error_msg);
    EXPECT(status->code == atoi(words[2]));
    EXPECT(strcmp(status->error_code, words[3]) == 0);
    aos_pool_destroy(pool);
    aos_http_io_deinitialize();
    return 0;
}
