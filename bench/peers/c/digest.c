#include "digest.h"

#include <dlfcn.h>
#include <stdio.h>

#include "fail.h"

/* The newest first. */
static const char *const LIBRARIES[] = {"libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.so"};

struct digest {
  void *context;
  int (*update)(void *context, const void *bytes, size_t count);
  int (*finish)(void *context, unsigned char *result, unsigned *length);
};

static void *open_library(void) {
  for (size_t i = 0; i < sizeof LIBRARIES / sizeof *LIBRARIES; i++) {
    void *library = dlopen(LIBRARIES[i], RTLD_NOW);
    if (library) return library;
  }
  return NULL;
}

struct digest *begin_digest(void) {
  void *library = open_library();
  if (!library) return NULL;
  void *(*new_context)(void) = dlsym(library, "EVP_MD_CTX_new");
  const void *(*sha256)(void) = dlsym(library, "EVP_sha256");
  int (*begin)(void *, const void *, void *) = dlsym(library, "EVP_DigestInit_ex");
  struct digest *digest = allocate(sizeof *digest);
  digest->update = dlsym(library, "EVP_DigestUpdate");
  digest->finish = dlsym(library, "EVP_DigestFinal_ex");
  if (!new_context || !sha256 || !begin || !digest->update || !digest->finish) return NULL;
  digest->context = new_context();
  return digest->context && begin(digest->context, sha256(), NULL) == 1 ? digest : NULL;
}

void add_to_digest(struct digest *digest, const void *bytes, size_t count) {
  if (digest->update(digest->context, bytes, count) != 1) fail("the digest failed");
}

void end_digest(struct digest *digest, char hex[DIGEST_HEX]) {
  unsigned char result[DIGEST_HEX / 2];
  if (digest->finish(digest->context, result, NULL) != 1) fail("the digest failed");
  for (size_t i = 0; i < sizeof result; i++) sprintf(hex + 2 * i, "%02x", result[i]);
}
