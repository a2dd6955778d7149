/* A recorded stream, as src/generator/trace-format.ts describes it. Needs a little-endian machine. */
#ifndef TRACE_H
#define TRACE_H

#include <stdint.h>
#include <stdio.h>

/* One request as it lies in the file: 16 bytes. */
struct request {
  uint32_t intended_low;
  uint32_t intended_high;
  int32_t client;
  uint32_t packed;
};

static inline int32_t event_of(const struct request *request) { return request->packed >> 12; }
static inline int32_t quantity_of(const struct request *request) {
  return request->packed >> 2 & 1023;
}
/* 0 for a request for tickets, which is all that these programs serve. */
static inline int32_t kind_of(const struct request *request) { return request->packed & 3; }

struct trace {
  FILE *file; /* where the requests begin */
  int64_t requests;
  int32_t clients;
  int32_t events;
};

/* Opens a trace; `limit` is the most requests to serve of it, 0 for all. */
struct trace open_trace(const char *path, int64_t limit);

/* The next requests, up to `count`; how many there were. */
int64_t read_requests(struct trace *trace, struct request *into, int64_t count);

#endif
