// What compiled code calls. Each function does its work without running Lua code and returns true, or does
// nothing and returns false: then the code leaves to the interpreter, which calls the metamethod or raises
// the error.
//
// Values come in and go out through `v`, which is no place the collector knows: whatever must survive an
// allocation is in a home slot as well. `immediate` is that of the operation. L->pc stands behind the
// instruction.
#pragma once

#include "vm/thread.h"

namespace perigee::runtime {

using Function = bool (*)(Thread* L, Value* v, uint64_t immediate);

bool arithmetic(Thread* L, Value* v, uint64_t operation); // v[0] := v[0] op v[1]; numbers only
bool less(Thread* L, Value* v, uint64_t);                 // v[0] := v[0] < v[1]; numbers or strings
bool lessEqual(Thread* L, Value* v, uint64_t);
bool equal(Thread* L, Value* v, uint64_t);
bool length(Thread* L, Value* v, uint64_t);            // v[0] := #v[0]; string or table
bool getField(Thread* L, Value* v, uint64_t cache);    // v[0] := v[0][key]
bool setField(Thread* L, Value* v, uint64_t cache);    // v[0][key] := v[1]
bool getIndex(Thread* L, Value* v, uint64_t);          // v[0] := v[0][v[1]]
bool setIndex(Thread* L, Value* v, uint64_t);          // v[0][v[1]] := v[2]
bool addNewField(Thread* L, Value* v, uint64_t shape); // v[0] gets the shape, which has one field more: v[1]
bool substring(Thread* L, Value* v, uint64_t);         // v[0] := string.sub(v[0], v[1], v[2])
bool append(Thread* L, Value* v, uint64_t);            // table v[0], without metatable, gets v[1] at its end
// These find their operands in the instruction and the home slots of the running frame.
bool makeTable(Thread* L, Value* v, uint64_t instruction);   // v[0] := the table
bool setList(Thread* L, Value* v, uint64_t instruction);     // of the table v[0]
bool makeClosure(Thread* L, Value* v, uint64_t instruction); // v[0] := the closure
bool concat(Thread* L, Value* v, uint64_t instruction);      // v[0] := the string
// r: the registers of the GenericCall, whose iterator is next. The variables become key and value, the first
// one nil at the end; the control variable is left to the caller. False if the traversal has no position.
bool next(Thread* L, Value* r, uint64_t);
bool close(Thread* L, Value*, uint64_t instruction); // upvalues only
bool remember(Thread* L, Value*, uint64_t object);   // the slow part of the write barrier

double modulo(double a, double b);
double power(double a, double b);

} // namespace perigee::runtime
