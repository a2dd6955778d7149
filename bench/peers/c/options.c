#include "options.h"

#include <limits.h>
#include <string.h>

#include "fail.h"

static int64_t number(const char *name, const char *text, int64_t max) {
  char *end;
  long long value = strtoll(text, &end, 10);
  if (*text == '\0' || *end != '\0' || value < 1 || value > max) {
    fail("%s must be a number from 1 to %lld; got %s", name, (long long)max, text);
  }
  return value;
}

static void take(struct options *options, const char *name, const char *value) {
  if (strcmp(name, "--trace") == 0) options->trace = value;
  else if (strcmp(name, "--out") == 0) options->out = value;
  else if (strcmp(name, "--threads") == 0) options->threads = number(name, value, 1024);
  else if (strcmp(name, "--tickets") == 0) options->tickets = number(name, value, 1 << 30);
  else if (strcmp(name, "--requests") == 0) options->requests = number(name, value, INT_MAX);
  else fail("there is no option %s", name);
}

struct options parse_options(int count, char **words) {
  struct options options = {0};
  if (count < 2 || count % 2 != 0) {
    fail("usage: %s DESIGN --trace FILE --threads N --tickets T --out FILE [--requests R]", words[0]);
  }
  options.design = words[1];
  for (int i = 2; i < count; i += 2) take(&options, words[i], words[i + 1]);
  if (!options.trace || !options.out || !options.threads || !options.tickets) {
    fail("--trace, --threads, --tickets and --out are needed");
  }
  return options;
}
