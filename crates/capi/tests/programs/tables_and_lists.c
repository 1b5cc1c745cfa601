/* Pools, tables, lists and texts, as programs use them. */
#include "connected.h"

static void tables(aos_pool_t *pool)
{
    apr_table_t *table = apr_table_make(pool, 0);
    const apr_array_header_t *array;
    const apr_table_entry_t *entries;
    char name[16];
    int i;
    EXPECT(apr_is_empty_table(table));
    apr_table_set(table, "One", "1");
    apr_table_add(table, "one", "2");
    EXPECT(strcmp(apr_table_get(table, "ONE"), "1") == 0);
    apr_table_set(table, "oNe", "3");
    array = apr_table_elts(table);
    EXPECT(array->nelts == 1);
    apr_table_unset(table, "one");
    EXPECT(apr_table_get(table, "One") == NULL);
    for (i = 0; i < 1000; i++) {
        apr_snprintf(name, sizeof(name), "name-%d", i);
        aos_table_add_int(table, name, i);
    }
    array = aos_table_elts(table);
    entries = (const apr_table_entry_t *)(const void *)array->elts;
    EXPECT(array->nelts == 1000);
    for (i = 0; i < array->nelts; i++) {
        EXPECT(atoi(entries[i].val) == i);
    }
    aos_table_set_int64(table, "large", INT64_C(9007199254740993));
    EXPECT(strcmp(aos_table_get(table, "large"), "9007199254740993") == 0);
    apr_table_clear(table);
    EXPECT(apr_is_empty_table(table));
}

static void lists(aos_pool_t *pool)
{
    aos_list_t list, other;
    aos_buf_t *buffer, *next;
    int i, count = 0;
    aos_list_init(&list);
    EXPECT(aos_list_empty(&list));
    for (i = 0; i < 5; i++) {
        buffer = aos_create_buf(pool, 8);
        buffer->last += sprintf((char *)buffer->pos, "%d", i);
        aos_list_add_tail(&buffer->node, &list);
    }
    EXPECT(strcmp(aos_buf_list_content(pool, &list), "01234") == 0);
    aos_list_for_each_entry(aos_buf_t, buffer, &list, node) {
        EXPECT(aos_buf_size(buffer) == 1 && *buffer->pos == '0' + count);
        count++;
    }
    EXPECT(count == 5);
    aos_list_for_each_entry_safe(aos_buf_t, buffer, next, &list, node) {
        if (*buffer->pos % 2 == 0) {
            aos_list_del(&buffer->node);
        }
    }
    EXPECT(strcmp(aos_buf_list_content(pool, &list), "13") == 0);
    aos_list_movelist(&list, &other);
    EXPECT(aos_list_empty(&list) && aos_buf_list_len(&other) == 2);
    EXPECT(*aos_list_get_first(&other, aos_buf_t, node)->pos == '1');
    EXPECT(*aos_list_get_last(&other, aos_buf_t, node)->pos == '3');
    aos_list_movelist(&list, &other);
    EXPECT(aos_list_empty(&other));
}

static void texts(aos_pool_t *pool)
{
    aos_string_t string = aos_string("Hello"), nothing = aos_null_string;
    EXPECT(string.len == 5 && !aos_string_is_empty(&string));
    EXPECT(strcmp(aos_pstrdup(pool, &string), "Hello") == 0);
    EXPECT(aos_is_null_string(&nothing) && aos_string_is_empty(&nothing));
    aos_str_set(&nothing, NULL);
    EXPECT(nothing.len == 0 && nothing.data != NULL);
    if (nothing.len == 0)
        aos_str_set(&nothing, "x");
    else
        aos_str_null(&nothing);
    EXPECT(nothing.len == 1);
    EXPECT(strcmp(apr_psprintf(pool, "%s-%d", "a", 7), "a-7") == 0);
    EXPECT(strcmp(apr_pstrdup(pool, "copy"), "copy") == 0);
}

static int lines;

static void print(const char *message, int len)
{
    EXPECT((int)strlen(message) == len && message[len - 1] == '\n');
    lines++;
}

static void logs(void)
{
    aos_log_set_print(print);
    aos_error_log("not %s", "told");
    EXPECT(lines == 0);
    aos_log_set_level(AOS_LOG_WARN);
    aos_error_log("told %d", 1);
    aos_warn_log("told too");
    aos_debug_log("not told");
    EXPECT(lines == 2);
    aos_log_set_level(AOS_LOG_OFF);
    aos_log_set_print(NULL);
}

int main(void)
{
    aos_pool_t *pool, *child;
    EXPECT(aos_pool_create(&pool, NULL) == AOSE_OK);
    EXPECT(aos_pool_create(&child, pool) == AOSE_OK);
    tables(child);
    lists(pool);
    texts(child);
    logs();
    memset(aos_palloc(pool, 3 << 20), 1, 3 << 20);
    EXPECT(aos_pcalloc(pool, 0) != NULL);
    aos_pool_destroy(pool);
    return 0;
}
