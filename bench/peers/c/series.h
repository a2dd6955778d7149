/*
 * What one seller did interval by interval, as src/stats/series.ts keeps it: 512 intervals; when they are used up, every
 * two become one. An ordinary refusal costs one addition.
 */
#ifndef SERIES_H
#define SERIES_H

#include <stdbool.h>

#include "histogram.h"

enum { INTERVALS = 512, BIN_SHIFT = 3, BINS = BUCKETS >> BIN_SHIFT };

struct series {
  int64_t interval_ns;
  /* The interval that was counted in last, and its bounds. */
  int32_t slot;
  int64_t slot_start_ns;
  int64_t slot_end_ns;
  int32_t due_earlier[INTERVALS];
  int32_t unrefused[INTERVALS];
  int32_t granted[INTERVALS];
  int32_t bins[INTERVALS][BINS];
};

void open_series(struct series *series);

/* Goes to the interval of a time. */
void enter_interval(struct series *series, int64_t time_ns);

/* A request that was due in this interval or an earlier one ended in this one. */
void move_due(struct series *series, int64_t intended_ns);

int64_t count_ended(const struct series *series);

static inline void find_interval(struct series *series, int64_t time_ns) {
  if (time_ns >= series->slot_end_ns || time_ns < series->slot_start_ns) {
    enter_interval(series, time_ns);
  }
}

static inline void count_granted(struct series *series, int64_t time_ns, int32_t tickets) {
  find_interval(series, time_ns);
  series->granted[series->slot] += tickets;
}

/* A request ended whose response time fell into a histogram's `bucket`. */
static inline void count_completed(struct series *series, int64_t intended_ns, int64_t end_ns,
                                   int32_t bucket, bool refused) {
  find_interval(series, end_ns);
  series->bins[series->slot][bucket >> BIN_SHIFT]++;
  if (!refused) series->unrefused[series->slot]++;
  if (intended_ns < series->slot_start_ns) move_due(series, intended_ns);
}

#endif
