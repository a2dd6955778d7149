/* How a sale begins: every thread gets ready and waits, then the last one opens it for all. */
#ifndef START_H
#define START_H

#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

struct start {
  _Atomic int32_t missing;
  _Atomic int64_t opening_ns; /* 0 until the sale is open */
};

static inline int64_t clock_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* Says that one thread is ready. */
static inline void arrive(struct start *start) {
  if (atomic_fetch_sub(&start->missing, 1) == 1) atomic_store(&start->opening_ns, clock_ns());
}

/* Waits for the opening; when it was. */
static inline int64_t await_opening(struct start *start) {
  int64_t opening_ns;
  while ((opening_ns = atomic_load(&start->opening_ns)) == 0) sched_yield();
  return opening_ns;
}

#endif
