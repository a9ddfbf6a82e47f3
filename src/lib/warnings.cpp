#include "lib/warnings.h"

#include <cstdio>
#include <cstring>

namespace perigee {
namespace {

// What to do with the next piece is which of these functions is installed. All of them have the state as
// data.

void discard(void* ud, const char* message, int to_be_continued);
void beginMessage(void* ud, const char* message, int to_be_continued);

void install(void* ud, WarnFunction function) { static_cast<State*>(ud)->warn = function; }

// "@on" or "@off" alone: a message of one piece that starts with @ is never shown.
bool control(void* ud, const char* message, int to_be_continued) {
  if (to_be_continued || message[0] != '@') return false;
  if (std::strcmp(message + 1, "on") == 0) install(ud, beginMessage);
  if (std::strcmp(message + 1, "off") == 0) install(ud, discard);
  return true;
}

void discardRest(void* ud, const char*, int to_be_continued) {
  if (!to_be_continued) install(ud, discard);
}

void discard(void* ud, const char* message, int to_be_continued) {
  if (control(ud, message, to_be_continued)) return;
  if (to_be_continued) install(ud, discardRest);
}

void continueMessage(void* ud, const char* message, int to_be_continued) {
  std::fputs(message, stderr);
  if (!to_be_continued) std::fputc('\n', stderr);
  std::fflush(stderr);
  install(ud, to_be_continued ? continueMessage : beginMessage);
}

void beginMessage(void* ud, const char* message, int to_be_continued) {
  if (control(ud, message, to_be_continued)) return;
  std::fputs("Lua warning: ", stderr);
  continueMessage(ud, message, to_be_continued);
}

} // namespace

void installWarnings(State* G) {
  G->warn_data = G;
  G->warn = discard;
}

} // namespace perigee
