/* What programs of the official SDK name beside oss_api.h. All of it is there. */
#ifndef OSSUM_OSS_UTIL_H
#define OSSUM_OSS_UTIL_H

#include "oss_api.h"

#endif
