#include "ring.h"

#include "fail.h"

static int32_t slot_of(int32_t block) { return block & (RING_BLOCKS - 1); }

struct ring *open_ring(void) {
  struct ring *ring = allocate(sizeof *ring);
  open_parking(&ring->readers);
  open_parking(&ring->writer);
  return ring;
}

struct request *await_slot(struct ring *ring, int32_t block) {
  _Atomic int32_t *taken = &ring->slots[slot_of(block)].taken;
  int32_t count;
  while (block >= RING_BLOCKS && (count = atomic_load(taken)) < BLOCK_REQUESTS) {
    park_while(&ring->writer, taken, count);
  }
  return ring->requests[slot_of(block)];
}

void publish(struct ring *ring, int32_t block, int32_t count) {
  struct slot *slot = &ring->slots[slot_of(block)];
  slot->count = count;
  atomic_store(&slot->taken, 0);
  /* The end is told first, so that whoever waits for a later block wakes up and sees it. */
  if (count < BLOCK_REQUESTS) atomic_store(&ring->blocks, block + 1);
  atomic_store(&ring->published, block + 1);
  unpark(&ring->readers);
}

bool claim_block(struct ring *ring, struct claim *claim) {
  int32_t block = atomic_fetch_add(&ring->claimed, 1);
  for (;;) {
    int32_t published = atomic_load(&ring->published);
    if (published > block) break;
    int32_t blocks = atomic_load(&ring->blocks);
    if (blocks > 0 && block >= blocks) return false;
    park_while(&ring->readers, &ring->published, published);
  }
  claim->block = block;
  claim->count = ring->slots[slot_of(block)].count;
  claim->requests = ring->requests[slot_of(block)];
  return claim->count > 0;
}

void release_block(struct ring *ring, const struct claim *claim) {
  struct slot *slot = &ring->slots[slot_of(claim->block)];
  if (atomic_fetch_add(&slot->taken, claim->count) + claim->count == BLOCK_REQUESTS) {
    unpark(&ring->writer);
  }
}
