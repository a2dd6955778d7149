/* The design `loop`: the machine's limit. */
#ifndef LOOP_H
#define LOOP_H

#include "options.h"

void run_loop(const struct options *options);

#endif
