// Which Lua a state runs. A dialect is constant data: one column here for each way in which two versions of
// the language or its library differ, one row in dialect.cpp for each version. The rest of the implementation
// asks for a property, never for a version. docs/dialects.md has the table for readers, with the tests.
//
// A state's dialect never changes, so that to the compiler every property is a constant. Neither handlers of
// instructions nor compiled code ask on their fast paths: programs differ in their instructions, or the
// question comes up where something is slow or wrong already.
#pragma once

#include <cstdint>
#include <string_view>

namespace perigee {

struct Dialect {
  // --- names ---
  const char* name;            // "5.4": of the option --lua, and of directories
  int number;                  // 504: LUA_VERSION_NUM
  const char* version;         // _VERSION
  const char* suffix;          // of environment variables: LUA_PATH_5_4
  unsigned char chunk_version; // a byte in the header of binary chunks

  // --- syntax ---
  bool attribs;                         // local x <const>, local x <close>
  bool labels_differ_in_function;       // a label may not have the name of another one around it
  bool calls_are_where_arguments_begin; // the line of a call; else: that of the called expression's beginning
  bool letters_end_numerals;            // "3x" is a malformed number; else: 3 and x
  uint32_t largest_utf8_escape;         // "\u{XXX}"
  const char* syntax_levels; // what there are too many of where syntax nests too deeply; null: the C stack
                             // overflows
  const char* break_outside_loop;     // message, in front of the line
  const char* break_outside_loop_end; // and behind it

  // --- loops ---
  bool integer_loops_wrap;       // past the largest integer they go on with the smallest; step 0 is no error
  bool float_loops_begin_before; // the first value is (initial - step) + step, and compared like all others
  bool generic_loops_close;      // the fourth value is to be closed
  const char* numeric_loop_state[3];
  const char* generic_loop_state[4]; // null: not counted among a function's variables

  // --- operators ---
  bool strings_have_arithmetic_metamethods; // else operators convert numerals themselves, to floats

  // --- messages ---
  bool call_metamethods_nest;       // __call may itself be no function, but have __call
  const char* bad_loop_value;       // arguments: what, type (5.3's message ends before the type)
  bool finalizer_errors_raised;     // else: warnings
  bool finalizers_name_interrupted; // debug.getinfo gives the name __gc to the function that a finalizer
                                    // interrupts
  bool finalizers_any_value;        // a __gc that is no function is called, which is an error; else ignored
  const char* integer_key;          // name of a field with an integer key
  bool constants_named;             // as operands of arithmetic: (constant 'x')
  bool iterators_named;             // called although they cannot be: (for iterator 'for iterator')
  uint8_t event_prefix;             // length of what debug information leaves out of metamethods' names: "__"
  const char* vararg_name;          // names of values that have none
  const char* temporary_name;
  const char* native_temporary_name;
  const char* no_name;       // of upvalues without debug information
  const char* traceback_gap; // stands for levels that are left out; argument: their number
  bool chunks_precompiled;   // "truncated precompiled chunk"; else: "bad binary format (truncated chunk)"

  // --- functions of the library ---
  bool warn;
  bool coroutine_close;
  bool set_c_stack_limit;
  bool bit32;
  bool print_calls_tostring;   // the global function
  bool pairs_may_yield;        // in __pairs
  bool ipairs_metamethod;      // __ipairs
  bool collector_modes;        // collectgarbage: generational, incremental
  bool collector_stepwise;     // collectgarbage keeps parameters in steps of four
  bool files_index_themselves; // the metatable of files is their __index
  bool files_closable;         // it has __close
  bool lines_closable;         // io.lines gives four values
  bool random_is_the_systems;  // math.random: the C library's random(), not seeded
  bool utf8_lax;               // more than Unicode, on demand
  bool require_tells_file;     // a second result of require
  bool many_user_values;       // of a userdata: any number; else one
  bool transfers_known;        // debug.getinfo: option r
  bool arguments_told;         // "(thread expected, got nil)", everywhere
  bool no_hook_told_by_nil;    // debug.gethook: nothing else then
  bool bad_upvalue_ids_raised; // debug.upvalueid of what is not there: an error; else nil
  bool yieldable_of_others;    // coroutine.isyieldable has an argument
  bool dates_from_year_on;     // os.time looks at the year first; else at the second
  int64_t largest_date_field;  // what os.time accepts; 0: what is an int when its offset has been taken off
  const char* date_beyond;     // what os.date cannot represent
  bool gmatch_from;            // string.gmatch has a third argument
  bool unpack_clips_position;  // string.unpack: before the beginning is the beginning; else an error
  bool unpack_wants_end;       // of strings that end in a zero
  bool indices_as_int;         // in messages of table.concat
  const char* default_file;    // "default", in messages
  bool default_path_once;   // only the first ";;" of a path stands for it, and leaves no semicolon at an end
  const char* tried_prefix; // what searchers of modules tell begins with this
  const char* tried_next;   // which require puts in front of it
  bool tells_empty_files;   // searches tell of empty parts of a path, too
  bool preload_tells;       // its searcher gives loaders a second argument
  bool format_checks_modifiers;  // string.format: what each conversion allows
  bool literals_for_all_floats;  // string.format: %q
  int step_multiplier;           // of the collector, at first
  int least_step_multiplier;     // that programs and hosts can set
  bool errno_tells_failure;      // of programs, to os.execute; else a status of -1 says so
  bool unprintable_as_codes;     // %c of lua_pushfstring gives "<\\7>"
  bool collects_in_finalizers;   // collectgarbage does not tell that it does nothing there
  uint32_t largest_utf8_code;    // utf8.char
  bool surrogates_valid;         // to the functions of utf8
  const char* utf8_pattern_end;  // the largest first byte of utf8.charpattern
  const char* utf8_range;        // "out of bounds", in messages, of indices
  const char* utf8_string_range; // of positions in utf8.len
  bool required_names_parsed;    // option -l: "g=mod", "mod-v2"
  bool prompt_calls_tostring;    // _PROMPT may be of any type; else only strings and numbers count
  bool loops_entered_backward;   // line hooks take the beginning of a numeric loop for a jump back
};

// The version that programs get who ask for none.
const Dialect& defaultDialect();
// By name ("5.3") or number (503); null if there is none.
const Dialect* findDialect(std::string_view name);
const Dialect* findDialect(int number);
// That whose binary chunks have this byte in their header; null if there is none.
const Dialect* dialectOfChunk(unsigned char version);

} // namespace perigee
