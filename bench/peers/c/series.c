#include "series.h"

#include <string.h>

static const int64_t SHORTEST_NS = 100000000 / 64;

/* Adds every second row of `width` counts to the one before, and moves all to the front. */
static void halve(int32_t *counts, int32_t width) {
  int32_t half = INTERVALS / 2 * width;
  for (int32_t to = 0; to < half; to++) {
    int32_t first = to + to / width * width;
    counts[to] = counts[first] + counts[first + width];
  }
  memset(counts + half, 0, half * sizeof *counts);
}

static void coarsen(struct series *series) {
  halve(series->due_earlier, 1);
  halve(series->unrefused, 1);
  halve(series->granted, 1);
  halve(series->bins[0], BINS);
  series->interval_ns *= 2;
}

void open_series(struct series *series) {
  series->interval_ns = SHORTEST_NS;
  series->slot_end_ns = SHORTEST_NS;
}

void enter_interval(struct series *series, int64_t time_ns) {
  while (time_ns >= series->interval_ns * INTERVALS) coarsen(series);
  series->slot = time_ns / series->interval_ns;
  series->slot_start_ns = series->slot * series->interval_ns;
  series->slot_end_ns = series->slot_start_ns + series->interval_ns;
}

void move_due(struct series *series, int64_t intended_ns) {
  series->due_earlier[series->slot]++;
  series->due_earlier[intended_ns / series->interval_ns]--;
}

int64_t count_ended(const struct series *series) {
  int64_t ended = 0;
  for (int32_t slot = 0; slot < INTERVALS; slot++) {
    for (int32_t bin = 0; bin < BINS; bin++) ended += series->bins[slot][bin];
  }
  return ended;
}
