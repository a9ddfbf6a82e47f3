// The step from the conventions of C++ to those of handlers, which is also where jumps to catch points
// arrive.
//
// In assembly because __builtin_setjmp leaves it open what survives a second jump to the same place, and
// keeps less in registers than this has to save anyway: handlers preserve none.

#include "interpreter/activation.h"

#if !defined(__x86_64__)
#error "enter is written for x86-64"
#endif

namespace perigee {

static_assert(offsetof(Activation, jump_buffer) == 0);

// __builtin_longjmp loads rbp, the address and rsp from the buffer: here rbp brings the activation along.
// Registers of handlers (see handler.h): r12 pc, r13 base, r14 L, r15 k, rdi table, rsi i.
__attribute__((naked)) bool enter(Activation*, Handler, Thread*, Value*, size_t, const Dispatch*) {
  asm volatile(R"(
    pushq %rbp
    .cfi_def_cfa_offset 16
    .cfi_offset %rbp, -16
    pushq %rbx
    .cfi_def_cfa_offset 24
    .cfi_offset %rbx, -24
    pushq %r12
    .cfi_def_cfa_offset 32
    .cfi_offset %r12, -32
    pushq %r13
    .cfi_def_cfa_offset 40
    .cfi_offset %r13, -40
    pushq %r14
    .cfi_def_cfa_offset 48
    .cfi_offset %r14, -48
    pushq %r15
    .cfi_def_cfa_offset 56
    .cfi_offset %r15, -56
    pushq %rax
    .cfi_def_cfa_offset 64
    leaq 1f(%rip), %rax
    movq %rdi, (%rdi)
    movq %rax, 8(%rdi)
    movq %rsp, 16(%rdi)
    movq %rsi, %rax
    movq %rdx, %r14
    movq %rcx, %r13
    movq %r8, %rsi
    movq %r9, %rdi
    xorl %r12d, %r12d
    xorl %r15d, %r15d
    callq *%rax
    movl $1, %eax
    jmp 2f
  1:
    movq %rbp, %rdi
    callq perigeeContinueAfterJump
  2:
    popq %rcx
    .cfi_def_cfa_offset 56
    popq %r15
    .cfi_def_cfa_offset 48
    popq %r14
    .cfi_def_cfa_offset 40
    popq %r13
    .cfi_def_cfa_offset 32
    popq %r12
    .cfi_def_cfa_offset 24
    popq %rbx
    .cfi_def_cfa_offset 16
    popq %rbp
    .cfi_def_cfa_offset 8
    retq
  )");
}

} // namespace perigee
