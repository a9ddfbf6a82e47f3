#include "compiler/x64/snapshot.h"

#include "compiler/stress.h"
#include "compiler/x64/offsets.h"
#include "compiler/x64/registers.h"
#include "interpreter/handler.h"

#include <cstddef>

namespace perigee::x64 {
namespace {

// As leaveUnit lays it out.
struct MachineState {
  uint64_t general[16];
  double floats[16];
};

} // namespace

FrameLink linkOfInlined(const ir::Graph& g, const ir::Activation& a) {
  uint32_t delta = a.base - g.activationAt(a.call_pc).base;
  uint8_t kind = static_cast<uint8_t>(FrameKind::Lua) | (a.tail_called ? kTailCalledBit : 0);
  return {g.instructionAt(a.call_pc) + 1, Tag::Frame, static_cast<FrameKind>(kind),
          static_cast<int16_t>(a.wanted), delta};
}

// Writes what the snapshot says to the home slots and reports the exit. Returns how many bytes of stack to
// give back, which are a multiple of 8, plus 1 if the ticks of the block at L->pc are due.
extern "C" __attribute__((used, visibility("hidden"))) uint64_t perigeeRestoreFrame(
    Thread* L, NativeCode* unit, uint64_t number, const MachineState* machine, const char* stack) {
  const char* at = reinterpret_cast<const char*>(unit->snapshots) + unit->snapshot_offsets[number];
  SnapshotHead head; // lies at any address, as do the values
  __builtin_memcpy(&head, at, sizeof head);
  auto valueAt = [at](uint32_t i) {
    SnapshotValue v;
    __builtin_memcpy(&v, at + sizeof(SnapshotHead) + i * sizeof v, sizeof v);
    return v;
  };
  auto read = [&](lower::PlaceKind kind, uint64_t where, bool is_tag) -> uint64_t {
    uint64_t word = where;
    switch (kind) {
    case lower::PlaceKind::General: return machine->general[where];
    case lower::PlaceKind::Float: __builtin_memcpy(&word, &machine->floats[where], 8); return word;
    case lower::PlaceKind::Stack: __builtin_memcpy(&word, stack + kSpillOffset + 8 * where, 8); return word;
    case lower::PlaceKind::Home:
      return is_tag ? static_cast<uint64_t>(L->base[where].tag)
                    : static_cast<uint64_t>(L->base[where].integer);
    case lower::PlaceKind::None: break;
    }
    return word;
  };
  // All of them are read before the first is written: they may lie in one another's slots.
  Value restored[kMaxRegisters];
  for (uint32_t i = 0; i < head.count; ++i) {
    SnapshotValue v = valueAt(i);
    restored[i].integer = static_cast<int64_t>(read(v.payload_kind, v.payload, false));
    restored[i].tag = static_cast<Tag>(static_cast<uint8_t>(read(v.tag_kind, v.tag, true)));
  }
  for (uint32_t i = 0; i < head.count; ++i) L->base[valueAt(i).reg] = restored[i];
  Value* own = L->base;
  const char* links = at + sizeof(SnapshotHead) + head.count * sizeof(SnapshotValue);
  for (uint32_t i = 0; i < head.links; ++i) {
    SnapshotLink l;
    __builtin_memcpy(&l, links + i * sizeof l, sizeof l);
    *linkOf(own + l.base) = l.link;
    if (i == 0) L->base = own + l.base;
  }
  L->pc = head.pc;
  uint64_t result = head.frame_size + head.is_due;
  if (head.counts_ticks) L->global->ticks.left = static_cast<int64_t>(machine->general[kTicks]);
  if (stress::kEnabled && stress::exit_countdown == 0) stress::drawCountdown();
  if (L->global->upcalls.exit_taken != nullptr)
    L->global->upcalls.exit_taken(L, unit, static_cast<uint32_t>(number), head.reason);
  return result;
}

// The handler under a name that assembly can use.
extern "C" __attribute__((used, visibility("hidden"))) PERIGEE_HANDLER(perigeeContinueInterpreted) {
  if (i.count() != 0) PERIGEE_TAIL continueInterpreted(PERIGEE_STATE);
  PERIGEE_TAIL continueCharged(PERIGEE_STATE);
}

// Saves every register that may hold a value, restores the frame, and goes on in the interpreter.
__attribute__((naked)) void leaveUnit() {
  __asm__ volatile("movq %%rsp, %%rdx\n\t"
                   "subq $256, %%rsp\n\t"
                   "andq $-16, %%rsp\n\t"
                   "movq %%rbx, 24(%%rsp)\n\t"
                   "movq %%rsi, 48(%%rsp)\n\t"
                   "movq %%rdi, 56(%%rsp)\n\t"
                   "movq %%r8, 64(%%rsp)\n\t"
                   "movq %%r9, 72(%%rsp)\n\t"
                   "movq %%r10, 80(%%rsp)\n\t"
                   "movq %%r11, 88(%%rsp)\n\t"
                   "movq %%r12, 96(%%rsp)\n\t"
                   "movq %%r15, 120(%%rsp)\n\t"
                   "movsd %%xmm0, 128(%%rsp)\n\t"
                   "movsd %%xmm1, 136(%%rsp)\n\t"
                   "movsd %%xmm2, 144(%%rsp)\n\t"
                   "movsd %%xmm3, 152(%%rsp)\n\t"
                   "movsd %%xmm4, 160(%%rsp)\n\t"
                   "movsd %%xmm5, 168(%%rsp)\n\t"
                   "movsd %%xmm6, 176(%%rsp)\n\t"
                   "movsd %%xmm7, 184(%%rsp)\n\t"
                   "movsd %%xmm8, 192(%%rsp)\n\t"
                   "movsd %%xmm9, 200(%%rsp)\n\t"
                   "movsd %%xmm10, 208(%%rsp)\n\t"
                   "movsd %%xmm11, 216(%%rsp)\n\t"
                   "movsd %%xmm12, 224(%%rsp)\n\t"
                   "movsd %%xmm13, 232(%%rsp)\n\t"
                   "movq %%rdx, %%rbx\n\t" // survives the call
                   "movq %%r14, %%rdi\n\t"
                   "movq %%rcx, %%rsi\n\t"
                   "movq %%rdx, %%r8\n\t"
                   "movl %%eax, %%edx\n\t"
                   "movq %%rsp, %%rcx\n\t"
                   "callq perigeeRestoreFrame\n\t"
                   "movl %%eax, %%esi\n\t"
                   "andl $1, %%esi\n\t"
                   "andq $-8, %%rax\n\t"
                   "leaq (%%rbx,%%rax), %%rsp\n\t"
                   "movq %c0(%%r14), %%r13\n\t"
                   "movq %c1(%%r14), %%r12\n\t"
                   "jmp perigeeContinueInterpreted\n\t"
                   :
                   : "i"(offsets::kThreadBase), "i"(offsets::kThreadPc));
}

} // namespace perigee::x64
