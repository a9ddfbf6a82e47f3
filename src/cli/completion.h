// What a word at the prompt could become: names of globals, of fields and methods, reserved words.
#pragma once

#include "vm/state.h"

#include <string>
#include <string_view>
#include <vector>

namespace perigee {

// Candidates for the end of `word`, which has the form `name`, `a.b.name` or `a.b:name`, sorted, each
// beginning with all of `word`. Looks through tables and tables behind `__index`, without calling anything.
// Never raises.
void complete(Thread* L, std::string_view word, std::vector<std::string>* candidates);

} // namespace perigee
