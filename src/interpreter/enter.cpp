// The step from the conventions of C++ to those of handlers, which is also where jumps to catch points
// arrive.
//
// In assembly because __builtin_setjmp leaves it open what survives a second jump to the same place. It has
// the convention of handlers itself: what has to be saved, its caller saves, once.

#include "interpreter/activation.h"

#if !defined(__x86_64__)
#error "enter is written for x86-64"
#endif

namespace perigee {

static_assert(offsetof(Activation, jump_buffer) == 0);

namespace {
// The types derive from Object, so that the standard leaves offsetof to the compiler, which knows it.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Winvalid-offsetof"
constexpr size_t kThreadGlobal = offsetof(Thread, global);
constexpr size_t kStateTicks = offsetof(State, ticks) + offsetof(TickAccount, left);
#pragma clang diagnostic pop
} // namespace

// __builtin_longjmp loads rbp, the address and rsp from the buffer: here rbp brings the activation along.
// Registers of handlers (see handler.h): r12 pc, r13 base, r14 L, r15 k, rdi table, rsi i. What is entered
// needs no pc and no k: there the activation and the handler come along. rbp alone is to be kept. The handler
// finds in r15 what ticksInRegister says.
PERIGEE_HANDLER_CC __attribute__((naked)) bool enter(Activation*, Value*, Thread*, Handler, const Dispatch*,
                                                     Operands) {
  asm volatile(R"(
    pushq %%rbp
    .cfi_def_cfa_offset 16
    .cfi_offset %%rbp, -16
    leaq 1f(%%rip), %%rax
    movq %%r12, (%%r12)
    movq %%rax, 8(%%r12)
    movq %%rsp, 16(%%r12)
    movq %%r15, %%rax
    movq %c[global](%%r14), %%r15
    movq %c[ticks](%%r15), %%r15
    callq *%%rax
    movl $1, %%eax
    popq %%rbp
    .cfi_def_cfa_offset 8
    retq
  1:
    .cfi_def_cfa_offset 16
    movq %%rbp, %%rdi
    callq perigeeContinueAfterJump
    popq %%rbp
    .cfi_def_cfa_offset 8
    retq
  )"
               :
               : [global] "i"(kThreadGlobal), [ticks] "i"(kStateTicks));
}

} // namespace perigee
