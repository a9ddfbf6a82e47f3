// Calls of small Lua functions become what the functions do.
//
// The callee's registers are those home slots of the unit's own frame in which an interpreted callee would
// have them, and its snapshots name the callers' registers as well, so that an exit makes real frames of all
// of them (x64/snapshot.h). Only functions that call nothing but others of that kind are inlined: at a call
// every frame has to be there, and then little would be gained.
//
// A closure that the unit's own function has made may share variables with it. Those are stored to their home
// slots in front of the inlined code and read from there behind it.

#include "compiler/build/graph_builder.h"
#include "vm/state.h"

namespace perigee::build {

namespace {

constexpr uint32_t kMostInlined = 240;   // instructions, in a unit
constexpr uint32_t kMostHomeSlots = 250; // of the frame and what lies above it

bool isExcluded(const Instruction& x) {
  switch (x.op) {
  case Opcode::Close:
  case Opcode::ToBeClosed:
  case Opcode::Closure:
  case Opcode::Vararg:
  case Opcode::VarargPrep:
  case Opcode::GenericPrep:
  case Opcode::GenericCall:
  case Opcode::GenericLoop: return true;
  case Opcode::Return:
  case Opcode::TailCall: return x.b == 0 || x.c != 0;
  case Opcode::Call: return x.b == 0 || x.c == 0;
  case Opcode::SetList: return x.b == 0;
  default: return false;
  }
}

bool isCall(const Instruction& x) { return x.op == Opcode::Call || x.op == Opcode::TailCall; }

// How often `p` is among the functions inside `outer`; `*path`, if there is one way, leads there.
int findInside(const Proto* outer, const Proto* p, std::vector<const Proto*>* path, uint64_t* visited) {
  int found = 0;
  *visited += outer->child_count;
  for (uint32_t i = 0; i < outer->child_count; ++i) {
    const Proto* child = outer->children[i];
    size_t before = path->size();
    if (child == p) {
      path->push_back(child);
      ++found;
    } else if (int deeper = findInside(child, p, path, visited)) {
      path->insert(path->begin() + static_cast<ptrdiff_t>(before), child);
      found += deeper;
    }
  }
  return found;
}

} // namespace

// The one Lua function seen to be called at this instruction, if it can be inlined; else null.
const Proto* GraphBuilder::inlinableTarget() const {
  const Instruction& x = at(pc_);
  const SiteFeedback* f = feedback();
  if (!options_.inlines || f == nullptr || isGeneric() || isExcluded(x)) return nullptr;
  const Proto* target = f->onlyFunction();
  if (target == nullptr || target == p_) return nullptr;
  int depth = 0;
  for (const GraphBuilder* b = this; b->caller_ != nullptr; b = b->caller_) ++depth;
  uint32_t size = root_.inlined_size_;
  return mayBeInlined(target, depth, home(x.a + kFrameSlots), size) ? target : nullptr;
}

// Can `p`, with register 0 in home slot `base`, and all that it calls? Adds their instructions to `size`.
bool GraphBuilder::mayBeInlined(const Proto* p, int depth, uint32_t base, uint32_t& size) const {
  if (depth >= kDeepestInlined || p->isVararg() || p->code_size > kLongestInlined) return false;
  if (p->feedback == nullptr || p->tier != Tier::Automatic) return false;
  size += p->code_size;
  if (size > kMostInlined || base + p->frame_size > kMostHomeSlots) return false;
  for (uint32_t i = 0; i < p->code_size; ++i) {
    const Instruction& x = p->code[i];
    const SiteFeedback& f = p->feedback[i];
    if (isExcluded(x) || (f.flags & SiteFeedback::kGeneric)) return false;
    if (x.op == Opcode::SetUpvalue && root_.mayBeJoined()) return false; // to which variable?
    if (!isCall(x) || libraryRule(x, &f, options_.state) != nullptr) continue;
    const Proto* target = f.onlyFunction();
    if (target == nullptr || target == p) return false;
    uint32_t inner = x.op == Opcode::TailCall ? base : base + x.a + kFrameSlots;
    if (!mayBeInlined(target, depth + 1, inner, size)) return false;
  }
  return root_.placeInside(p).count <= 1; // else whose variables it shares would be unclear
}

// Where `p` is among the functions inside the own one, which may be many: they are gone through once.
const GraphBuilder::PlaceInside& GraphBuilder::placeInside(const Proto* p) {
  auto [known, is_new] = places_inside_.try_emplace(p);
  PlaceInside& place = known->second;
  uint64_t visited = 0;
  if (is_new) place.count = findInside(p_, p, &place.path, &visited);
  g_.spend(1 + visited / 4);
  return place;
}

GraphBuilder::GraphBuilder(GraphBuilder& caller, const Proto* p, Node* function)
    : p_(p), options_(caller.options_), g_(caller.g_), own_facts_(std::make_unique<CodeFactsOf>(p)),
      flow_(p, **own_facts_, 0, nullptr, g_.work()), root_(caller.root_), incoming_(flow_.blocks().size()),
      caller_(&caller), function_(function), own_registers_(caller.root_.ownRegisters(p)) {
  options_.frame = nullptr;
  options_.facts = nullptr;
  const Instruction& x = caller.at(caller.pc_);
  const ir::Activation& last = g_.activations.back();
  uint32_t first_pc = last.first_pc + last.proto->code_size;
  if (x.op == Opcode::TailCall) { // in the place of the caller
    const ir::Activation& a = caller.activation_;
    activation_ = {p, first_pc, a.base, a.call_pc, a.wanted, true};
  } else {
    activation_ = {p, first_pc, caller.home(x.a + kFrameSlots), caller.here(), x.c - 1, false};
  }
  g_.activations.push_back(activation_);
  root_.inlined_size_ += p->code_size;
}

void GraphBuilder::refuse() {
  root_.failed_ = true;
  block_ = nullptr;
}

void GraphBuilder::inlineCall(const Proto* target) {
  const Instruction& x = at(pc_);
  Node* function = guard(get(x.a), ir::types::kClosure);
  emitWithSnapshot(Op::GuardPrototype, {function})->imm.pointer = target;
  emitWithSnapshot(Op::GuardRoom)->imm.index = home(x.a + kFrameSlots) + target->frame_size + kNativeSlots;
  std::vector<Node*> arguments;
  arguments.reserve(target->parameters);
  for (int i = 0; i < target->parameters; ++i)
    arguments.push_back(i < x.b - 1 ? get(x.a + kFrameSlots + i) : g_.constant(Value::nil()));
  GraphBuilder callee(*this, target, function);
  callee.outer_ = outer_;
  const Snapshot* at_call = snapshot();
  if (x.op == Opcode::TailCall) {
    callee.outer_.back().value = function;
  } else {
    for (uint32_t i = 0; i < at_call->count; ++i) {
      const ir::SnapshotEntry& e = at_call->entries[i];
      if (e.reg >= activation_.base && e.reg < home(x.a)) callee.outer_.push_back(e);
    }
    callee.outer_.push_back({function, static_cast<uint8_t>(home(x.a)), false});
  }
  RegisterSet shared, written;
  if (!isInlined()) {
    addShared(target, shared, written);
    // What lies at and above the call was another variable then, and its upvalue is closed.
    shared.removeFrom(x.a);
    written.removeFrom(x.a);
    shareVariables(shared, written, callee.outer_);
  }
  if (!callee.buildInlined(arguments)) return refuse();
  if (x.op == Opcode::TailCall) {
    returns_.insert(returns_.end(), callee.returns_.begin(), callee.returns_.end());
    block_ = nullptr;
    return;
  }
  mergeReturns(callee);
  for (int reg = 0; block_ != nullptr && reg < p_->frame_size; ++reg) {
    if (!written.has(reg) || get(reg) == nullptr) continue;
    Node* load = emit(Op::LoadSlot);
    load->imm.index = home(reg);
    set(reg, load);
  }
}

// The home slots of variables that the inlined functions may use hold them. Of those that they write to
// nothing is known until they have returned: `outer` leaves them as they are.
void GraphBuilder::shareVariables(const RegisterSet& shared, const RegisterSet& written,
                                  std::vector<ir::SnapshotEntry>& outer) {
  for (int reg = 0; reg < p_->frame_size; ++reg) {
    Node* value = get(reg);
    if (!shared.has(reg) || value == nullptr) continue;
    emit(Op::StoreSlot, {value})->imm.index = home(reg);
  }
  std::erase_if(outer, [&](const ir::SnapshotEntry& e) { return written.has(e.reg); });
}

bool GraphBuilder::buildInlined(const std::vector<Node*>& arguments) {
  block_ = caller_->block_;
  live_ = flow_.liveInBlock(flow_.order()[0]);
  for (size_t i = 0; i < arguments.size(); ++i) state_.node[i] = arguments[i];
  goTo(0);
  return buildBlocks();
}

// The caller goes on where the callee returns, with its results.
void GraphBuilder::mergeReturns(const GraphBuilder& callee) {
  const Instruction& x = at(pc_);
  int wanted = x.c - 1;
  forget(x.a);
  if (callee.returns_.empty()) {
    block_ = nullptr;
    return;
  }
  auto result = [this](const Exit& e, int i) {
    return static_cast<size_t>(i) < e.results.size() ? e.results[static_cast<size_t>(i)]
                                                     : g_.constant(Value::nil());
  };
  block_ = callee.returns_[0].block;
  if (callee.returns_.size() > 1) {
    block_ = g_.newBlock(here());
    for (const Exit& e : callee.returns_) {
      g_.append(e.block, g_.newNode(Op::Jump, here()));
      g_.connect(e.block, block_);
    }
  }
  for (int i = 0; i < wanted; ++i) {
    Node* value = result(callee.returns_[0], i);
    if (callee.returns_.size() > 1) {
      Node* phi = g_.newNode(Op::Phi, here());
      phi->imm.index = home(x.a + i);
      phi->type = ir::types::kAny;
      for (const Exit& e : callee.returns_) g_.addPhiInput(phi, result(e, i));
      g_.append(block_, phi);
      value = phi;
    }
    set(x.a + i, value);
  }
  snapshot_ = nullptr;
}

// --- upvalues ----------------------------------------------------------------------------------------------

// Since a program has joined upvalues (debug.upvaluejoin), any may be a variable that closures of the unit's
// own function share.
bool GraphBuilder::mayBeJoined() const {
  return options_.state != nullptr && options_.state->upvalues_joined && !flow_.captured().empty();
}

// Of the root. By upvalue of `p`: the own register that it may be; -1: none.
std::vector<int> GraphBuilder::ownRegisters(const Proto* p) {
  std::vector<int> registers(p->upvalue_count, -1);
  const PlaceInside& place = placeInside(p);
  const std::vector<const Proto*>& path = place.path;
  if (place.count == 0) return registers;
  for (uint32_t i = 0; i < p->upvalue_count; ++i) {
    size_t level = path.size() - 1;
    const UpvalueDescription* u = &p->upvalues[i];
    while (level > 0 && !u->in_stack) u = &path[--level]->upvalues[u->index];
    if (level == 0 && u->in_stack) registers[i] = u->index;
  }
  return registers;
}

// What `p`, inlined, and all that it calls read and write of the own function's registers.
void GraphBuilder::addShared(const Proto* p, RegisterSet& used, RegisterSet& written) const {
  std::vector<int> registers = root_.ownRegisters(p);
  bool joined = root_.mayBeJoined();
  for (uint32_t i = 0; i < p->code_size; ++i) {
    const Instruction& x = p->code[i];
    bool reads = x.op == Opcode::GetUpvalue || x.op == Opcode::GetGlobal || x.op == Opcode::SetGlobal;
    if (isCall(x) && libraryRule(x, &p->feedback[i], options_.state) == nullptr)
      addShared(p->feedback[i].target, used, written);
    if (!reads && x.op != Opcode::SetUpvalue) continue;
    if (joined) used.unite(flow_.captured());
    int reg = registers[x.b];
    if (reg < 0) continue;
    used.add(reg);
    if (!reads) written.add(reg);
  }
}

Node* GraphBuilder::loadUpvalue(int index) {
  Node* n;
  if (!isInlined()) {
    n = emit(Op::LoadUpvalue);
  } else {
    bool shared = own_registers_[static_cast<size_t>(index)] >= 0 || root_.mayBeJoined();
    n = emit(shared ? Op::LoadSharedUpvalue : Op::LoadUpvalueOf, {function_});
  }
  n->imm.index = static_cast<uint32_t>(index);
  return n;
}

void GraphBuilder::storeUpvalue(int index, Node* value) {
  Node* n;
  if (!isInlined()) {
    n = emit(Op::StoreUpvalue, {value});
  } else if (int reg = own_registers_[static_cast<size_t>(index)]; reg < 0) {
    n = emit(Op::StoreUpvalueOf, {function_, value});
  } else {
    n = emit(Op::StoreSharedUpvalue, {function_, value});
    n->aux = static_cast<uint32_t>(reg);
  }
  n->imm.index = static_cast<uint32_t>(index);
}

} // namespace perigee::build
