/* What is for sale, laid out as src/store/inventory.ts does: each event has a cache line of its own. */
#ifndef INVENTORY_H
#define INVENTORY_H

#include <stdalign.h>
#include <stdatomic.h>
#include <stdint.h>

#include "fail.h"

enum { SOLD_OUT = -1 };

struct event {
  alignas(64) _Atomic int32_t remaining;
  _Atomic int32_t issued;
};

static inline struct event *stock(int32_t events, int32_t tickets) {
  struct event *inventory = allocate(events * sizeof *inventory);
  for (int32_t i = 0; i < events; i++) atomic_store(&inventory[i].remaining, tickets);
  return inventory;
}

/* Takes `quantity` tickets, all or none: the first of their serials, or SOLD_OUT. */
static inline int32_t reserve(struct event *event, int32_t quantity) {
  int32_t seen = atomic_load(&event->remaining);
  while (seen >= quantity) {
    if (atomic_compare_exchange_strong(&event->remaining, &seen, seen - quantity)) {
      return atomic_fetch_add(&event->issued, quantity);
    }
  }
  return SOLD_OUT;
}

#endif
