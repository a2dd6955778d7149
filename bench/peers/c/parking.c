#include "parking.h"

/* Turns of looking before a thread sleeps: about a microsecond, which is less than a sleep takes. */
enum { PATIENCE = 100 };

static void pause_briefly(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

void open_parking(struct parking *parking) {
  atomic_store(&parking->sleepers, 0);
  pthread_mutex_init(&parking->lock, NULL);
  pthread_cond_init(&parking->changed, NULL);
}

void park_while(struct parking *parking, _Atomic int32_t *word, int32_t seen) {
  for (int turn = 0; turn < PATIENCE; turn++) {
    if (atomic_load(word) != seen) return;
    pause_briefly();
  }
  pthread_mutex_lock(&parking->lock);
  /* Told before the last look: who changes the word then either is seen, or sees a sleeper. */
  atomic_fetch_add(&parking->sleepers, 1);
  while (atomic_load(word) == seen) pthread_cond_wait(&parking->changed, &parking->lock);
  atomic_fetch_sub(&parking->sleepers, 1);
  pthread_mutex_unlock(&parking->lock);
}

void unpark(struct parking *parking) {
  if (atomic_load(&parking->sleepers) == 0) return;
  pthread_mutex_lock(&parking->lock);
  pthread_cond_broadcast(&parking->changed);
  pthread_mutex_unlock(&parking->lock);
}
