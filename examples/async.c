/* Many Lua tasks that wait for timers and sockets, in one OS thread. What waits in the host looks like a
   plain call to the task: it may stand in coroutines, iterators, metamethods or protected calls, and is not
   written for it.

     cc -O2 async.c $(pkg-config --cflags --libs perigee) -o async
     ./async [TASKS] */
#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"
#include "perigee.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { kMostTasks = 4096, kTurn = 100000 /* ticks */ };

static const char kTask[] =
    "local number, from, to = ...\n"
    "local function lines(socket)\n" /* an iterator that waits */
    "  local rest = ''\n"
    "  return function()\n"
    "    while true do\n"
    "      local line, behind = rest:match('^(.-)\\n(.*)')\n"
    "      if line then rest = behind return line end\n"
    "      local piece = receive(socket)\n"
    "      if not piece then return nil end\n"
    "      rest = rest .. piece\n"
    "    end\n"
    "  end\n"
    "end\n"
    "sleep(number % 10 * 0.01)\n"
    "send(to, ('hello from %d\\n'):format(number))\n"
    "send(to, 'bye\\n')\n"
    "local heard\n"
    "for line in lines(from) do\n"
    "  if line == 'bye' then break end\n"
    "  heard = line\n"
    "end\n"
    "local ok, problem = pcall(receive, -1)\n" /* an error of the host's, when it is noticed */
    "assert(not ok and problem:find('receive'))\n"
    "return heard";

typedef struct {
  lua_State* thread; /* NULL: ended */
  lua_Integer suspension;
  int arguments;   /* on its stack, for the next turn */
  int socket;      /* waits until it can be read; -1: it does not */
  double deadline; /* waits until then; 0: it does not */
} Task;

static Task tasks[kMostTasks];
static int task_count;
static Task* running;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* --- what tasks can call -------------------------------------------------------------------------------- */

static int task_sleep(lua_State* L) {
  running->deadline = now() + luaL_checknumber(L, 1);
  return perigee_suspend(L);
}

static int task_receive(lua_State* L) {
  running->socket = (int)luaL_checkinteger(L, 1);
  return perigee_suspend(L);
}

static int task_send(lua_State* L) {
  size_t n;
  int fd = (int)luaL_checkinteger(L, 1);
  const char* text = luaL_checklstring(L, 2, &n);
  if (send(fd, text, n, MSG_NOSIGNAL) != (ssize_t)n) return luaL_error(L, "send: %s", strerror(errno));
  return 0;
}

/* --- the loop ------------------------------------------------------------------------------------------- */

/* Lets the task run until it waits, its turn is over or it has ended. `fails`: with the error on top. */
static void run(lua_State* L, Task* task, int fails) {
  int results, status;
  running = task;
  task->socket = -1;
  task->deadline = 0;
  perigee_setticks(L, kTurn);
  if (task->suspension == 0)
    status = lua_resume(task->thread, L, task->arguments, &results);
  else if (fails)
    status = perigee_fail(task->thread, L, task->suspension, &results);
  else
    status = perigee_resume(task->thread, L, task->suspension, task->arguments, &results);
  task->arguments = 0;
  task->suspension = perigee_suspension(task->thread);
  if (status == PERIGEE_PAUSED) task->deadline = now(); /* it is the others' turn */
  if (status == PERIGEE_PAUSED || status == PERIGEE_SUSPENDED) return;
  if (status != LUA_OK) fprintf(stderr, "task failed: %s\n", lua_tostring(task->thread, -1));
  task->thread = NULL;
}

static void deliver(lua_State* L, Task* task) {
  char piece[512];
  ssize_t n = recv(task->socket, piece, sizeof piece, 0);
  if (n < 0) {
    lua_pushfstring(task->thread, "receive: %s", strerror(errno));
    run(L, task, 1);
    return;
  }
  if (n > 0)
    lua_pushlstring(task->thread, piece, (size_t)n);
  else
    lua_pushnil(task->thread);
  task->arguments = 1;
  run(L, task, 0);
}

/* Waits for the first thing that a task waits for; 0 if there is no task left. */
static int turn(lua_State* L) {
  static struct pollfd sockets[kMostTasks];
  static Task* of[kMostTasks];
  nfds_t count = 0;
  int left = 0;
  double first = now() + 3600;
  for (Task* t = tasks; t < tasks + task_count; t++) {
    if (t->thread == NULL) continue;
    left++;
    if (t->deadline != 0 && t->deadline < first) first = t->deadline;
    if (t->deadline != 0) continue;
    if (t->socket < 0) first = 0; /* that fails at once */
    of[count] = t;
    sockets[count++] = (struct pollfd){t->socket, POLLIN, 0};
  }
  if (left == 0) return 0;
  double wait = first - now();
  poll(sockets, count, wait > 0 ? (int)(wait * 1000) + 1 : 0);
  for (nfds_t i = 0; i < count; i++)
    if (sockets[i].revents != 0 || sockets[i].fd < 0) deliver(L, of[i]);
  for (Task* t = tasks; t < tasks + task_count; t++)
    if (t->thread != NULL && t->deadline != 0 && t->deadline <= now()) run(L, t, 0);
  return 1;
}

int main(int argc, char** argv) {
  task_count = argc > 1 ? atoi(argv[1]) : 100;
  if (task_count < 2 || task_count > kMostTasks || task_count % 2 != 0) {
    fprintf(stderr, "usage: %s [an even number of tasks, up to %d]\n", argv[0], kMostTasks);
    return EXIT_FAILURE;
  }
  lua_State* L = luaL_newstate();
  if (L == NULL) return EXIT_FAILURE;
  luaL_openlibs(L);
  lua_register(L, "sleep", task_sleep);
  lua_register(L, "receive", task_receive);
  lua_register(L, "send", task_send);
  perigee_setticks(L, kTurn);
  static lua_State* threads[kMostTasks];
  for (int i = 0; i < task_count; i += 2) {
    int pair[2]; /* two tasks talk to each other */
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) {
      perror("socketpair");
      return EXIT_FAILURE;
    }
    for (int j = 0; j < 2; j++) {
      lua_State* thread = threads[i + j] = lua_newthread(L);
      luaL_ref(L, LUA_REGISTRYINDEX);
      if (luaL_loadstring(thread, kTask) != LUA_OK) return EXIT_FAILURE;
      lua_pushinteger(thread, i + j + 1);
      lua_pushinteger(thread, pair[j]);
      lua_pushinteger(thread, pair[j]);
      tasks[i + j] = (Task){thread, 0, 3, -1, 0};
    }
  }
  for (int i = 0; i < task_count; i++) run(L, &tasks[i], 0);
  while (turn(L)) {
  }
  int right = 0;
  for (int i = 0; i < task_count; i++) {
    char expected[64];
    snprintf(expected, sizeof expected, "hello from %d", i % 2 == 0 ? i + 2 : i);
    const char* heard = lua_tostring(threads[i], -1);
    right += heard != NULL && strcmp(heard, expected) == 0;
  }
  printf("%d of %d tasks have heard what they should\n", right, task_count);
  lua_close(L);
  return right == task_count ? EXIT_SUCCESS : EXIT_FAILURE;
}
