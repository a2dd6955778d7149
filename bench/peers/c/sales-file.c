#include "sales-file.h"

#include "fail.h"

enum { BUFFER_BYTES = 1 << 20 };

static void write_all(FILE *file, const void *items, size_t size, size_t count) {
  if (count > 0 && fwrite(items, size, count, file) != count) fail("cannot write what was sold");
}

FILE *begin_sales(const char *path, int64_t grants, int64_t suspects) {
  FILE *file = fopen(path, "wb");
  if (!file) fail("cannot write %s", path);
  setvbuf(file, NULL, _IOFBF, BUFFER_BYTES);
  write_all(file, "PEERSALE", 8, 1);
  write_all(file, &grants, sizeof grants, 1);
  write_all(file, &suspects, sizeof suspects, 1);
  return file;
}

void write_grants(FILE *file, const struct grant *grants, int64_t count) {
  write_all(file, grants, sizeof *grants, count);
}

void write_suspects(FILE *file, const struct suspect *suspects, int64_t count) {
  write_all(file, suspects, sizeof *suspects, count);
}

void end_sales(FILE *file) {
  if (fclose(file) != 0) fail("cannot write what was sold");
}
