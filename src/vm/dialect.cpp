#include "vm/dialect.h"

#include <climits>

namespace perigee {

namespace {

constexpr uint32_t kLargestUnicode = 0x10FFFF;

constexpr Dialect kDialects[] = {
    {
        .name = "5.3",
        .number = 503,
        .version = "Lua 5.3",
        .suffix = "_5_3",
        .chunk_version = 0x53,

        .attribs = false,
        .labels_differ_in_function = false,
        .calls_are_where_arguments_begin = false,
        .letters_end_numerals = false,
        .largest_utf8_escape = kLargestUnicode,
        .syntax_levels = "C levels",
        .break_outside_loop = "<break> at line ",
        .break_outside_loop_end = " not inside a loop",

        .integer_loops_wrap = true,
        .float_loops_begin_before = true,
        .generic_loops_close = false,
        .numeric_loop_state = {"(for index)", "(for limit)", "(for step)"},
        .generic_loop_state = {"(for generator)", "(for state)", "(for control)", nullptr},

        .strings_have_arithmetic_metamethods = false,

        .call_metamethods_nest = false,
        .bad_loop_value = "'for' %s must be a number",
        .finalizer_errors_raised = true,
        .finalizers_name_interrupted = true,
        .finalizers_any_value = false,
        .integer_key = "?",
        .constants_named = false,
        .iterators_named = false,
        .event_prefix = 0,
        .vararg_name = "(*vararg)",
        .temporary_name = "(*temporary)",
        .native_temporary_name = "(*temporary)",
        .no_name = "(*no name)",
        .traceback_gap = "\n\t...",
        .chunks_precompiled = true,

        .warn = false,
        .coroutine_close = false,
        .set_c_stack_limit = false,
        .bit32 = true,
        .print_calls_tostring = true,
        .pairs_may_yield = false,
        .ipairs_metamethod = true,
        .collector_modes = false,
        .collector_stepwise = false,
        .files_index_themselves = true,
        .files_closable = false,
        .lines_closable = false,
        .random_is_the_systems = true,
        .utf8_lax = false,
        .require_tells_file = false,
        .many_user_values = false,
        .transfers_known = false,
        .arguments_told = false,
        .no_hook_told_by_nil = false,
        .bad_upvalue_ids_raised = true,
        .yieldable_of_others = false,
        .dates_from_year_on = false,
        .largest_date_field = INT_MAX / 2,
        .date_beyond = "time",
        .gmatch_from = false,
        .unpack_clips_position = false,
        .unpack_wants_end = false,
        .indices_as_int = true,
        .default_file = "standard",
        .default_path_once = false,
        .tried_prefix = "\n\t",
        .tried_next = "",
        .tells_empty_files = false,
        .preload_tells = false,
        .format_checks_modifiers = false,
        .literals_for_all_floats = false,
        .step_multiplier = 200,
        .least_step_multiplier = 40,
        .errno_tells_failure = false,
        .unprintable_as_codes = true,
        .collects_in_finalizers = true,
        .largest_utf8_code = kLargestUnicode,
        .surrogates_valid = true,
        .utf8_pattern_end = "\xF4",
        .utf8_range = "out of range",
        .utf8_string_range = "out of string",
        .required_names_parsed = false,
        .prompt_calls_tostring = false,
        .loops_entered_backward = true,
    },
    {
        .name = "5.4",
        .number = 504,
        .version = "Lua 5.4",
        .suffix = "_5_4",
        .chunk_version = 0x54,

        .attribs = true,
        .labels_differ_in_function = true,
        .calls_are_where_arguments_begin = true, // as from 5.4.7 on
        .letters_end_numerals = true,
        .largest_utf8_escape = 0x7FFFFFFF,
        .syntax_levels = nullptr,
        .break_outside_loop = "break outside loop at line ",
        .break_outside_loop_end = "",

        .integer_loops_wrap = false,
        .float_loops_begin_before = false,
        .generic_loops_close = true,
        .numeric_loop_state = {"(for state)", "(for state)", "(for state)"},
        .generic_loop_state = {"(for state)", "(for state)", "(for state)", "(for state)"},

        .strings_have_arithmetic_metamethods = true,

        .call_metamethods_nest = true,
        .bad_loop_value = "bad 'for' %s (number expected, got %s)",
        .finalizer_errors_raised = false,
        .finalizers_name_interrupted = false,
        .finalizers_any_value = true,
        .integer_key = "integer index",
        .constants_named = true,
        .iterators_named = true,
        .event_prefix = 2,
        .vararg_name = "(vararg)",
        .temporary_name = "(temporary)",
        .native_temporary_name = "(C temporary)",
        .no_name = "(no name)",
        .traceback_gap = "\n\t...\t(skipping %d levels)",
        .chunks_precompiled = false,

        .warn = true,
        .coroutine_close = true,
        .set_c_stack_limit = true,
        .bit32 = false,
        .print_calls_tostring = false,
        .pairs_may_yield = true,
        .ipairs_metamethod = false,
        .collector_modes = true,
        .collector_stepwise = true,
        .files_index_themselves = false,
        .files_closable = true,
        .lines_closable = true,
        .random_is_the_systems = false,
        .utf8_lax = true,
        .require_tells_file = true,
        .many_user_values = true,
        .transfers_known = true,
        .arguments_told = true,
        .no_hook_told_by_nil = true,
        .bad_upvalue_ids_raised = false,
        .yieldable_of_others = true,
        .dates_from_year_on = true,
        .largest_date_field = 0,
        .date_beyond = "date",
        .gmatch_from = true,
        .unpack_clips_position = true,
        .unpack_wants_end = true,
        .indices_as_int = false,
        .default_file = "default",
        .default_path_once = true,
        .tried_prefix = "",
        .tried_next = "\n\t",
        .tells_empty_files = true,
        .preload_tells = true,
        .format_checks_modifiers = true,
        .literals_for_all_floats = true,
        .step_multiplier = 100,
        .least_step_multiplier = INT_MIN,
        .errno_tells_failure = true,
        .unprintable_as_codes = false,
        .collects_in_finalizers = false,
        .largest_utf8_code = 0x7FFFFFFF,
        .surrogates_valid = false,
        .utf8_pattern_end = "\xFD",
        .utf8_range = "out of bounds",
        .utf8_string_range = "out of bounds",
        .required_names_parsed = true,
        .prompt_calls_tostring = true,
        .loops_entered_backward = false,
    },
};

template <class F> const Dialect* findIf(F&& f) {
  for (const Dialect& d : kDialects)
    if (f(d)) return &d;
  return nullptr;
}

} // namespace

const Dialect& defaultDialect() { return *findDialect(504); }

const Dialect* findDialect(std::string_view name) {
  return findIf([name](const Dialect& d) { return name == d.name; });
}
const Dialect* findDialect(int number) {
  return findIf([number](const Dialect& d) { return number == d.number; });
}
const Dialect* dialectOfChunk(unsigned char version) {
  return findIf([version](const Dialect& d) { return version == d.chunk_version; });
}

} // namespace perigee
