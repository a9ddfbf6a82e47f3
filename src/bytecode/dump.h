// Binary chunks: prototypes as bytes, for string.dump and lua_dump.
//
// The format is Perigee's own and belongs to one version of the instruction set. All numbers are little
// endian; "count" is an unsigned number in groups of seven bits, lowest first, each but the last with bit 7
// set.
//
//   chunk     signature, version, format, kDumpCheck, fingerprint of the instruction set (4 bytes), function
//   function  flags, parameters, registers (a byte each), first and last line (counts),
//             instructions: count, 8 bytes each
//             constants: count, each a tag byte with its payload (8 bytes, or a string)
//             inline caches: count, the key of each
//             upvalues: count, three bytes each (in the stack, index, kind)
//             functions in it: count, each
//             debug information unless kStripped: source (none: that of the function around it), a line for
//             each instruction (difference to the line before as a count with the sign in its lowest bit),
//             local variables: count, each name, start, end; the upvalues' names
//   string    count of bytes plus one (0: no string), bytes
#pragma once

#include "vm/proto.h"
#include "vm/thread.h"

#include <cstddef>

namespace perigee {

// Signature and version (Dialect::chunk_version) are those of stock Lua, by which programs tell binary
// chunks; the format byte is ours, so that neither implementation takes the other's chunks.
constexpr char kDumpSignature[] = {'\x1b', 'L', 'u', 'a'};
constexpr unsigned char kDumpFormat = 'P';
// Shows damage done by programs that take it for text.
constexpr char kDumpCheck[] = {'\x19', '\x93', '\r', '\n', '\x1a', '\n'};
constexpr int kMaxDumpDepth = 200; // functions in functions

// Hands the chunk to `writer` piece by piece until it returns something else than 0; returns what it returned
// last. `strip` leaves out debug information. The prototype must be kept alive by the caller; the writer may
// raise.
int dump(Thread* L, const Proto* p, bool strip,
         int (*writer)(Thread* L, const void* bytes, size_t size, void* ud), void* ud);

// Tells instruction sets apart.
uint32_t instructionSetFingerprint();

} // namespace perigee
