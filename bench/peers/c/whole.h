/* The design `whole`: everything that the lab does in a saturating run. */
#ifndef WHOLE_H
#define WHOLE_H

#include "options.h"

void run_whole(const struct options *options);

#endif
