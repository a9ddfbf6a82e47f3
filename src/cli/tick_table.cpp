#include "cli/tick_table.h"

#include "vm/ticks.h"
#include "vm/work.h"

#include <cstdio>

namespace perigee {
namespace {

// Bars separate columns in Markdown.
void printCell(const char* text) {
  for (; *text != '\0'; ++text) {
    if (*text == '|') std::putchar('\\');
    std::putchar(*text);
  }
}

} // namespace

void printTickTable() {
  std::puts("| instruction | what it does | ticks |\n|---|---|---|");
  for (int i = 0; i < kOpcodeCount; ++i) {
    Opcode op = static_cast<Opcode>(i);
    std::printf("| %s | ", info(op).name);
    printCell(info(op).meaning);
    std::printf(" | %u |\n", ticksOf(op));
  }
  std::puts("\n| library functions and operations | one tick for |\n|---|---|");
  for (const WorkInfo& w : kWorkInfo) std::printf("| %s | %u %s |\n", w.who, w.units, w.what);
}

} // namespace perigee
