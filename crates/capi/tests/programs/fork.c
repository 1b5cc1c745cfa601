/* A process forks between two calls, and the child ends first: the parent's connection outlives it. */
#include "connected.h"

#include <sys/wait.h>
#include <unistd.h>

/* Forks a child that calls too, if it should, and ends as programs do. */
static void have_a_child(oss_request_options_t *options, int calls)
{
    aos_string_t bucket = text("bkt"), object = text("key");
    int ended;
    pid_t child = fork();
    EXPECT(child >= 0);
    if (child == 0) {
        if (calls) {
            EXPECT_OK(oss_head_object(options, &bucket, &object, NULL, NULL));
        }
        exit(0);
    }
    EXPECT(waitpid(child, &ended, 0) == child && ended == 0);
}

int main(void)
{
    aos_pool_t *pool;
    aos_list_t buffers;
    aos_string_t bucket = text("bkt"), object = text("key");
    oss_request_options_t *options;
    EXPECT(aos_pool_create(&pool, NULL) == AOSE_OK);
    options = connect_to(pool);
    options->ctl->options->speed_time = 5;
    aos_list_init(&buffers);
    aos_list_add_tail(&aos_buf_pack(pool, "bytes", 5)->node, &buffers);
    EXPECT_OK(oss_put_object_from_buffer(options, &bucket, &object, &buffers, NULL, NULL));
    have_a_child(options, AOS_FALSE);
    EXPECT_OK(oss_head_object(options, &bucket, &object, NULL, NULL));
    have_a_child(options, AOS_TRUE);
    EXPECT_OK(oss_head_object(options, &bucket, &object, NULL, NULL));
    aos_pool_destroy(pool);
    return 0;
}
