// Machine code of one unit. Its parts: emit_unit.cpp (blocks, edges, exits, the finished unit),
// emit_literals.cpp (numbers that the program chooses: the only way for them to get here), emit_values.cpp
// (operands, loads, stores, guards), emit_numbers.cpp, emit_conditions.cpp, emit_tables.cpp
// (tables, upvalues, runtime functions), emit_frame.cpp (entry, calls, returns, the interpreter),
// emit_results.cpp (lists of values).
#pragma once

#include "compiler/ir/printer.h"
#include "compiler/lower/register_allocation.h"
#include "compiler/runtime.h"
#include "compiler/stress.h"
#include "compiler/x64/registers.h"
#include "vm/table.h"

#include <asmjit/x86.h>

#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace perigee::x64 {

using asmjit::Label;
using asmjit::x86::Gp;
using asmjit::x86::Mem;
using asmjit::x86::Xmm;
using ir::Block;
using ir::Graph;
using ir::Node;
using ir::Op;
using lower::Form;
using lower::Place;
using lower::PlaceKind;
using Condition = asmjit::x86::CondCode;

class UnitEmitter {
public:
  UnitEmitter(Graph& g, const lower::Allocation& allocation);
  // Null: there is no room, or the encoder failed (*reason says so).
  NativeCode* emit(UnitBuilder& out, const char** reason);
  // The code as text, for dumps; valid after emit.
  const std::string& listing() const { return listing_; }
  void keepListing(ir::Printer& printer) { printer_ = &printer; }

private:
  // A condition in the flags, or known.
  struct Test {
    enum class Kind : uint8_t { Flags, FlagsNoParity, True, False };
    Kind kind = Kind::Flags;
    Condition condition{};
  };

  // emit_unit.cpp
  using Rule = void (UnitEmitter::*)(const Node* n);
  static Rule ruleOf(Op op);
  void emitBlock(const Block* b);
  void emitEdge(const Block* from, const Block* to);
  Label exitOf(const Node* n);
  void emitExits();
  void forceExit(const Node* n);
  uint32_t encodeSnapshot(const Node* n, ExitReason reason);
  void nothing(const Node*) {}
  void jump(const Node* n);
  void branch(const Node* n);
  void exit(const Node* n);
  ExitReason reasonOf(const Node* n) const;
  bool isNext(const Block* b) const { return b->order == block_->order + 1; }

  // emit_literals.cpp
  static bool mayStandInCode(int64_t number);
  Label constant(uint64_t bits);
  asmjit::Operand literal(int64_t number); // the source of an instruction on 64 bits: immediate or in memory
  void loadLiteral(Gp to, int64_t number);
  void loadLiteral(Xmm to, int64_t bits);

  // emit_values.cpp
  static Gp general(uint32_t reg) { return asmjit::x86::gpq(reg); }
  static Xmm floating(uint32_t reg) { return asmjit::x86::xmm(reg); }
  Mem spill(uint16_t slot, uint32_t size = 8) const;
  Mem home(uint32_t reg, int offset, uint32_t size) const;
  const lower::Location& at(const Node* n) const { return allocation_.of(n); }
  // The register that holds the node's payload (its number as bits), tag or float, or `scratch` with it in
  // it.
  Gp payload(const Node* n, Gp scratch);
  Gp tag(const Node* n, Gp scratch);
  Xmm number(const Node* n, Xmm scratch);
  // Where to compute a result that then has to be `settle`d.
  Gp target(Place p, Gp scratch) const;
  Xmm target(Place p, Xmm scratch) const;
  void settle(Place p, Gp from);
  void settle(Place p, Xmm from);
  void loadImmediate(Gp to, uint64_t value);                     // not for numbers that the program chooses
  void storeValue(const Node* n, Mem where);                     // payload and tag, at `where` and 8 behind
  void loadValue(const Node* n, Mem where);                      // into n's places, in the form of its type
  void checkTag(const Node* n, Mem tag_byte, ir::TypeSet known); // leaves unless the tag is one of n->types
  void move(Place to, Place from, bool is_float, bool is_tag);
  void loadVararg(const Node* n);
  void loadSlot(const Node* n);
  void storeSlot(const Node* n);
  void guard(const Node* n);
  void notValue(const Node* n);
  void toBoolean(const Node* n);
  void takeGuarded(const Node* n, const Node* value);

  // emit_conditions.cpp
  Test test(const Node* bit);
  Test testTag(const Node* value, ir::TypeSet types);
  Test testFloats(const Node* a, const Node* b, Op op);
  void jumpIf(const Test& t, bool sense, Label to);
  void guardCondition(const Node* n);
  void compareIntegers(const Node* a, const Node* b);

  // emit_numbers.cpp
  void integerOperation(const Node* n);
  void literalOperation(const Node* n, const Node* left, int64_t number);
  void integerUnary(const Node* n);
  void divide(const Node* n);
  void shift(const Node* n);
  void loopCount(const Node* n);
  void floatOperation(const Node* n);
  void floatFunction(const Node* n);
  void negateFloat(const Node* n);
  void roundFloat(const Node* n);
  void squareRoot(const Node* n);
  void absoluteFloat(const Node* n);
  void extremeFloat(const Node* n);
  void absoluteInteger(const Node* n);
  void extremeInteger(const Node* n);
  void integerToFloat(const Node* n);
  void numberToFloat(const Node* n);
  void numberToInteger(const Node* n);
  void convertExactly(Xmm from, Label otherwise);
  void floatToInteger(const Node* n);

  // emit_tables.cpp
  void guardShape(const Node* n);
  void guardNoMetamethod(const Node* n);
  void guardHolders(const Node* n);
  void guardArrayKind(const Node* n);
  void loadField(const Node* n);
  void storeField(const Node* n);
  void addField(const Node* n);
  void loadHolderField(const Node* n);
  void findEither(const Node* n);
  void loadEitherField(const Node* n);
  void storeEitherField(const Node* n);
  void arraySize(const Node* n);
  void loadElement(const Node* n);
  void storeElement(const Node* n);
  void loadByte(const Node* n);
  void stringLength(const Node* n);
  void findUpvalue(const Node* n, Gp to);
  void loadUpvalue(const Node* n);
  void closeUpvalues(const Node* n);
  void startTraversal(const Node* n);
  void storeUpvalue(const Node* n);
  void barrier(const Node* n, Gp parent, const Node* value);

  // emit_element_access.cpp
  void demandTag(const Node* value, Tag wanted, Label otherwise);
  void demandKind(const Node* table, ArrayKind kind, Label otherwise);
  void addressElement(const Node* table, ArrayKind kind);
  void getIndexQuickly(const Node* n);
  void setIndexQuickly(const Node* n);

  // emit_field_cache.cpp
  void findCacheEntry(const Node* input, const String* key, Label miss);
  void getFieldCached(const Node* n);
  void setFieldCached(const Node* n);

  // emit_runtime.cpp
  void loadAsFloat(const Node* v, Xmm to, bool exact, Label otherwise);
  void mixedNumbers(const Node* n);
  void runtimeCall(const Node* n);
  void stepNext(const Node* n);
  void saveRegisters(const lower::Allocation::Live& live, bool restore);
  void callRuntime(const void* function);

  // emit_inlined.cpp
  void guardNative(const Node* n);
  void guardPrototype(const Node* n);
  void guardRoom(const Node* n);
  void enterActivation(const Node* n);
  void leaveActivation(const Node* n);

  // emit_frame.cpp
  void emitEntry();
  void openFrame();
  void closeFrame();
  void poll(const Node* n);
  void charge(const Node* n);
  void loadTicks(Gp scratch = asmjit::x86::rax);
  void storeTicks(Gp scratch = asmjit::x86::rax);
  bool callsItself(const Node* n) const;
  void call(const Node* n);
  void interpret(const Node* n);
  void interpretBranch(const Node* n);
  void takeFrame();
  void tailCall(const Node* n);
  void leave(const Node* n);
  void returns(const Node* n);
  void layLink(int callee, int wanted, const Label& back);
  void continueAt(int callee, uint32_t pc, const Label& back);
  void enterCallee(const Node* n);
  void enterFunction();
  void callFrom(int callee, int wanted, uint32_t pc, const void* target);
  void jumpToHandler(uint32_t pc, bool resumes);
  void resumePoint(uint32_t pc);
  void jumpTo(const void* address);

  // emit_results.cpp
  void varargCount(const Node* n);
  void spreadVarargs(const Node* n);
  void copyValues();
  void copyValues(int count, Mem to, Mem from);
  void countToTop(int reg);
  void returnValuesFrom(int reg, int count);
  void returnRange(const Node* n);
  void tailCallRange(const Node* n);

  Graph& g_;
  const lower::Allocation& allocation_;
  asmjit::CodeHolder code_;
  asmjit::StringLogger logger_;
  asmjit::x86::Assembler a_;
  std::vector<Label> labels_; // by block order
  const Block* block_ = nullptr;
  uint32_t frame_size_ = 0;
  bool forces_exits_ = stress::forcesExits();

  struct Exit {
    Label label;
    uint32_t snapshot;
    uint32_t refund = 0; // ticks
  };
  std::vector<Exit> exits_;
  std::vector<std::function<void()>> slow_paths_; // emitted behind the blocks
  std::vector<char> snapshots_;
  std::vector<uint32_t> snapshot_offsets_;
  std::vector<uint16_t> exit_counts_;
  std::vector<ResumePoint> resume_;
  std::vector<const Object*> objects_; // what the code refers to weakly
  std::unordered_set<const Object*> referred_;
  struct Constant {
    uint64_t bits;
    Label label;
  };
  std::vector<Constant> constants_;
  std::unordered_map<uint64_t, uint32_t> constant_of_; // by bits
  asmjit::Section* constants_section_ = nullptr;
  void embedConstants();
  Label exit_label_, unit_label_;
  Label exact_entry_; // of the function, with all arguments there
  void refer(const Object* o);

  void comment(const Node* n);
  ir::Printer* printer_ = nullptr; // for the listing, if one is wanted
  std::string listing_;
};

} // namespace perigee::x64
