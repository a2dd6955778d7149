/* What was sold, for the audit: bench/peers/README.md describes the file. */
#ifndef SALES_FILE_H
#define SALES_FILE_H

#include <stdint.h>
#include <stdio.h>

/* Tickets handed to a client; times in nanoseconds since the opening. */
struct grant {
  int32_t event;
  int32_t client;
  int32_t ticket; /* the first of `quantity` consecutive serials */
  int32_t quantity;
  double intended_ns;
  double start_ns;
  double end_ns;
};

/* A refusal that came while enough tickets seemed free. */
struct suspect {
  int32_t event;
  int32_t quantity;
  double start_ns;
  double end_ns;
};

/* Begins the file; all grants follow, then all suspects. */
FILE *begin_sales(const char *path, int64_t grants, int64_t suspects);
void write_grants(FILE *file, const struct grant *grants, int64_t count);
void write_suspects(FILE *file, const struct suspect *suspects, int64_t count);
void end_sales(FILE *file);

#endif
