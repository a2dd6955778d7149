/* What the program is asked to do. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdint.h>

struct options {
  const char *design;
  const char *trace;
  const char *out;
  int32_t threads;
  int32_t tickets;
  /* How many requests of the trace to serve; 0 for all. */
  int64_t requests;
};

/* Reads `DESIGN --trace FILE --threads N --tickets T --out FILE [--requests R]`. */
struct options parse_options(int count, char **words);

#endif
