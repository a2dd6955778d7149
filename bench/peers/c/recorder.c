#include "recorder.h"

#include "fail.h"

enum { FIRST_SUSPECTS = 1024 };

/* Address space for the most that can be granted; it takes memory only as it is written. */
static struct grant *reserve_grants(int64_t most) {
  struct grant *grants = malloc(most * sizeof *grants);
  if (!grants) fail("out of memory");
  return grants;
}

struct recorder *open_recorder(const struct trace *trace) {
  struct recorder *recorder = allocate(sizeof *recorder);
  open_series(&recorder->series);
  recorder->asked_by_client = allocate(trace->clients * sizeof(int32_t));
  recorder->granted_by_client = allocate(trace->clients * sizeof(int32_t));
  recorder->refused_events = allocate(trace->events);
  recorder->grants = reserve_grants(trace->requests);
  return recorder;
}

void record_suspect(struct recorder *recorder, const struct suspect *suspect) {
  if (recorder->suspects_count == recorder->suspects_room) {
    int64_t room = recorder->suspects_room ? 2 * recorder->suspects_room : FIRST_SUSPECTS;
    recorder->suspects = realloc(recorder->suspects, room * sizeof *suspect);
    if (!recorder->suspects) fail("out of memory");
    recorder->suspects_room = room;
  }
  recorder->suspects[recorder->suspects_count++] = *suspect;
}
