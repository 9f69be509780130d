#include <cstdio>

// Embind's only use of printf is to name a type that nobody registered, which can't be reached from our
// registrations; the C library's would be a tenth of the program.
extern "C" int sprintf(char* text, const char* /*format*/, ...) {
  *text = '\0';
  return 0;
}
extern "C" int siprintf(char* text, const char* /*format*/, ...) {
  *text = '\0';
  return 0;
}
