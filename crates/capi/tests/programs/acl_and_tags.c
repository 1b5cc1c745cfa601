/* Who may use an object, and what it is tagged with. */
#include "connected.h"

static aos_string_t bucket, object;
static oss_request_options_t *options;

static void add(aos_list_t *list, const char *name, const char *value)
{
    oss_tag_content_t *tag = oss_create_tag_content(options->pool);
    aos_str_set(&tag->key, name);
    aos_str_set(&tag->value, value);
    aos_list_add_tail(&tag->node, list);
}

static void who_may(void)
{
    static const char *const words[] = {"private", "public-read", "public-read-write", "default"};
    aos_table_t *resp_headers = NULL;
    aos_string_t acl, absent = text("absent");
    aos_status_t *status;
    int i;
    for (i = OSS_ACL_PRIVATE; i <= OSS_ACL_DEFAULT; i++) {
        EXPECT_OK(oss_put_object_acl(options, &bucket, &object, (oss_acl_e)i, &resp_headers));
        aos_str_null(&acl);
        EXPECT_OK(oss_get_object_acl(options, &bucket, &object, &acl, &resp_headers));
        EXPECT(strcmp(acl.data, words[i]) == 0 && (size_t)acl.len == strlen(words[i]));
    }
    status = oss_put_object_acl(options, &bucket, &object, (oss_acl_e)4, &resp_headers);
    EXPECT(status->code == AOSE_INVALID_ARGUMENT);
    status = oss_get_object_acl(options, &bucket, &object, NULL, &resp_headers);
    EXPECT(status->code == AOSE_INVALID_ARGUMENT);
    status = oss_get_object_acl(options, &bucket, &absent, &acl, &resp_headers);
    EXPECT(status->code == 404 && strcmp(status->error_code, "NoSuchKey") == 0);
}

static void tagged(void)
{
    aos_table_t *resp_headers = NULL;
    aos_list_t tags, found;
    oss_tag_content_t *tag;
    aos_status_t *status;
    int i, count = 0;
    aos_list_init(&tags);
    add(&tags, "a", "1 +-=._:/");
    add(&tags, "b", "");
    EXPECT_OK(oss_put_object_tagging(options, &bucket, &object, &tags, &resp_headers));
    aos_list_init(&found);
    EXPECT_OK(oss_get_object_tagging(options, &bucket, &object, &found, &resp_headers));
    aos_list_for_each_entry(oss_tag_content_t, tag, &found, node) {
        EXPECT(strcmp(tag->key.data, count == 0 ? "a" : "b") == 0);
        EXPECT(strcmp(tag->value.data, count == 0 ? "1 +-=._:/" : "") == 0);
        count++;
    }
    EXPECT(count == 2);

    EXPECT_OK(oss_delete_object_tagging(options, &bucket, &object, &resp_headers));
    aos_list_init(&found);
    EXPECT_OK(oss_get_object_tagging(options, &bucket, &object, &found, &resp_headers));
    EXPECT(aos_list_empty(&found));

    for (i = 0; i < 9; i++) {
        add(&tags, aos_psprintf(options->pool, "t%d", i), "x");
    }
    status = oss_put_object_tagging(options, &bucket, &object, &tags, &resp_headers);
    EXPECT(status->code == 400 && status->error_code[0] != '\0');
    status = oss_put_object_tagging(options, &bucket, &object, NULL, NULL);
    EXPECT(status->code == AOSE_INVALID_ARGUMENT);
    status = oss_get_object_tagging(options, &bucket, &object, NULL, NULL);
    EXPECT(status->code == AOSE_INVALID_ARGUMENT);
    status = oss_delete_object_tagging(options, &bucket, NULL, NULL);
    EXPECT(status->code == AOSE_INVALID_ARGUMENT);
    EXPECT(oss_create_tag_content(NULL) == NULL);
}

int main(void)
{
    aos_pool_t *pool;
    aos_list_t buffer;
    aos_http_io_initialize(NULL, 0);
    aos_pool_create(&pool, NULL);
    options = connect_to(pool);
    bucket = text("bkt");
    object = text("object");
    aos_list_init(&buffer);
    EXPECT_OK(oss_put_object_from_buffer(options, &bucket, &object, &buffer, NULL, NULL));
    who_may();
    tagged();
    aos_pool_destroy(pool);
    aos_http_io_deinitialize();
    return 0;
}
