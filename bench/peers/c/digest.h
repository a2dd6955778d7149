/*
 * SHA-256 of a stream, by the libcrypto that Node itself is built on. It is looked for when the program runs, so that
 * building needs no header files of it; without it there is no digest, and the program says so.
 */
#ifndef DIGEST_H
#define DIGEST_H

#include <stddef.h>

enum { DIGEST_HEX = 2 * 32 + 1 };

struct digest;

/* NULL where there is no libcrypto. */
struct digest *begin_digest(void);
void add_to_digest(struct digest *digest, const void *bytes, size_t count);
void end_digest(struct digest *digest, char hex[DIGEST_HEX]);

#endif
