/* Sells a recorded stream as a design in C would: see loop.c and whole.c. */
#include <string.h>

#include "fail.h"
#include "loop.h"
#include "options.h"
#include "whole.h"

int main(int count, char **words) {
  struct options options = parse_options(count, words);
  if (strcmp(options.design, "loop") == 0) run_loop(&options);
  else if (strcmp(options.design, "whole") == 0) run_whole(&options);
  else fail("the design must be loop or whole; got %s", options.design);
  return 0;
}
