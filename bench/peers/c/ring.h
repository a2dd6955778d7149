/*
 * The ring between the generator and the sellers, as src/generator/ring.ts has it: 1024 blocks of 64 requests, one
 * thread that writes, and any number that together take each block once.
 */
#ifndef RING_H
#define RING_H

#include <stdbool.h>

#include "parking.h"
#include "trace.h"

enum { BLOCK_REQUESTS = 64, RING_BLOCKS = 1024 };

struct slot {
  alignas(64) _Atomic int32_t taken; /* how many requests of the block in it were taken out */
  int32_t count;
};

struct ring {
  alignas(64) _Atomic int32_t claimed;
  alignas(64) _Atomic int32_t published;
  alignas(64) _Atomic int32_t blocks; /* how many there are; 0 until that is known */
  struct parking readers;
  struct parking writer;
  struct slot slots[RING_BLOCKS];
  struct request requests[RING_BLOCKS][BLOCK_REQUESTS];
};

struct ring *open_ring(void);

/* The writer's end: where block `block` is to be written, once that is free. */
struct request *await_slot(struct ring *ring, int32_t block);
/* A block that is not full is the last one. */
void publish(struct ring *ring, int32_t block, int32_t count);

/* A reader's end: the block it has claimed. */
struct claim {
  int32_t block;
  int32_t count;
  const struct request *requests;
};

/* Claims the next block, waiting for the generator if need be; false at the end. */
bool claim_block(struct ring *ring, struct claim *claim);
/* Gives its place back to the generator. */
void release_block(struct ring *ring, const struct claim *claim);

#endif
