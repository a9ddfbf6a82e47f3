#include "jit/statistics.h"

#include "jit/jit_state.h"
#include "vm/proto.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <vector>

namespace perigee {
namespace {

void sourceOf(const Proto* p, char* out) { chunkId(out, p->source != nullptr ? p->source->view() : "=?"); }

uint64_t hashOf(const PlaceCounts::Place& place) {
  uint64_t h =
      static_cast<uint64_t>(place.line) * 0x9E3779B97F4A7C15u ^ reinterpret_cast<uintptr_t>(place.reason);
  for (const char* c = place.source; *c != '\0'; c++)
    h = (h ^ static_cast<unsigned char>(*c)) * 0x100000001B3u;
  return h ^ h >> 32;
}

bool same(const PlaceCounts::Place& a, const PlaceCounts::Place& b) {
  return a.line == b.line && a.reason == b.reason && std::strcmp(a.source, b.source) == 0;
}

} // namespace

PlaceCounts::~PlaceCounts() { clear(); }

void PlaceCounts::clear() {
  heap_.freeOutside(places_, capacity_ * sizeof(Place));
  places_ = nullptr;
  capacity_ = size_ = 0;
}

// The place itself, or the free one where it belongs.
PlaceCounts::Place* PlaceCounts::find(const Place& wanted) const {
  uint64_t i = hashOf(wanted);
  for (;; i++) {
    Place* place = &places_[i & (capacity_ - 1)];
    if (place->reason == nullptr || same(*place, wanted)) return place;
  }
}

bool PlaceCounts::grow() {
  uint32_t old_capacity = capacity_;
  Place* old = places_;
  uint32_t capacity = old_capacity == 0 ? 32 : old_capacity * 2;
  auto* places = static_cast<Place*>(heap_.allocateOutside(capacity * sizeof(Place)));
  if (places == nullptr) return false;
  places_ = places;
  capacity_ = capacity;
  for (uint32_t i = 0; i < old_capacity; i++) {
    if (old[i].reason != nullptr) *find(old[i]) = old[i];
  }
  heap_.freeOutside(old, old_capacity * sizeof(Place));
  return true;
}

void PlaceCounts::add(const Proto* p, int line, const char* reason) {
  constexpr uint32_t kMost = 1 << 16;
  if (size_ * 4 >= capacity_ * 3 && (capacity_ >= kMost || !grow())) return;
  Place wanted{{}, line, reason, 1};
  sourceOf(p, wanted.source);
  Place* place = find(wanted);
  if (place->reason != nullptr) {
    place->count++;
  } else {
    *place = wanted;
    size_++;
  }
}

void nameOfProto(const Proto* p, int line, char* out, size_t size) {
  char source[kChunkIdSize];
  sourceOf(p, source);
  std::snprintf(out, size, "%s:%d", source, line);
}

namespace {

void append(std::string& out, const char* name, uint64_t value) {
  char text[80];
  std::snprintf(text, sizeof text, "%s\"%s\": %llu", out.empty() ? "" : ", ", name,
                static_cast<unsigned long long>(value));
  out += text;
}

void appendText(std::string& out, const char* text) {
  out += '"';
  for (const char* c = text; *c != '\0'; c++) {
    unsigned char u = static_cast<unsigned char>(*c);
    if (u == '"' || u == '\\') out += '\\';
    if (u >= 32) out += *c;
  }
  out += '"';
}

// The places with the most events first.
void appendPlaces(std::string& out, const char* name, const PlaceCounts& counts) {
  constexpr size_t kShown = 100;
  std::vector<const PlaceCounts::Place*> places;
  counts.forEach([&](const PlaceCounts::Place& place) { places.push_back(&place); });
  std::sort(places.begin(), places.end(), [](const auto* a, const auto* b) {
    if (a->count != b->count) return a->count > b->count;
    if (int order = std::strcmp(a->source, b->source); order != 0) return order < 0;
    return a->line != b->line ? a->line < b->line : std::strcmp(a->reason, b->reason) < 0;
  });
  if (places.size() > kShown) places.resize(kShown);
  out += std::string(", \"") + name + "\": [";
  for (size_t i = 0; i < places.size(); i++) {
    const PlaceCounts::Place& place = *places[i];
    out += i == 0 ? "{\"at\": " : ", {\"at\": ";
    char at[kChunkIdSize + 12];
    std::snprintf(at, sizeof at, "%s:%d", place.source, place.line);
    appendText(out, at);
    out += ", \"reason\": ";
    appendText(out, place.reason);
    out += ", \"count\": " + std::to_string(place.count) + "}";
  }
  out += ']';
}

} // namespace

std::string statisticsAsJson(const State* G) {
  const JitState* jit = jitOf(G);
  if (jit == nullptr) return "";
  const JitStatistics& s = jit->statistics;
  std::string out;
  append(out, "functions_compiled", s.functions_compiled);
  append(out, "loops_compiled", s.loops_compiled);
  append(out, "units", G->unit_count);
  append(out, "units_discarded", s.discarded);
  append(out, "units_evicted", s.evicted);
  append(out, "units_freed_with_prototype", s.freed_with_proto);
  append(out, "units_refused", s.refused);
  append(out, "code_bytes", jit->memory.bytesInUse());
  append(out, "code_bytes_reserved", jit->memory.bytesReserved());
  append(out, "code_bytes_made", s.code_bytes_made);
  append(out, "code_metadata_bytes", jit->metadata_bytes);
  append(out, "compile_microseconds", s.compile_nanoseconds / 1000);
  append(out, "compile_microseconds_max", s.compile_nanoseconds_max / 1000);
  append(out, "compile_work", s.compile_work);
  append(out, "compile_work_max", s.compile_work_max);
  append(out, "compile_scratch_bytes_max", s.scratch_bytes_max);
  out += ", \"exits\": {";
  for (int i = 0; i < kExitReasonCount; i++) {
    if (i != 0) out += ", ";
    appendText(out, nameOf(static_cast<ExitReason>(i)));
    out += ": " + std::to_string(s.exits[i]);
  }
  out += '}';
  appendPlaces(out, "exits_at", s.exit_places);
  appendPlaces(out, "declined", s.declined);
  return out;
}

} // namespace perigee
