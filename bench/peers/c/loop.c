/*
 * The machine's limit: nothing but claiming requests and reserving.
 *
 * The whole trace lies in memory. Each thread claims 64 requests at a time with one atomic addition, reserves each with
 * a compare-and-swap loop, and writes the answer down: 4 bytes a request, for the audit.
 *
 * Left out: the generator, its digest and the ring; the clock, all times and histograms; counts of clients and
 * outcomes; the ledger, which is made of the answers when all is over. So grants bear no times of their own.
 */
#include "loop.h"

#include <inttypes.h>
#include <pthread.h>

#include "fail.h"
#include "inventory.h"
#include "sales-file.h"
#include "start.h"
#include "trace.h"

enum { CHUNK = 64 };

struct sale {
  alignas(64) _Atomic int64_t claimed;
  alignas(64) struct start start;
  int64_t requests;
  const struct request *stream;
  struct event *inventory;
  int32_t *answers;
};

struct seller {
  pthread_t thread;
  struct sale *sale;
  int64_t end_ns;
};

static void serve(struct sale *sale, int64_t from, int64_t to) {
  for (int64_t i = from; i < to; i++) {
    const struct request *request = &sale->stream[i];
    sale->answers[i] = reserve(&sale->inventory[event_of(request)], quantity_of(request));
  }
}

static void *sell(void *argument) {
  struct seller *seller = argument;
  struct sale *sale = seller->sale;
  arrive(&sale->start);
  int64_t opening_ns = await_opening(&sale->start);
  for (;;) {
    int64_t from = atomic_fetch_add(&sale->claimed, CHUNK);
    if (from >= sale->requests) break;
    int64_t to = from + CHUNK < sale->requests ? from + CHUNK : sale->requests;
    serve(sale, from, to);
  }
  seller->end_ns = clock_ns() - opening_ns;
  return NULL;
}

static struct request *load_stream(struct trace *trace) {
  struct request *stream = allocate(trace->requests * sizeof *stream);
  if (read_requests(trace, stream, trace->requests) != trace->requests) fail("the trace is cut short");
  for (int64_t i = 0; i < trace->requests; i++) {
    if (kind_of(&stream[i]) != 0) fail("request %" PRId64 " asks for no tickets", i);
  }
  return stream;
}

/* Sells; how long that took. */
static int64_t sell_all(struct sale *sale, int32_t threads) {
  struct seller *sellers = allocate(threads * sizeof *sellers);
  atomic_store(&sale->start.missing, threads);
  for (int32_t i = 0; i < threads; i++) {
    sellers[i].sale = sale;
    if (pthread_create(&sellers[i].thread, NULL, sell, &sellers[i]) != 0) fail("no thread");
  }
  int64_t duration_ns = 0;
  for (int32_t i = 0; i < threads; i++) {
    pthread_join(sellers[i].thread, NULL);
    if (sellers[i].end_ns > duration_ns) duration_ns = sellers[i].end_ns;
  }
  return duration_ns;
}

static int64_t count_reserved(const struct sale *sale) {
  int64_t reserved = 0;
  for (int64_t i = 0; i < sale->requests; i++) reserved += sale->answers[i] >= 0;
  return reserved;
}

static void save(const struct sale *sale, const char *path, int64_t reserved, int64_t duration_ns) {
  FILE *file = begin_sales(path, reserved, 0);
  for (int64_t i = 0; i < sale->requests; i++) {
    const struct request *request = &sale->stream[i];
    if (sale->answers[i] < 0) continue;
    struct grant grant = {
        .event = event_of(request),
        .client = request->client,
        .ticket = sale->answers[i],
        .quantity = quantity_of(request),
        .end_ns = duration_ns, /* some time during the sale */
    };
    write_grants(file, &grant, 1);
  }
  end_sales(file);
}

void run_loop(const struct options *options) {
  struct trace trace = open_trace(options->trace, options->requests);
  struct sale *sale = allocate(sizeof *sale);
  sale->requests = trace.requests;
  sale->stream = load_stream(&trace);
  sale->inventory = stock(trace.events, options->tickets);
  sale->answers = allocate(trace.requests * sizeof *sale->answers);
  int64_t duration_ns = sell_all(sale, options->threads);
  int64_t reserved = count_reserved(sale);
  save(sale, options->out, reserved, duration_ns);
  printf("{\"peer\":\"c\",\"design\":\"loop\",\"requests\":%" PRId64 ",\"reserved\":%" PRId64
         ",\"soldOut\":%" PRId64 ",\"durationNs\":%" PRId64 ",\"threads\":%d,\"digest\":null}\n",
         trace.requests, reserved, trace.requests - reserved, duration_ns, options->threads);
}
