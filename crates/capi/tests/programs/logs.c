/* The log says as much as its level, which may change at any time, and no secret. */
#include "connected.h"

static int lines;

static void heard(const char *message, int len)
{
    EXPECT(len > 0 && message[len - 1] == '\n' && message[len] == '\0');
    EXPECT(strstr(message, setting("OSS_ACCESS_KEY_SECRET")) == NULL);
    EXPECT(strstr(message, "ignature") == NULL && strstr(message, "a-password") == NULL);
    lines++;
}

static int lines_at(aos_log_level_e level, oss_request_options_t *options)
{
    aos_string_t bucket = text("bkt"), object = text("key");
    aos_log_set_level(level);
    lines = 0;
    oss_head_object(options, &bucket, &object, NULL, NULL);
    return lines;
}

int main(void)
{
    aos_pool_t *pool;
    aos_string_t bucket = text("bkt"), object = text("key"), url;
    oss_request_options_t *options;
    EXPECT(aos_pool_create(&pool, NULL) == AOSE_OK);
    options = connect_to(pool);
    aos_log_set_print(heard);
    EXPECT(lines_at(AOS_LOG_ERROR, options) == 0);
    EXPECT(lines_at(AOS_LOG_ALL, options) > 0);
    EXPECT(lines_at(AOS_LOG_OFF, options) == 0);
    aos_log_set_level(AOS_LOG_ALL);
    url = text(oss_gen_signed_url(options, &bucket, &object, (int64_t)time(NULL) + 60,
                                  aos_http_request_create(pool)));
    oss_head_object_by_url(options, &url, NULL, NULL);
    options->config->proxy_host = text("127.0.0.1");
    options->config->proxy_port = 1; /* nobody listens there */
    options->config->proxy_user = text("user");
    options->config->proxy_passwd = text("a-password");
    EXPECT(lines_at(AOS_LOG_ALL, options) > 0);
    aos_log_set_level(AOS_LOG_OFF);
    aos_log_set_print(NULL);
    aos_pool_destroy(pool);
    return 0;
}
