#include "trace.h"

#include <string.h>

#include "fail.h"

enum { MAGIC_BYTES = 8, JSON_AT = 48, JSON_BYTES = 2048, BUFFER_BYTES = 1 << 18 };

static int64_t field(const char *json, const char *name) {
  const char *found = strstr(json, name);
  if (!found) fail("the trace's header has no %s", name);
  return strtoll(found + strlen(name), NULL, 10);
}

struct trace open_trace(const char *path, int64_t limit) {
  char header[JSON_AT + JSON_BYTES + 1] = {0};
  FILE *file = fopen(path, "rb");
  if (!file) fail("cannot open the trace %s", path);
  setvbuf(file, NULL, _IOFBF, BUFFER_BYTES);
  if (fread(header, 1, JSON_AT + JSON_BYTES, file) != JSON_AT + JSON_BYTES ||
      memcmp(header, "ONSALETR", MAGIC_BYTES) != 0) {
    fail("%s is not a trace", path);
  }
  const char *json = header + JSON_AT;
  struct trace trace = {
      .file = file,
      .requests = field(json, "\"requests\":"),
      .clients = field(json, "\"clients\":"),
      .events = field(json, "\"events\":"),
  };
  if (limit > 0 && limit < trace.requests) trace.requests = limit;
  return trace;
}

int64_t read_requests(struct trace *trace, struct request *into, int64_t count) {
  return fread(into, sizeof *into, count, trace->file);
}
