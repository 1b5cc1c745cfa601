/* What programs do to texts beside the calls. */
#ifndef OSSUM_AOS_UTIL_H
#define OSSUM_AOS_UTIL_H

#include "aos_string.h"

/* Numbers from a text, as far as it is one; of NULL the last two are 0. */
static AOS_INLINE long long aos_strtoll(const char *text, char **end, int base)
{
    return strtoll(text, end, base);
}

static AOS_INLINE unsigned long long aos_strtoull(const char *text, char **end, int base)
{
    return strtoull(text, end, base);
}

static AOS_INLINE int64_t aos_atoi64(const char *text)
{
    return text != NULL ? (int64_t)strtoll(text, NULL, 10) : 0;
}

static AOS_INLINE uint64_t aos_atoui64(const char *text)
{
    return text != NULL ? (uint64_t)strtoull(text, NULL, 10) : 0;
}

AOS_CPP_START

/* The MD5 of bytes: 16 of them, and zeros after them, in the pool. */
unsigned char *aos_md5(aos_pool_t *pool, const char *bytes, size_t length);

/* Writes bytes as base64 without a zero at the end, and tells how many characters that are: out needs
 * room for (length + 2) / 3 * 4. */
int aos_base64_encode(const unsigned char *bytes, int length, char *out);

/* Percent-encodes a text of at most max_length bytes, to which out needs three times the room, and
 * one more. With slash, a / stays. AOSE_OK, or AOSE_INVALID_ARGUMENT. */
int aos_url_encode(char *out, const char *text, int max_length);
int aos_url_encode_ex(char *out, const char *text, int max_length, int slash);

/* Decodes a percent-encoded text, in which + is a space: 0, or -1 where it is none. The result is
 * not longer. */
int aos_url_decode(const char *text, char *out);

/* Writes bytes as hexadecimal digits and a zero; out_length, unless NULL, is how many characters with
 * it. AOSE_OK, or AOSE_INVALID_ARGUMENT. */
int aos_encode_hex(char *out, const void *bytes, int length, int *out_length);

AOS_CPP_END

#endif
