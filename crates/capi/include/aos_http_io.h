/* What a program makes before its first call, and ends after its last. */
#ifndef OSSUM_AOS_HTTP_IO_H
#define OSSUM_AOS_HTTP_IO_H

#include "aos_transport.h"

AOS_CPP_START

/* Both do nothing that has to be undone: AOSE_OK. */
int aos_http_io_initialize(const char *user_agent_info, int flags);
void aos_http_io_deinitialize(void);

/* A controller with options of its own; owner is kept and means nothing. */
aos_http_controller_t *aos_http_controller_create(aos_pool_t *pool, int owner);

/* Options as they are unless changed. */
aos_http_request_options_t *aos_http_request_options_create(aos_pool_t *pool);

/* A request to be signed: GET, with empty tables of headers and parameters. */
aos_http_request_t *aos_http_request_create(aos_pool_t *pool);

AOS_CPP_END

#endif
