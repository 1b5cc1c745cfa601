/* Objects that are deleted: one, some, and all that begin with something. */
#include "connected.h"

static aos_string_t bucket;
static oss_request_options_t *options;

static void put(const char *name)
{
    aos_list_t buffer;
    aos_string_t object = text(name);
    aos_list_init(&buffer);
    EXPECT_OK(oss_put_object_from_buffer(options, &bucket, &object, &buffer, NULL, NULL));
}

static int is_there(const char *name)
{
    aos_string_t object = text(name);
    return oss_head_object(options, &bucket, &object, NULL, NULL)->code == 200;
}

static void add(aos_list_t *list, const char *name)
{
    oss_object_key_t *key = oss_create_oss_object_key(options->pool);
    aos_str_set(&key->key, name);
    aos_list_add_tail(&key->node, list);
}

static void together(void)
{
    static const char *const names[] = {"a b+c.txt", "d/<&>\xc3\xa4", "never was"};
    aos_list_t asked, deleted;
    aos_table_t *resp_headers = NULL;
    oss_object_key_t *key;
    aos_status_t *status;
    int i, count = 0;
    put(names[0]);
    put(names[1]);
    put("stays");
    aos_list_init(&asked);
    aos_list_init(&deleted);
    for (i = 0; i < 3; i++) {
        add(&asked, names[i]);
    }
    EXPECT_OK(oss_delete_objects(options, &bucket, &asked, AOS_FALSE, &resp_headers, &deleted));
    EXPECT(apr_table_get(resp_headers, "x-oss-request-id") != NULL);
    aos_list_for_each_entry(oss_object_key_t, key, &deleted, node) {
        EXPECT(strcmp(key->key.data, names[count]) == 0);
        count++;
    }
    EXPECT(count == 3);
    EXPECT(!is_there(names[0]) && !is_there(names[1]) && is_there("stays"));

    put(names[0]);
    aos_list_init(&deleted);
    EXPECT_OK(oss_delete_objects(options, &bucket, &asked, AOS_TRUE, &resp_headers, &deleted));
    EXPECT(aos_list_empty(&deleted) && !is_there(names[0]));
    EXPECT_OK(oss_delete_objects(options, &bucket, &asked, AOS_FALSE, NULL, NULL));

    /* none, too many, no names */
    aos_list_init(&asked);
    status = oss_delete_objects(options, &bucket, &asked, AOS_FALSE, &resp_headers, &deleted);
    EXPECT(status->code == AOSE_INVALID_ARGUMENT);
    for (i = 0; i < 1001; i++) {
        add(&asked, aos_psprintf(options->pool, "many/%d", i));
    }
    status = oss_delete_objects(options, &bucket, &asked, AOS_FALSE, &resp_headers, &deleted);
    EXPECT(status->code == AOSE_INVALID_ARGUMENT);
    aos_list_init(&asked);
    add(&asked, "");
    status = oss_delete_objects(options, &bucket, &asked, AOS_FALSE, &resp_headers, &deleted);
    EXPECT(strcmp(status->error_code, "ObjectNameInvalidError") == 0);
    status = oss_delete_objects(options, &bucket, NULL, AOS_FALSE, &resp_headers, &deleted);
    EXPECT(status->code == AOSE_INVALID_ARGUMENT);
}

static void by_prefix(void)
{
    aos_string_t prefix = text("logs/"), nothing = text("");
    put("logs/1");
    put("logs/2 x");
    put("logs");
    EXPECT_OK(oss_delete_objects_by_prefix(options, &bucket, &prefix));
    EXPECT(!is_there("logs/1") && !is_there("logs/2 x") && is_there("logs") && is_there("stays"));
    EXPECT(oss_delete_objects_by_prefix(options, &bucket, NULL)->code == AOSE_INVALID_ARGUMENT);
    EXPECT(oss_delete_objects_by_prefix(options, NULL, &prefix)->code == AOSE_INVALID_ARGUMENT);
    EXPECT(is_there("stays"));
    EXPECT_OK(oss_delete_objects_by_prefix(options, &bucket, &nothing));
    EXPECT(!is_there("logs") && !is_there("stays"));
}

int main(void)
{
    aos_pool_t *pool;
    aos_string_t object = text("one"), nowhere = text("elsewhere");
    aos_status_t *status;
    aos_http_io_initialize(NULL, 0);
    aos_pool_create(&pool, NULL);
    options = connect_to(pool);
    bucket = text("bkt");
    put("one");
    EXPECT(oss_delete_object(options, &bucket, &object, NULL)->code == 204);
    EXPECT(oss_delete_object(options, &bucket, &object, NULL)->code == 204);
    status = oss_delete_object(options, &nowhere, &object, NULL);
    EXPECT(status->code == 404 && strcmp(status->error_code, "NoSuchBucket") == 0);
    EXPECT(oss_delete_object(options, &bucket, NULL, NULL)->code == AOSE_INVALID_ARGUMENT);
    together();
    by_prefix();
    EXPECT(oss_create_oss_object_key(NULL) == NULL);
    aos_pool_destroy(pool);
    aos_http_io_deinitialize();
    return 0;
}
