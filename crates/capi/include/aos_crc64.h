/* The checksum that OSS tells of objects and parts. */
#ifndef OSSUM_AOS_CRC64_H
#define OSSUM_AOS_CRC64_H

#include "aos_define.h"

AOS_CPP_START

/* That of what has crc with these bytes after it; 0 is that of nothing. */
uint64_t aos_crc64(uint64_t crc, void *bytes, size_t length);

/* That of two things in a row, the second of length2 bytes. */
uint64_t aos_crc64_combine(uint64_t crc1, uint64_t crc2, uintmax_t length2);

AOS_CPP_END

#endif
