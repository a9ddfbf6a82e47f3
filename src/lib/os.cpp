// The os library.

#include "interpreter/interpreter.h"
#include "lib/native.h"
#include "lib/os_date.h"

#include <cerrno>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <unistd.h>

namespace perigee {
namespace {

int clockFunction(lua_State* state) {
  Native L(state);
  L.pushFloat(static_cast<double>(std::clock()) / static_cast<double>(CLOCKS_PER_SEC));
  return 1;
}

int difference(lua_State* state) {
  Native L(state);
  auto later = static_cast<time_t>(L.checkInteger(1));
  auto earlier = static_cast<time_t>(L.checkInteger(2));
  L.pushFloat(std::difftime(later, earlier));
  return 1;
}

int execute(lua_State* state) {
  Native L(state);
  const char* command = L.isNoneOrNil(1) ? nullptr : L.checkString(1).data();
  errno = 0;
  int status = std::system(command);
  if (command != nullptr) return L.execResult(status);
  L.pushBoolean(status != 0);
  return 1;
}

int exitFunction(lua_State* state) {
  Native L(state);
  int status = EXIT_SUCCESS;
  if (L.arg(1).isBoolean()) {
    status = L.toBoolean(1) ? EXIT_SUCCESS : EXIT_FAILURE;
  } else {
    status = static_cast<int>(L.optionalInteger(1, EXIT_SUCCESS));
  }
  if (L.toBoolean(2)) closeState(L.thread());
  std::exit(status);
}

int getEnvironment(lua_State* state) {
  Native L(state);
  const char* value = std::getenv(L.checkString(1).data());
  if (value != nullptr) {
    L.pushString(value);
  } else {
    L.pushNil();
  }
  return 1;
}

int removeFile(lua_State* state) {
  Native L(state);
  const char* name = L.checkString(1).data();
  errno = 0;
  return L.fileResult(std::remove(name) == 0, name);
}

int renameFile(lua_State* state) {
  Native L(state);
  const char* from = L.checkString(1).data();
  const char* to = L.checkString(2).data();
  errno = 0;
  return L.fileResult(std::rename(from, to) == 0, nullptr);
}

int setLocale(lua_State* state) {
  static constexpr int kCategories[] = {LC_ALL, LC_COLLATE, LC_CTYPE, LC_MONETARY, LC_NUMERIC, LC_TIME};
  static constexpr const char* kNames[] = {"all", "collate", "ctype", "monetary", "numeric", "time", nullptr};
  Native L(state);
  const char* locale = L.isNoneOrNil(1) ? nullptr : L.checkString(1).data();
  int category = L.checkOption(2, "all", kNames);
  const char* result = std::setlocale(kCategories[category], locale);
  if (result != nullptr) {
    L.pushString(result);
  } else {
    L.pushNil();
  }
  return 1;
}

int temporaryName(lua_State* state) {
  Native L(state);
  char name[] = "/tmp/lua_XXXXXX";
  int descriptor = mkstemp(name); // made, so that nobody else gets the name
  if (descriptor == -1) L.error("unable to generate a unique filename");
  ::close(descriptor);
  L.pushString(name);
  return 1;
}

constexpr NativeEntry kFunctions[] = {
    {"clock", clockFunction}, {"date", osDate},           {"difftime", difference},   {"execute", execute},
    {"exit", exitFunction},   {"getenv", getEnvironment}, {"remove", removeFile},     {"rename", renameFile},
    {"setlocale", setLocale}, {"time", osTime},           {"tmpname", temporaryName}, {nullptr, nullptr},
};

} // namespace

int openOs(lua_State* state) {
  Native L(state);
  Table* library = L.pushUniqueTable(11);
  L.setFunctions(library, kFunctions);
  return 1;
}

} // namespace perigee
