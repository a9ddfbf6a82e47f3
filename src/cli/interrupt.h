// Ctrl-C.
//
// While a program runs, the first SIGINT becomes the error "interrupted!" in it, and the next one ends the
// process. While the prompt waits for a line, a SIGINT discards what has been typed. At all other times it
// ends the process.
#pragma once

#include "vm/state.h"

namespace perigee {

// From here to the end of the program run, SIGINT interrupts the running thread of G.
void beginInterruptible(State* G);
void endInterruptible(State* G);

// From here to the end of reading, SIGINT only makes system calls fail with EINTR.
void beginReading();
// True if a SIGINT came meanwhile.
bool endReading();
bool readingInterrupted();

} // namespace perigee
