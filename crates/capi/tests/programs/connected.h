/* What every program of these tests begins with: a pool, options from the environment, and checks
 * that tell where they failed. */
#ifndef CONNECTED_H
#define CONNECTED_H

#include "oss_api.h"

#define EXPECT(condition)                                                                         \
    do {                                                                                          \
        if (!(condition)) {                                                                       \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                       \
            exit(1);                                                                              \
        }                                                                                         \
    } while (0)

/* A call that succeeded. */
#define EXPECT_OK(status)                                                                         \
    do {                                                                                          \
        const aos_status_t *ended = (status);                                                     \
        if (!aos_status_is_ok(ended)) {                                                           \
            fprintf(stderr, "%s:%d: %s: %d %s: %s (%s)\n", __FILE__, __LINE__, #status,           \
                    ended->code, ended->error_code, ended->error_msg, ended->req_id);             \
            exit(1);                                                                              \
        }                                                                                         \
    } while (0)

static inline const char *setting(const char *name)
{
    const char *value = getenv(name);
    return value != NULL ? value : "";
}

/* SIGNATURE=1 signs with V1, anything else with V4. */
static inline oss_request_options_t *connect_to(aos_pool_t *pool)
{
    oss_request_options_t *options = oss_request_options_create(pool);
    options->config = oss_config_create(pool);
    aos_str_set(&options->config->endpoint, setting("OSS_ENDPOINT"));
    aos_str_set(&options->config->access_key_id, setting("OSS_ACCESS_KEY_ID"));
    aos_str_set(&options->config->access_key_secret, setting("OSS_ACCESS_KEY_SECRET"));
    aos_str_set(&options->config->region, setting("OSS_REGION"));
    options->config->signature_version = strcmp(setting("SIGNATURE"), "1") == 0 ? 1 : 4;
    options->ctl = aos_http_controller_create(pool, 0);
    return options;
}

static inline aos_string_t text(const char *value)
{
    aos_string_t string;
    aos_str_set(&string, value);
    return string;
}

#endif
