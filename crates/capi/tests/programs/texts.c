/* What aos_util.h does to texts, and the names of headers. */
#include "connected.h"

int main(void)
{
    aos_pool_t *pool;
    unsigned char *md5;
    char out[64];
    uint64_t crc;
    int length;
    time_t started = time(NULL);
    aos_pool_create(&pool, NULL);

    EXPECT(aos_atoi64("-12x") == -12 && aos_atoi64(NULL) == 0);
    EXPECT(aos_atoui64("18446744073709551615") == 18446744073709551615ULL);
    EXPECT(aos_strtoll("7f", NULL, 16) == 127 && aos_strtoull("7f", NULL, 16) == 127);

    EXPECT(apr_time_sec(apr_time_now()) >= started);
    /* time() may be a tick behind the clock that others read. */
    EXPECT(apr_time_sec(apr_time_now()) <= time(NULL) + 1);
    length = apr_snprintf(out, sizeof(out), "%" APR_INT64_T_FMT, aos_atoi64("-7"));
    EXPECT(length == 2 && strcmp(out, "-7") == 0);

    md5 = aos_md5(pool, "hello", 5);
    length = aos_base64_encode(md5, 16, out);
    EXPECT(length == 24 && memcmp(out, "XUFAKrxLKna5cZ2REBfFkg==", 24) == 0);
    EXPECT(md5[16] == 0 && md5[19] == 0);
    EXPECT(aos_base64_encode(md5, 0, out) == 0);

    memcpy(out, "123456789", 9);
    crc = aos_crc64(0, out, 9);
    EXPECT(crc == 0x995dc9bbdf1939faULL);
    EXPECT(aos_crc64(aos_crc64(0, out, 4), out + 4, 5) == crc);
    EXPECT(aos_crc64_combine(aos_crc64(0, out, 4), aos_crc64(0, out + 4, 5), 5) == crc);
    EXPECT(aos_crc64(crc, NULL, 0) == crc);

    EXPECT(aos_url_encode(out, "a b/\xc3\xa4+~", 10) == AOSE_OK);
    EXPECT(strcmp(out, "a%20b%2F%C3%A4%2B~") == 0);
    EXPECT(aos_url_encode_ex(out, "a b/", 10, 1) == AOSE_OK && strcmp(out, "a%20b/") == 0);
    EXPECT(aos_url_encode(out, "abcd", 3) == AOSE_INVALID_ARGUMENT && out[0] == '\0');
    EXPECT(aos_url_encode(NULL, "a", 3) == AOSE_INVALID_ARGUMENT);
    EXPECT(aos_url_decode("a%20b+%2f", out) == 0 && strcmp(out, "a b /") == 0);
    EXPECT(aos_url_decode("a%2", out) == -1 && out[0] == '\0');

    EXPECT(aos_encode_hex(out, "\x01\xff", 2, &length) == AOSE_OK);
    EXPECT(length == 5 && strcmp(out, "01ff") == 0);
    EXPECT(aos_encode_hex(out, NULL, 2, &length) == AOSE_INVALID_ARGUMENT);

    EXPECT(strcmp(OSS_CONTENT_MD5, "Content-MD5") == 0);
    EXPECT(strcmp(OSS_SIGNATURE_V4, "x-oss-signature") == 0);
    aos_pool_destroy(pool);
    return 0;
}
