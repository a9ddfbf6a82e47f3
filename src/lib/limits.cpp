// require "limits": programs that supervise others, and what they may know of their own ticks.

#include "interpreter/activation.h"
#include "interpreter/call.h"
#include "interpreter/coroutines.h"
#include "interpreter/exceptions.h"
#include "jit/tiering.h"
#include "lib/native.h"

#include <algorithm>

namespace perigee {
namespace {

// ticks(): spent so far, in all; nil if they are not counted.
int ticks(lua_State* state) {
  Native L(state);
  const TickAccount& account = L.state()->ticks;
  if (!account.counts) {
    L.pushNil();
  } else {
    L.pushInteger(account.spent());
  }
  return 1;
}

const char* nameOf(ThreadStatus status) {
  switch (status) {
  case ThreadStatus::Ok: return "done";
  case ThreadStatus::Yielded: return "yielded";
  case ThreadStatus::Paused: return "paused";
  case ThreadStatus::Suspended: return "suspended";
  default: return "failed";
  }
}

// Part of the running program's account for a coroutine; what that spends is spent by the program, too.
class Grant {
public:
  Grant(State* G, int64_t ticks)
      : G_(G), grantor_(G->ticks.grantor), stopping_(G->ticks.stopping), asked_(G->ticks.withheld != 0),
        left_(G->ticks.left + G->ticks.withheld), spent_(G->ticks.spent()) {
    G->ticks.grantor = serialOf(G->activation);
    G->ticks.setLeft(std::clamp<int64_t>(ticks, 0, std::max<int64_t>(left_, 0)));
  }
  void end() const {
    int64_t spent = G_->ticks.spent() - spent_;
    G_->ticks.setLeft(left_ - spent);
    G_->ticks.grantor = grantor_;
    G_->ticks.stopping = stopping_;
    if (asked_) G_->ticks.requestPause();
  }

private:
  State* G_;
  uint64_t grantor_;
  bool stopping_, asked_;
  int64_t left_, spent_;
};

// prepareResume, for paused programs, too.
const char* prepareTurn(Thread* L, Thread* co, ptrdiff_t arguments, int n) {
  if (co->status() != ThreadStatus::Paused) return prepareResume(L, co, arguments, static_cast<size_t>(n));
  if (n > 0) return "a paused program takes no values";
  if (L->c_depth >= kMostDepthOfResumes) return "C stack overflow";
  return nullptr; // nothing is put on its stack: there may be no room, and an error would be the guest's
}

// resume(co, n, …): coroutine.resume with no more than n ticks. Returns "done" and the results, "yielded" and
// the values, "failed" and the error, or "paused": then resume(co, m) goes on where it was.
int resumeWithin(lua_State* state) {
  Native L(state);
  Thread* thread = L.thread();
  if (!L.arg(1).isThread()) L.typeError(1, "thread");
  Thread* co = L.arg(1).thread();
  int64_t granted = L.checkInteger(2);
  L.argumentCheck(granted >= 0, 2, "not negative");
  int n = L.count() - 2, results;
  if (const char* obstacle = prepareTurn(thread, co, saveSlot(thread, thread->base + 2), n)) {
    L.pushString("failed");
    L.pushString(obstacle);
    return 2;
  }
  countTicks(L.state(), true);
  Grant grant(L.state(), granted);
  OnException pass([&grant] { grant.end(); });
  ThreadStatus status = resume(co, thread, n, &results);
  pass.end();
  grant.end();
  L.ensure(results + 1);
  L.pushString(nameOf(status));
  for (int i = 0; i < results; i++) L.push(co->top[i - results]);
  if (status <= ThreadStatus::Yielded) co->top -= results;
  return results + 1;
}

} // namespace

int openLimits(lua_State* state) {
  static constexpr NativeEntry kFunctions[] = {
      {"resume", resumeWithin}, {"ticks", ticks}, {nullptr, nullptr}};
  Native L(state);
  Table* library = L.pushTable(4);
  L.setFunctions(library, kFunctions);
  return 1;
}

} // namespace perigee
