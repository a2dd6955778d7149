/*
 * The whole job of a saturating run of the lab, as C would do it.
 *
 * One generator thread reads the trace in blocks, digests it and publishes it into a ring. Sellers claim blocks, reserve
 * with a compare-and-swap loop, add to the tally, read the clock once for each request, and record what the lab
 * records: outcomes, response times in a histogram for each outcome, the series, counts by client, the ledger of
 * grants, and refusals that came while enough seemed free.
 *
 * Left out: strategies to choose from, other kinds of requests and models of arrival, progress that others look at
 * while it runs, stopping early, threads that die, settling suspects before the end, and the audit itself.
 */
#include "whole.h"

#include <inttypes.h>
#include <pthread.h>

#include "digest.h"
#include "fail.h"
#include "inventory.h"
#include "recorder.h"
#include "ring.h"
#include "start.h"

/* How many tickets of an event clients hold, alone in its line. */
struct tally {
  alignas(64) _Atomic int32_t held;
};

struct sale {
  struct start start;
  struct ring *ring;
  struct event *inventory;
  struct tally *tally;
  int32_t tickets;
  struct trace trace;
  char digest[DIGEST_HEX]; /* empty if there is none */
};

struct seller {
  pthread_t thread;
  struct sale *sale;
  struct recorder *recorder;
  int64_t opening_ns;
};

/* Moves the trace into the ring; the sale opens when as much is ready as may lie ahead. */
static void *generate(void *argument) {
  struct sale *sale = argument;
  struct digest *digest = begin_digest();
  int64_t left = sale->trace.requests;
  int32_t count = BLOCK_REQUESTS;
  for (int32_t block = 0; count == BLOCK_REQUESTS; block++) {
    struct request *requests = await_slot(sale->ring, block);
    count = left < BLOCK_REQUESTS ? left : BLOCK_REQUESTS;
    if (read_requests(&sale->trace, requests, count) != count) fail("the trace is cut short");
    if (digest) add_to_digest(digest, requests, count * sizeof *requests);
    publish(sale->ring, block, count);
    left -= count;
    int32_t last = count < BLOCK_REQUESTS;
    if (block == RING_BLOCKS - 1 || (last && block < RING_BLOCKS)) arrive(&sale->start);
  }
  if (digest) end_digest(digest, sale->digest);
  return NULL;
}

static int64_t now_ns(const struct seller *seller) { return clock_ns() - seller->opening_ns; }

/* The request's end. */
static int64_t grant(struct seller *seller, const struct request *request, int32_t ticket,
                     int64_t start_ns) {
  /* Before the end is stamped, so that a refusal which begins later sees it. */
  atomic_fetch_add(&seller->sale->tally[event_of(request)].held, quantity_of(request));
  int64_t end_ns = now_ns(seller);
  record_grant(seller->recorder, request, ticket, start_ns, end_ns);
  record_end(seller->recorder, RESERVED, start_ns, end_ns);
  return end_ns;
}

static int64_t refuse(struct seller *seller, const struct request *request, int64_t start_ns) {
  struct sale *sale = seller->sale;
  int32_t event = event_of(request);
  int32_t quantity = quantity_of(request);
  seller->recorder->refused_events[event] = 1;
  bool suspicious = sale->tickets - atomic_load(&sale->tally[event].held) >= quantity;
  int64_t end_ns = now_ns(seller);
  if (suspicious) {
    struct suspect suspect = {event, quantity, start_ns, end_ns};
    record_suspect(seller->recorder, &suspect);
  }
  record_end(seller->recorder, REFUSED, start_ns, end_ns);
  return end_ns;
}

static int64_t serve(struct seller *seller, const struct request *request, int64_t start_ns) {
  if (kind_of(request) != 0) fail("a request asks for no tickets");
  seller->recorder->asked_by_client[request->client]++;
  struct event *event = &seller->sale->inventory[event_of(request)];
  int32_t ticket = reserve(event, quantity_of(request));
  return ticket >= 0 ? grant(seller, request, ticket, start_ns) : refuse(seller, request, start_ns);
}

static void *sell(void *argument) {
  struct seller *seller = argument;
  struct ring *ring = seller->sale->ring;
  struct claim claim;
  arrive(&seller->sale->start);
  seller->opening_ns = await_opening(&seller->sale->start);
  while (claim_block(ring, &claim)) {
    int64_t time_ns = now_ns(seller);
    for (int32_t i = 0; i < claim.count; i++) time_ns = serve(seller, &claim.requests[i], time_ns);
    release_block(ring, &claim);
  }
  return NULL;
}

static struct seller *sell_all(struct sale *sale, int32_t threads) {
  struct seller *sellers = allocate(threads * sizeof *sellers);
  pthread_t generator;
  atomic_store(&sale->start.missing, threads + 1);
  for (int32_t i = 0; i < threads; i++) {
    sellers[i].sale = sale;
    sellers[i].recorder = open_recorder(&sale->trace);
    if (pthread_create(&sellers[i].thread, NULL, sell, &sellers[i]) != 0) fail("no thread");
  }
  if (pthread_create(&generator, NULL, generate, sale) != 0) fail("no thread");
  pthread_join(generator, NULL);
  for (int32_t i = 0; i < threads; i++) pthread_join(sellers[i].thread, NULL);
  return sellers;
}

static void save(const struct seller *sellers, int32_t threads, const char *path) {
  int64_t grants = 0;
  int64_t suspects = 0;
  for (int32_t i = 0; i < threads; i++) {
    grants += sellers[i].recorder->grants_count;
    suspects += sellers[i].recorder->suspects_count;
  }
  FILE *file = begin_sales(path, grants, suspects);
  for (int32_t i = 0; i < threads; i++) {
    write_grants(file, sellers[i].recorder->grants, sellers[i].recorder->grants_count);
  }
  for (int32_t i = 0; i < threads; i++) {
    write_suspects(file, sellers[i].recorder->suspects, sellers[i].recorder->suspects_count);
  }
  end_sales(file);
}

static int64_t count_recorded(const struct recorder *recorder) {
  int64_t recorded = 0;
  for (int32_t outcome = 0; outcome < OUTCOMES; outcome++) {
    for (int32_t i = 0; i < BUCKETS; i++) recorded += recorder->response_times[outcome].counts[i];
  }
  return recorded;
}

static void print_result(const struct seller *sellers, const struct sale *sale, int32_t threads) {
  int64_t finished[OUTCOMES] = {0};
  int64_t duration_ns = 0;
  int64_t recorded = 0;
  int64_t in_series = 0;
  for (int32_t i = 0; i < threads; i++) {
    const struct recorder *recorder = sellers[i].recorder;
    for (int32_t j = 0; j < OUTCOMES; j++) finished[j] += recorder->finished[j];
    if (recorder->last_end_ns > duration_ns) duration_ns = recorder->last_end_ns;
    recorded += count_recorded(recorder);
    in_series += count_ended(&recorder->series);
  }
  const char *quote = *sale->digest ? "\"" : "";
  printf("{\"peer\":\"c\",\"design\":\"whole\",\"requests\":%" PRId64 ",\"reserved\":%" PRId64
         ",\"soldOut\":%" PRId64 ",\"durationNs\":%" PRId64 ",\"threads\":%d,\"digest\":%s%s%s"
         ",\"inHistograms\":%" PRId64 ",\"inSeries\":%" PRId64 "}\n",
         finished[RESERVED] + finished[REFUSED], finished[RESERVED], finished[REFUSED], duration_ns,
         threads, quote, *sale->digest ? sale->digest : "null", quote, recorded, in_series);
}

void run_whole(const struct options *options) {
  struct sale *sale = allocate(sizeof *sale);
  sale->trace = open_trace(options->trace, options->requests);
  sale->ring = open_ring();
  sale->inventory = stock(sale->trace.events, options->tickets);
  sale->tally = allocate(sale->trace.events * sizeof *sale->tally);
  sale->tickets = options->tickets;
  struct seller *sellers = sell_all(sale, options->threads);
  save(sellers, options->threads, options->out);
  print_result(sellers, sale, options->threads);
}
