/* How the program ends when it cannot go on: with one line on stderr. */
#ifndef FAIL_H
#define FAIL_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

__attribute__((format(printf, 1, 2), noreturn)) static inline void fail(const char *format, ...) {
  va_list values;
  va_start(values, format);
  vfprintf(stderr, format, values);
  va_end(values);
  fputc('\n', stderr);
  exit(1);
}

/*
 * Memory in whole cache lines, so that what different threads write lies in different ones; all zero. Never given back:
 * the program sells once, and ends.
 */
static inline void *allocate(size_t bytes) {
  size_t lines = (bytes + 63) / 64 * 64;
  void *memory;
  if (posix_memalign(&memory, 64, lines > 0 ? lines : 64) != 0) fail("out of memory");
  return __builtin_memset(memory, 0, lines);
}

#endif
