/* Bytes in memory, in lists: bodies of requests and answers. */
#ifndef OSSUM_AOS_BUF_H
#define OSSUM_AOS_BUF_H

#include "aos_list.h"

/* The bytes that count are those from pos up to last. */
typedef struct {
    aos_list_t node;
    uint8_t *pos;
    uint8_t *last;
    uint8_t *start;
    uint8_t *end;
} aos_buf_t;

#define aos_buf_size(buffer) ((buffer)->last - (buffer)->pos)

AOS_CPP_START

/* A buffer with room for so many bytes, none of which count yet. */
aos_buf_t *aos_create_buf(aos_pool_t *pool, int size);

/* A buffer of bytes that it points to: they must live as long as it does. */
aos_buf_t *aos_buf_pack(aos_pool_t *pool, const void *data, int size);

/* How many bytes a list of buffers has. */
int64_t aos_buf_list_len(const aos_list_t *list);

/* All of them in one text, which ends with a zero. */
char *aos_buf_list_content(aos_pool_t *pool, const aos_list_t *list);

AOS_CPP_END

#endif
