// Prototypes by content (docs/decisions/0017): who loads what is loaded already gets the prototype that is
// there, with its feedback and native code. The table does not keep its prototypes alive.
#pragma once

#include "vm/proto.h"
#include "vm/thread.h"

namespace perigee {

// A living prototype with the content of `draft`, or null. The draft is not sealed; neither it nor its
// arrays need be on the heap. Its children have been looked for before:
// they are compared by identity. Sets draft->aux to the hash of its content.
Proto* findProto(State* G, Proto* draft);
// Lets the prototype be found from now on. Its content must not change any more, and its hash must be set.
void listProto(State* G, Proto* p);

} // namespace perigee
