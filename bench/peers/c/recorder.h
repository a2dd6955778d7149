/* Counts and times what one seller does, in memory that only it writes: src/workers/recorder.ts and measures.ts. */
#ifndef RECORDER_H
#define RECORDER_H

#include "histogram.h"
#include "sales-file.h"
#include "series.h"
#include "trace.h"

enum outcome { RESERVED, REFUSED, OUTCOMES };

struct recorder {
  int64_t finished[OUTCOMES];
  int64_t granted_tickets;
  int64_t last_end_ns;
  int64_t longest_service_ns;
  struct histogram response_times[OUTCOMES];
  struct series series;
  int32_t *asked_by_client;
  int32_t *granted_by_client;
  uint8_t *refused_events;
  struct grant *grants;
  int64_t grants_count;
  struct suspect *suspects;
  int64_t suspects_count;
  int64_t suspects_room;
};

struct recorder *open_recorder(const struct trace *trace);

void record_suspect(struct recorder *recorder, const struct suspect *suspect);

static inline void record_grant(struct recorder *recorder, const struct request *request,
                                int32_t ticket, int64_t start_ns, int64_t end_ns) {
  int32_t quantity = quantity_of(request);
  recorder->granted_tickets += quantity;
  recorder->granted_by_client[request->client]++;
  count_granted(&recorder->series, end_ns, quantity);
  recorder->grants[recorder->grants_count++] = (struct grant){
      .event = event_of(request),
      .client = request->client,
      .ticket = ticket,
      .quantity = quantity,
      .intended_ns = start_ns,
      .start_ns = start_ns,
      .end_ns = end_ns,
  };
}

/* A request is over. In a saturating run each is due when it begins. */
static inline void record_end(struct recorder *recorder, enum outcome outcome, int64_t start_ns,
                              int64_t end_ns) {
  recorder->finished[outcome]++;
  recorder->last_end_ns = end_ns;
  int64_t service_ns = end_ns - start_ns;
  if (service_ns > recorder->longest_service_ns) recorder->longest_service_ns = service_ns;
  int32_t bucket = record(&recorder->response_times[outcome], service_ns);
  count_completed(&recorder->series, start_ns, end_ns, bucket, outcome == REFUSED);
}

#endif
