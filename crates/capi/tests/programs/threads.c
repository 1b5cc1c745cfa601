/* The same calls from several threads at once, with a pool each. */
#include "connected.h"

#include <pthread.h>

static void *there_and_back(void *number)
{
    char key[16], back[16];
    aos_pool_t *pool;
    aos_string_t bucket = text("bkt"), object, file = text("big.bin"), target;
    oss_request_options_t *options;
    oss_resumable_clt_params_t *params;
    int round;
    EXPECT(aos_pool_create(&pool, NULL) == AOSE_OK);
    options = connect_to(pool);
    snprintf(key, sizeof(key), "key-%d", *(int *)number);
    snprintf(back, sizeof(back), "back-%d.bin", *(int *)number);
    object = text(key);
    target = text(back);
    params = oss_create_resumable_clt_params_content(pool, 102400, 2, AOS_FALSE, NULL);
    for (round = 0; round < 3; round++) {
        EXPECT_OK(oss_resumable_upload_file(options, &bucket, &object, &file, NULL, NULL, params,
                                            NULL, NULL, NULL));
        EXPECT_OK(oss_head_object(options, &bucket, &object, NULL, NULL));
        EXPECT_OK(oss_resumable_download_file(options, &bucket, &object, &target, NULL, NULL,
                                              params, NULL, NULL));
    }
    aos_pool_destroy(pool);
    return NULL;
}

int main(void)
{
    pthread_t threads[4];
    int numbers[4], i;
    EXPECT(aos_http_io_initialize(NULL, 0) == AOSE_OK);
    for (i = 0; i < 4; i++) {
        numbers[i] = i;
        EXPECT(pthread_create(&threads[i], NULL, there_and_back, &numbers[i]) == 0);
    }
    for (i = 0; i < 4; i++) {
        EXPECT(pthread_join(threads[i], NULL) == 0);
    }
    aos_http_io_deinitialize();
    return 0;
}
