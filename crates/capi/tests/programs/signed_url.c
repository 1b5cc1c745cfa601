/* Prints the addresses that a browser or curl would be given: one to put, one to get, one to delete. */
#include "connected.h"

int main(void)
{
    aos_pool_t *pool;
    aos_string_t bucket = text("bkt"), object = text("dir/a +&.txt"), wrong = text("No_Bucket");
    oss_request_options_t *options;
    aos_http_request_t *req;
    int64_t now = apr_time_now() / 1000000;
    char *url;
    EXPECT(aos_http_io_initialize(NULL, 0) == AOSE_OK);
    EXPECT(aos_pool_create(&pool, NULL) == AOSE_OK);
    options = connect_to(pool);
    EXPECT(aos_http_request_create(NULL) == NULL);
    req = aos_http_request_create(pool);
    EXPECT(req->method == HTTP_GET && req->pool == pool && aos_list_empty(&req->body));

    EXPECT(apr_time_sec(now * APR_USEC_PER_SEC) == now);
    EXPECT(oss_gen_signed_url(NULL, &bucket, &object, now + 60, req) == NULL);
    EXPECT(oss_gen_signed_url(options, NULL, &object, now + 60, req) == NULL);
    EXPECT(oss_gen_signed_url(options, &wrong, &object, now + 60, req) == NULL);
    EXPECT(oss_gen_signed_url(options, &bucket, NULL, now + 60, req) == NULL);
    EXPECT(oss_gen_signed_url(options, &bucket, &object, now + 60, NULL) == NULL);
    EXPECT(oss_gen_signed_url(options, &bucket, &object, now - 60, req) == NULL);
    EXPECT(oss_gen_signed_url(options, &bucket, &object, -1, req) == NULL);
    url = oss_gen_signed_url(options, &bucket, &object, now + 8 * 24 * 60 * 60, req);
    EXPECT((url == NULL) == (options->config->signature_version == 4));

    req->method = HTTP_PUT;
    apr_table_set(req->headers, "Content-Type", "text/css");
    apr_table_set(req->headers, "x-oss-meta-author", "somebody");
    url = oss_gen_signed_url(options, &bucket, &object, now + 60, req);
    EXPECT(url != NULL);
    printf("PUT %s\n", url);
    EXPECT(aos_is_empty_table(req->query_params));

    req = aos_http_request_create(pool);
    apr_table_set(req->query_params, "response-content-type", "text/x-other");
    url = oss_gen_signed_url(options, &bucket, &object, now + 60, req);
    EXPECT(url != NULL);
    printf("GET %s\n", url);

    req = aos_http_request_create(pool);
    req->headers = NULL;
    req->query_params = NULL;
    req->method = HTTP_DELETE;
    url = oss_gen_signed_url(options, &bucket, &object, now + 60, req);
    EXPECT(url != NULL);
    printf("DELETE %s\n", url);

    aos_pool_destroy(pool);
    aos_http_io_deinitialize();
    return 0;
}
