/* Text whose length is known. */
#ifndef OSSUM_AOS_STRING_H
#define OSSUM_AOS_STRING_H

#include "aos_define.h"

/* The bytes belong to whoever set them, and must live as long as they are used. */
typedef struct {
    int len;
    char *data;
} aos_string_t;

#define aos_string(literal) {sizeof(literal) - 1, (char *)(literal)}
#define aos_null_string {0, NULL}

static AOS_INLINE void aos_str_set_text(aos_string_t *string, const char *text)
{
    string->data = (char *)(text != NULL ? text : "");
    string->len = (int)strlen(string->data);
}

/* Points a string at a text, which is not copied. NULL, such as a variable that is not set, is the
 * empty text. */
#define aos_str_set(string, text) aos_str_set_text((string), (text))

#define aos_str_null(string)                                                                      \
    do {                                                                                          \
        (string)->len = 0;                                                                        \
        (string)->data = NULL;                                                                    \
    } while (0)

#define aos_tolower(c) (char)(((c) >= 'A' && (c) <= 'Z') ? ((c) | 0x20) : (c))
#define aos_toupper(c) (char)(((c) >= 'a' && (c) <= 'z') ? ((c) & ~0x20) : (c))

static AOS_INLINE int aos_string_is_empty(const aos_string_t *string)
{
    return string == NULL || string->len <= 0 || string->data == NULL || string->data[0] == '\0';
}

static AOS_INLINE int aos_is_null_string(const aos_string_t *string)
{
    return string == NULL || string->len == 0 || string->data == NULL;
}

static AOS_INLINE void aos_string_tolower(aos_string_t *string)
{
    int i;
    for (i = 0; i < string->len; i++) {
        string->data[i] = aos_tolower(string->data[i]);
    }
}

AOS_CPP_START

/* A copy in the pool, which ends with a zero. */
char *aos_pstrdup(aos_pool_t *pool, const aos_string_t *string);

AOS_CPP_END

#endif
