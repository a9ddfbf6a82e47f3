// The unit as a whole: blocks in order, moves on edges, exits, and what is handed over in the end.

#include "compiler/stress.h"
#include "compiler/x64/snapshot.h"
#include "compiler/x64/unit_emitter.h"
#include "vm/feedback.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace perigee::x64 {

namespace x86 = asmjit::x86;

UnitEmitter::UnitEmitter(Graph& g, const lower::Allocation& allocation) : g_(g), allocation_(allocation) {
  code_.init(asmjit::Environment::host());
  code_.attach(&a_);
  bool needs_frame = allocation.stackSlots() > 0;
  for (const Block* b : g.blocks) {
    for (const Node* n = b->first; n != nullptr; n = n->next) needs_frame |= lower::callsRuntime(n);
  }
  // Entered with rsp 8 below a multiple of 16; functions are called with it at one.
  if (needs_frame)
    frame_size_ = static_cast<uint32_t>((kSpillOffset + 8 * allocation.stackSlots() + 15) / 16 * 16 + 8);
}

UnitEmitter::Rule UnitEmitter::ruleOf(Op op) {
  static const std::array<Rule, ir::kOpCount> rules = [] {
    std::array<Rule, ir::kOpCount> table;
    table.fill(&UnitEmitter::nothing); // literals, conditions, phis
    auto from = [&table](Op first, Op last, Rule rule) {
      for (int o = static_cast<int>(first); o <= static_cast<int>(last); ++o)
        table[static_cast<size_t>(o)] = rule;
    };
    auto one = [&from](Op o, Rule rule) { from(o, o, rule); };
    from(Op::LoadVararg, Op::LoadVarargAt, &UnitEmitter::loadVararg);
    one(Op::VarargCount, &UnitEmitter::varargCount);
    from(Op::LoadSlot, Op::Reload, &UnitEmitter::loadSlot);
    one(Op::Guard, &UnitEmitter::guard);
    one(Op::Not, &UnitEmitter::notValue);
    from(Op::AddInteger, Op::MulInteger, &UnitEmitter::integerOperation);
    from(Op::DivideInteger, Op::ModuloInteger, &UnitEmitter::divide);
    from(Op::AndInteger, Op::XorInteger, &UnitEmitter::integerOperation);
    from(Op::ShiftLeftInteger, Op::ShiftRightInteger, &UnitEmitter::shift);
    from(Op::NegateInteger, Op::NotInteger, &UnitEmitter::integerUnary);
    one(Op::LoopCount, &UnitEmitter::loopCount);
    from(Op::AddFloat, Op::DivFloat, &UnitEmitter::floatOperation);
    one(Op::FloorDivideFloat, &UnitEmitter::roundFloat);
    from(Op::ModuloFloat, Op::PowFloat, &UnitEmitter::floatFunction);
    one(Op::NegateFloat, &UnitEmitter::negateFloat);
    one(Op::SqrtFloat, &UnitEmitter::squareRoot);
    from(Op::FloorFloat, Op::CeilFloat, &UnitEmitter::roundFloat);
    one(Op::AbsFloat, &UnitEmitter::absoluteFloat);
    from(Op::MinFloat, Op::MaxFloat, &UnitEmitter::extremeFloat);
    one(Op::AbsInteger, &UnitEmitter::absoluteInteger);
    from(Op::MinInteger, Op::MaxInteger, &UnitEmitter::extremeInteger);
    one(Op::LoadByte, &UnitEmitter::loadByte);
    one(Op::GuardNative, &UnitEmitter::guardNative);
    one(Op::IntegerToFloat, &UnitEmitter::integerToFloat);
    one(Op::FloatToInteger, &UnitEmitter::floatToInteger);
    one(Op::NumberToFloat, &UnitEmitter::numberToFloat);
    one(Op::NumberToInteger, &UnitEmitter::numberToInteger);
    from(Op::GuardTrue, Op::GuardFalse, &UnitEmitter::guardCondition);
    one(Op::ToBoolean, &UnitEmitter::toBoolean);
    one(Op::GuardShape, &UnitEmitter::guardShape);
    one(Op::GuardNoMetamethod, &UnitEmitter::guardNoMetamethod);
    one(Op::GuardHolders, &UnitEmitter::guardHolders);
    one(Op::GuardArrayKind, &UnitEmitter::guardArrayKind);
    one(Op::LoadField, &UnitEmitter::loadField);
    one(Op::StoreField, &UnitEmitter::storeField);
    one(Op::LoadHolderField, &UnitEmitter::loadHolderField);
    one(Op::LoadEitherField, &UnitEmitter::loadEitherField);
    one(Op::StoreEitherField, &UnitEmitter::storeEitherField);
    one(Op::ArraySize, &UnitEmitter::arraySize);
    from(Op::LoadElementInteger, Op::LoadElementValue, &UnitEmitter::loadElement);
    from(Op::StoreElementInteger, Op::StoreElementValue, &UnitEmitter::storeElement);
    one(Op::StringLength, &UnitEmitter::stringLength);
    one(Op::LoadUpvalue, &UnitEmitter::loadUpvalue);
    one(Op::StoreUpvalue, &UnitEmitter::storeUpvalue);
    one(Op::LoadUpvalueOf, &UnitEmitter::loadUpvalue);
    one(Op::LoadSharedUpvalue, &UnitEmitter::loadUpvalue);
    one(Op::StoreUpvalueOf, &UnitEmitter::storeUpvalue);
    one(Op::StoreSharedUpvalue, &UnitEmitter::storeUpvalue);
    one(Op::GuardPrototype, &UnitEmitter::guardPrototype);
    one(Op::GuardRoom, &UnitEmitter::guardRoom);
    from(Op::RuntimeArithmetic, Op::RuntimeConcat, &UnitEmitter::runtimeCall);
    one(Op::RuntimeNext, &UnitEmitter::stepNext);
    one(Op::RuntimeClose, &UnitEmitter::closeUpvalues);
    one(Op::SpreadVarargs, &UnitEmitter::spreadVarargs);
    one(Op::StartTraversal, &UnitEmitter::startTraversal);
    from(Op::RuntimeArithmetic, Op::RuntimeLessEqual, &UnitEmitter::mixedNumbers);
    one(Op::RuntimeGetIndex, &UnitEmitter::getIndexQuickly);
    one(Op::RuntimeSetIndex, &UnitEmitter::setIndexQuickly);
    one(Op::RuntimeAppend, &UnitEmitter::setIndexQuickly);
    one(Op::RuntimeAddField, &UnitEmitter::addField);
    one(Op::RuntimeGetField, &UnitEmitter::getFieldCached);
    one(Op::RuntimeSetField, &UnitEmitter::setFieldCached);
    one(Op::StoreSlot, &UnitEmitter::storeSlot);
    one(Op::Poll, &UnitEmitter::poll);
    one(Op::Charge, &UnitEmitter::charge);
    one(Op::Call, &UnitEmitter::call);
    one(Op::Interpret, &UnitEmitter::interpret);
    one(Op::Jump, &UnitEmitter::jump);
    one(Op::Branch, &UnitEmitter::branch);
    one(Op::InterpretBranch, &UnitEmitter::interpretBranch);
    one(Op::Return, &UnitEmitter::returns);
    one(Op::ReturnRange, &UnitEmitter::returnRange);
    one(Op::TailCall, &UnitEmitter::tailCall);
    one(Op::TailCallRange, &UnitEmitter::tailCallRange);
    one(Op::Leave, &UnitEmitter::leave);
    one(Op::Exit, &UnitEmitter::exit);
    return table;
  }();
  return rules[static_cast<size_t>(op)];
}

// --- blocks and edges --------------------------------------------------------------------------------------

// Operations stand in the listing above their instructions.
void UnitEmitter::comment(const Node* n) {
  if (n->isConstant()) return;
  std::string source = printer_->sourceAbove(n);
  if (!source.empty()) a_.comment(source.c_str(), source.size());
  std::string text = "; " + printer_->node(n);
  a_.comment(text.c_str(), text.size());
}

void UnitEmitter::emitBlock(const Block* b) {
  block_ = b;
  g_.spend(8 * ir::workOfInputs(b));
  if (printer_ != nullptr) {
    std::string head = "; " + printer_->blockHead(b);
    a_.comment(head.c_str(), head.size());
  }
  a_.bind(labels_[b->order]);
  // Behind a jump that the interpreter decided the way goes on here.
  bool resumed = b->predecessors.size() == 1 && b->predecessors[0]->terminator()->is(Op::InterpretBranch);
  if (resumed) resumePoint(b->pc);
  for (const Node* n = b->first; n != nullptr; n = n->next) {
    if (printer_ != nullptr) comment(n);
    if (allocation_.isSkipped(n)) continue;
    if (forces_exits_ && n->snapshot != nullptr && n->info().guards()) forceExit(n);
    (this->*ruleOf(n->op))(n);
  }
}

namespace {

struct Move {
  Place to;
  Place from;
  bool is_float;
  bool is_tag;
};

} // namespace

// The phis of `to` take their inputs, all at once: a place is written when nobody needs what it holds any
// more, and a ring of moves is opened through a scratch register.
void UnitEmitter::emitEdge(const Block* from, const Block* to) {
  if (to->first == nullptr || !to->first->is(Op::Phi)) return;
  uint32_t edge = to->predecessorIndex(from);
  g_.spend(edge / 4);
  std::vector<Move> moves;
  std::vector<std::pair<Place, int64_t>> literals; // written last
  auto wantTag = [&](Place place, const Node* input) {
    if (input->type.isSingle()) {
      literals.emplace_back(place, static_cast<int64_t>(input->type.tag()));
    } else {
      moves.push_back({place, at(input).tag, false, true});
    }
  };
  for (const Node* phi = to->first; phi != nullptr && phi->is(Op::Phi); phi = phi->next) {
    if (!lower::hasPlace(phi) || allocation_.isSkipped(phi)) continue;
    const Node* input = phi->inputs[edge];
    Form form = lower::formOf(phi->type);
    if (form == Form::Tagged || form == Form::Boolean) wantTag(at(phi).tag, input);
    if (form == Form::Boolean) continue;
    Place place = at(phi).payload;
    if (input->isConstant()) {
      literals.emplace_back(place, input->imm.integer);
    } else if (at(input).payload.kind != PlaceKind::None) {
      moves.push_back({place, at(input).payload, form == Form::Number, false});
    } else {
      literals.emplace_back(place, 0);
    }
  }
  std::erase_if(moves, [](const Move& m) { return m.to == m.from; });
  while (!moves.empty()) {
    bool progress = false;
    for (size_t i = 0; i < moves.size(); ++i) {
      g_.spend(1 + moves.size() / 8);
      bool needed =
          std::any_of(moves.begin(), moves.end(), [&](const Move& m) { return m.from == moves[i].to; });
      if (needed) continue;
      move(moves[i].to, moves[i].from, moves[i].is_float, moves[i].is_tag);
      moves.erase(moves.begin() + static_cast<ptrdiff_t>(i));
      progress = true;
      break;
    }
    if (progress) continue;
    Place held = moves[0].from;
    Place scratch =
        held.kind == PlaceKind::Float ? Place{PlaceKind::Float, 15} : Place{PlaceKind::General, kRdx};
    move(scratch, held, held.kind == PlaceKind::Float, false);
    for (Move& m : moves) {
      if (m.from == held) m.from = scratch;
    }
  }
  for (auto [place, bits] : literals) {
    if (place.kind == PlaceKind::Float) {
      loadLiteral(floating(place.index), bits);
    } else {
      Gp reg = target(place, x86::rax);
      loadLiteral(reg, bits);
      settle(place, reg);
    }
  }
}

void UnitEmitter::jump(const Node*) {
  const Block* to = block_->successors[0];
  emitEdge(block_, to);
  if (!isNext(to)) a_.jmp(labels_[to->order]);
}

void UnitEmitter::branch(const Node* n) {
  Test t = test(n->inputs[0]);
  const Block* if_true = block_->successors[0];
  const Block* if_false = block_->successors[1];
  if (isNext(if_true)) {
    jumpIf(t, false, labels_[if_false->order]);
  } else {
    jumpIf(t, true, labels_[if_true->order]);
    if (!isNext(if_false)) a_.jmp(labels_[if_false->order]);
  }
}

// --- exits -------------------------------------------------------------------------------------------------

ExitReason UnitEmitter::reasonOf(const Node* n) const {
  switch (n->op) {
  case Op::Poll:
  case Op::Charge:
  case Op::RuntimeNext: return ExitReason::Poll; // the traversal was interrupted before: nothing has failed
  case Op::Exit: return ExitReason::Unseen;
  case Op::GuardShape:
  case Op::LoadEitherField:
  case Op::StoreEitherField:
  case Op::GuardArrayKind:
  case Op::GuardNoMetamethod: return ExitReason::Shape;
  case Op::GuardHolders: return ExitReason::Assumption;
  case Op::GuardTrue:
  case Op::GuardFalse:
    return perigee::info(g_.instructionAt(n->pc)->op).d == OperandRole::J ? ExitReason::Unseen
                                                                          : ExitReason::Bounds;
  case Op::GuardRoom: return ExitReason::Poll; // the interpreter makes room: nothing has failed
  case Op::GuardPrototype:
  case Op::GuardNative:
  case Op::TailCall:
  case Op::TailCallRange: return ExitReason::Target;
  case Op::NumberToInteger:
  case Op::FloatToInteger: return ExitReason::Range;
  case Op::LoadField:
  case Op::LoadHolderField:
  case Op::LoadElementValue:
  case Op::LoadUpvalue:
  case Op::LoadUpvalueOf:
  case Op::Guard: return ExitReason::Type;
  default: return ExitReason::Error;
  }
}

Label UnitEmitter::exitOf(const Node* n) {
  Label label = a_.newLabel();
  exits_.push_back({label, encodeSnapshot(n, reasonOf(n))});
  return label;
}

// For tests: the guard is left through now and then though it holds.
void UnitEmitter::forceExit(const Node* n) {
  Label label = a_.newLabel();
  exits_.push_back({label, encodeSnapshot(n, ExitReason::Poll)}); // the reason that is not counted
  a_.mov(x86::rax, reinterpret_cast<uint64_t>(&stress::exit_countdown));
  a_.dec(x86::dword_ptr(x86::rax));
  a_.jz(label);
}

void UnitEmitter::exit(const Node* n) { a_.jmp(exitOf(n)); }

uint32_t UnitEmitter::encodeSnapshot(const Node* n, ExitReason reason) {
  const ir::Snapshot* s = n->snapshot;
  g_.spend(4 + 2 * s->count);
  uint32_t number = static_cast<uint32_t>(snapshot_offsets_.size());
  snapshot_offsets_.push_back(static_cast<uint32_t>(snapshots_.size()));
  const SiteFeedback* feedback = g_.feedbackAt(s->pc);
  bool failed_before = feedback != nullptr && (feedback->array_kinds & SiteFeedback::kFailed);
  exit_counts_.push_back(failed_before ? NativeCode::kFailedBefore : 0);
  SnapshotHead head{};
  head.pc = g_.instructionAt(s->pc);
  head.frame_size = frame_size_;
  head.reason = reason;
  head.counts_ticks = g_.counts_ticks;
  head.is_due = s->is_due;
  std::vector<SnapshotValue> values;
  for (uint32_t i = 0; i < s->count; ++i) {
    const ir::SnapshotEntry& e = s->entries[i];
    if (e.in_place) continue;
    SnapshotValue v{};
    v.reg = e.reg;
    if (e.value->isConstant()) {
      v.tag = static_cast<uint32_t>(e.value->constantTag());
      v.payload = static_cast<uint64_t>(e.value->imm.integer);
    } else {
      const lower::Location& l = at(e.value);
      v.payload_kind = l.payload.kind;
      v.payload = l.payload.kind == PlaceKind::None ? 0 : l.payload.index;
      v.tag_kind = l.tag.kind;
      v.tag = l.tag.kind != PlaceKind::None
                  ? l.tag.index
                  : static_cast<uint32_t>(e.value->type.isEmpty() ? Tag::Nil : e.value->type.tag());
    }
    values.push_back(v);
  }
  std::vector<SnapshotLink> links;
  for (const ir::Activation* a = &g_.activationAt(s->pc); a->isInlined(); a = &g_.activationAt(a->call_pc))
    links.push_back({a->base, linkOfInlined(g_, *a)});
  head.count = static_cast<uint16_t>(values.size());
  head.links = static_cast<uint8_t>(links.size());
  auto write = [this](const void* data, size_t bytes) {
    const char* first = static_cast<const char*>(data);
    snapshots_.insert(snapshots_.end(), first, first + bytes);
  };
  write(&head, sizeof head);
  write(values.data(), values.size() * sizeof(SnapshotValue));
  write(links.data(), links.size() * sizeof(SnapshotLink));
  return number;
}

void UnitEmitter::emitExits() {
  if (exits_.empty()) return;
  for (const Exit& e : exits_) {
    a_.bind(e.label);
    if (e.refund != 0) a_.add(general(kTicks), e.refund);
    loadLiteral(x86::rax, e.snapshot);
    a_.jmp(exit_label_);
  }
  a_.bind(exit_label_);
  a_.mov(x86::rcx, x86::qword_ptr(unit_label_));
  jumpTo(reinterpret_cast<const void*>(leaveUnit));
}

// --- the unit ----------------------------------------------------------------------------------------------

void UnitEmitter::refer(const Object* o) {
  if (referred_.insert(o).second) objects_.push_back(o);
}

void UnitEmitter::embedConstants() {
  code_.newSection(&constants_section_, "constants", SIZE_MAX, asmjit::SectionFlags::kReadOnly, 8);
  a_.section(constants_section_);
  a_.bind(unit_label_);
  a_.embedUInt64(0);
  for (const Constant& c : constants_) {
    a_.bind(c.label);
    a_.embedUInt64(c.bits);
  }
}

NativeCode* UnitEmitter::emit(UnitBuilder& out, const char** reason) {
  if (printer_ != nullptr) {
    logger_.setFlags(asmjit::FormatFlags::kHexImms);
    code_.setLogger(&logger_);
  }
  for (size_t i = 0; i < g_.blocks.size(); ++i) labels_.push_back(a_.newLabel());
  exit_label_ = a_.newLabel();
  exact_entry_ = a_.newLabel();
  unit_label_ = a_.newLabel();
  emitEntry();
  for (const Block* b : g_.blocks) emitBlock(b);
  for (size_t i = 0; i < slow_paths_.size(); ++i) slow_paths_[i]();
  emitExits();
  embedConstants();
  listing_ = logger_.data();
  std::sort(resume_.begin(), resume_.end(),
            [](const ResumePoint& a, const ResumePoint& b) { return a.pc < b.pc; });
  UnitSizes sizes;
  sizes.code = static_cast<uint32_t>(code_.textSection()->bufferSize());
  sizes.constants = static_cast<uint32_t>(constants_section_->bufferSize());
  sizes.resume_points = static_cast<uint32_t>(resume_.size());
  sizes.objects = static_cast<uint32_t>(objects_.size());
  sizes.snapshots = static_cast<uint32_t>(snapshot_offsets_.size());
  sizes.snapshot_bytes = static_cast<uint32_t>(snapshots_.size());
  char* writable = nullptr;
  NativeCode* unit = out.allocate(sizes, &writable);
  if (unit == nullptr) return nullptr;
  constants_section_->setOffset(static_cast<uint64_t>(unit->constants - unit->code));
  uint64_t self = reinterpret_cast<uint64_t>(unit);
  std::memcpy(constants_section_->data() + code_.labelOffset(unit_label_), &self, 8);
  bool done =
      code_.resolveUnresolvedLinks() == asmjit::kErrorOk &&
      code_.relocateToBase(reinterpret_cast<uint64_t>(unit->code)) == asmjit::kErrorOk &&
      code_.copySectionData(writable, sizes.code, code_.textSection()->id()) == asmjit::kErrorOk &&
      code_.copySectionData(unit->constants, sizes.constants, constants_section_->id()) == asmjit::kErrorOk;
  if (!done) {
    *reason = "the encoder failed";
    return nullptr;
  }
  unit->entry_offset = 0;
  std::copy(resume_.begin(), resume_.end(), unit->resume);
  for (size_t i = 0; i < objects_.size(); ++i) unit->objects[i] = const_cast<Object*>(objects_[i]);
  std::copy(snapshots_.begin(), snapshots_.end(), unit->snapshots);
  std::copy(snapshot_offsets_.begin(), snapshot_offsets_.end(), unit->snapshot_offsets);
  std::copy(exit_counts_.begin(), exit_counts_.end(), unit->exit_counts);
  return unit;
}

} // namespace perigee::x64
