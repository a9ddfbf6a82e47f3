// What everything costs in ticks, as text.
#pragma once

namespace perigee {

// Two Markdown tables on stdout: instructions, and work of library functions.
void printTickTable();

} // namespace perigee
