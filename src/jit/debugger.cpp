#include "jit/debugger.h"

#include "jit/statistics.h"
#include "vm/proto.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <elf.h>
#include <mutex>
#include <unistd.h>

// What gdb looks for (its manual, "JIT Compilation Interface"): it sets a breakpoint in the function and
// reads the descriptor, whose entries lead to object files in memory.
extern "C" {
struct jit_code_entry {
  jit_code_entry* next_entry;
  jit_code_entry* prev_entry;
  const char* symfile_addr;
  uint64_t symfile_size;
};
struct jit_descriptor {
  uint32_t version;
  uint32_t action_flag; // 1 registered, 2 unregistered
  jit_code_entry* relevant_entry;
  jit_code_entry* first_entry;
};
__attribute__((noinline, used, visibility("default"))) void __jit_debug_register_code() {
  asm volatile("" ::: "memory");
}
__attribute__((used, visibility("default"))) jit_descriptor __jit_debug_descriptor = {1, 0, nullptr, nullptr};
}

namespace perigee {
namespace {

std::mutex mutex; // states may live on several threads; the files and lists are the process's

bool isAsked(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && value[0] != '\0' && std::strcmp(value, "0") != 0;
}
bool perfAsked() {
  static const bool asked = isAsked("PERIGEE_PERF_MAP");
  return asked;
}
bool gdbAsked() {
  static const bool asked = isAsked("PERIGEE_GDB");
  return asked;
}

constexpr size_t kNameSize = kChunkIdSize + 40;

void nameOfUnit(const NativeCode* unit, char* out) {
  const Proto* p = unit->proto;
  char place[kChunkIdSize + 12];
  if (unit->entry_pc == kFunctionEntry) {
    nameOfProto(p, static_cast<int>(p->line_defined), place, sizeof place);
    std::snprintf(out, kNameSize, "lua:%s", place);
  } else {
    nameOfProto(p, lineAt(p, unit->entry_pc), place, sizeof place);
    std::snprintf(out, kNameSize, "lua:%s (loop)", place);
  }
}

void writePerfMap(const NativeCode* unit, const char* name) {
  static std::FILE* file = [] {
    char path[64];
    std::snprintf(path, sizeof path, "/tmp/perf-%d.map", static_cast<int>(getpid()));
    return std::fopen(path, "w");
  }();
  if (file == nullptr) return;
  std::fprintf(file, "%llx %x %s\n", static_cast<unsigned long long>(reinterpret_cast<uintptr_t>(unit->code)),
               unit->size, name);
  std::fflush(file);
}

// An object file with one symbol: a head, a section that stands for the code, symbols, and their names.
struct ObjectFile {
  jit_code_entry entry;
  Elf64_Ehdr head;
  Elf64_Shdr sections[5];
  Elf64_Sym symbols[2];
  char names[kNameSize + 1];
  char section_names[32];
};

constexpr char kSectionNames[] = "\0.text\0.symtab\0.strtab\0.names"; // at 1, 7, 15, 23
static_assert(sizeof kSectionNames <= sizeof ObjectFile::section_names);

void fillObjectFile(ObjectFile* file, const NativeCode* unit, const char* name) {
  auto offset = [&](const void* part) {
    return static_cast<uint64_t>(static_cast<const char*>(part) - reinterpret_cast<const char*>(&file->head));
  };
  Elf64_Ehdr& head = file->head;
  std::memcpy(head.e_ident, ELFMAG, SELFMAG);
  head.e_ident[EI_CLASS] = ELFCLASS64;
  head.e_ident[EI_DATA] = ELFDATA2LSB;
  head.e_ident[EI_VERSION] = EV_CURRENT;
  head.e_type = ET_EXEC;
#if defined(__x86_64__)
  head.e_machine = EM_X86_64;
#else
  head.e_machine = EM_AARCH64;
#endif
  head.e_version = EV_CURRENT;
  head.e_shoff = offset(file->sections);
  head.e_ehsize = sizeof(Elf64_Ehdr);
  head.e_shentsize = sizeof(Elf64_Shdr);
  head.e_shnum = 5;
  head.e_shstrndx = 4;
  std::memcpy(file->section_names, kSectionNames, sizeof kSectionNames);
  std::snprintf(file->names + 1, kNameSize, "%s", name);
  Elf64_Shdr* s = file->sections;
  s[1] = {
      1,  SHT_NOBITS, SHF_ALLOC | SHF_EXECINSTR, reinterpret_cast<uintptr_t>(unit->code), 0, unit->size, 0, 0,
      16, 0};
  s[2] = {7, SHT_SYMTAB, 0, 0, offset(file->symbols), sizeof file->symbols, 3, 1, 8, sizeof(Elf64_Sym)};
  s[3] = {15, SHT_STRTAB, 0, 0, offset(file->names), sizeof file->names, 0, 0, 1, 0};
  s[4] = {23, SHT_STRTAB, 0, 0, offset(file->section_names), sizeof file->section_names, 0, 0, 1, 0};
  file->symbols[1] = {1, ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),     STV_DEFAULT,
                      1, reinterpret_cast<uintptr_t>(unit->code), unit->size};
}

void tellGdb(uint32_t action, jit_code_entry* entry) {
  __jit_debug_descriptor.action_flag = action;
  __jit_debug_descriptor.relevant_entry = entry;
  __jit_debug_register_code();
}

void registerWithGdb(NativeCode* unit, const char* name) {
  auto* file = static_cast<ObjectFile*>(std::calloc(1, sizeof(ObjectFile)));
  if (file == nullptr) return;
  fillObjectFile(file, unit, name);
  jit_code_entry* entry = &file->entry;
  entry->symfile_addr = reinterpret_cast<const char*>(&file->head);
  entry->symfile_size = sizeof(ObjectFile) - offsetof(ObjectFile, head);
  entry->next_entry = __jit_debug_descriptor.first_entry;
  if (entry->next_entry != nullptr) entry->next_entry->prev_entry = entry;
  __jit_debug_descriptor.first_entry = entry;
  unit->debugger_entry = file;
  tellGdb(1, entry);
}

} // namespace

void announceToDebugger(NativeCode* unit) {
  if (!perfAsked() && !gdbAsked()) return;
  std::lock_guard lock(mutex);
  char name[kNameSize];
  nameOfUnit(unit, name);
  if (perfAsked()) writePerfMap(unit, name);
  if (gdbAsked()) registerWithGdb(unit, name);
}

void forgetInDebugger(NativeCode* unit) {
  if (unit->debugger_entry == nullptr) return;
  std::lock_guard lock(mutex);
  auto* file = static_cast<ObjectFile*>(unit->debugger_entry);
  jit_code_entry* entry = &file->entry;
  if (entry->next_entry != nullptr) entry->next_entry->prev_entry = entry->prev_entry;
  if (entry->prev_entry != nullptr) {
    entry->prev_entry->next_entry = entry->next_entry;
  } else {
    __jit_debug_descriptor.first_entry = entry->next_entry;
  }
  tellGdb(2, entry);
  std::free(file);
  unit->debugger_entry = nullptr;
}

} // namespace perigee
