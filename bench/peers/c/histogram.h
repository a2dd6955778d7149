/*
 * Durations in nanoseconds, in buckets that grow with them: each power of two is divided into 128 equal ones, as
 * src/stats/histogram.ts does.
 */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdint.h>

enum {
  PRECISION_BITS = 7,
  SUB_BUCKETS = 1 << PRECISION_BITS,
  MAX_EXPONENT = 42, /* 73 minutes; whatever is longer counts as that */
  BUCKETS = (MAX_EXPONENT - PRECISION_BITS + 1) * SUB_BUCKETS,
};

struct histogram {
  int64_t sum;
  int64_t max;
  int64_t counts[BUCKETS];
};

static inline int32_t bucket_of(int64_t value) {
  if (value < SUB_BUCKETS) return value < 0 ? 0 : value;
  int32_t exponent = 63 - __builtin_clzll(value);
  if (exponent >= MAX_EXPONENT) return BUCKETS - 1;
  int32_t scale = exponent - PRECISION_BITS;
  return scale * SUB_BUCKETS + (value >> scale);
}

/* Counts a value; the bucket that it fell into. */
static inline int32_t record(struct histogram *histogram, int64_t value) {
  int32_t bucket = bucket_of(value);
  histogram->counts[bucket]++;
  histogram->sum += value;
  if (value > histogram->max) histogram->max = value;
  return bucket;
}

#endif
