/*
 * Waiting for a word to change: looks at it for a while, then sleeps. Who changes it wakes the sleepers, which costs
 * one look where nobody sleeps.
 */
#ifndef PARKING_H
#define PARKING_H

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdint.h>

struct parking {
  alignas(64) _Atomic int32_t sleepers;
  pthread_mutex_t lock;
  pthread_cond_t changed;
};

void open_parking(struct parking *parking);

/* Returns once `word` no longer is `seen`. */
void park_while(struct parking *parking, _Atomic int32_t *word, int32_t seen);

/* Wakes who sleeps. Called after the word was changed. */
void unpark(struct parking *parking);

#endif
