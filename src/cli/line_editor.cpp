#include "cli/line_editor.h"

#include <clocale>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <editline/readline.h>

namespace perigee {
namespace {

// What ends a word to be completed: not the dot and the colon of `a.b:c`.
char word_breaks[] = " \t\n\"'`\\@$><=;|&{}()[]+-*/%^#~,!?";

LineEditor* the_editor = nullptr;   // libedit is one per process

// While this lives, characters are those of the terminal. The program's own locale stays as it is.
class EditorLocale {
 public:
  explicit EditorLocale(locale_t locale) : previous_(locale != nullptr ? uselocale(locale) : nullptr) {}
  ~EditorLocale() {
    if (previous_ != nullptr) uselocale(previous_);
  }
  EditorLocale(const EditorLocale&) = delete;
  EditorLocale& operator=(const EditorLocale&) = delete;

 private:
  locale_t previous_;
};

}  // namespace

// What is used of the library, and the locale it reads characters in.
struct LineEditor::Library {
  void* handle = nullptr;
  locale_t locale = nullptr;
  decltype(&::readline) read_line;
  decltype(&::add_history) add_to_history;
  decltype(&::using_history) begin_history;
  decltype(&::stifle_history) limit_history;
  decltype(&::rl_insert_text) insert_text;
  decltype(&::rl_resize_terminal) resize;
  const char** name;
  char** breaks;
  rl_completion_func_t** attempt;
  int* attempt_is_final;
  int* append_character;

  ~Library() {
    if (locale != nullptr) freelocale(locale);
    // The library stays: it may have left handlers behind.
  }

  bool load() {
    for (const char* file : {"libedit.so.2", "libedit.so.0", "libedit.so"})
      if (handle == nullptr) handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) return false;
    bool found = find(&read_line, "readline") && find(&add_to_history, "add_history") &&
                 find(&begin_history, "using_history") && find(&limit_history, "stifle_history") &&
                 find(&insert_text, "rl_insert_text") && find(&resize, "rl_resize_terminal") &&
                 find(&name, "rl_readline_name") &&
                 find(&breaks, "rl_completer_word_break_characters") &&
                 find(&attempt, "rl_attempted_completion_function") &&
                 find(&attempt_is_final, "rl_attempted_completion_over") &&
                 find(&append_character, "rl_completion_append_character");
    if (found) locale = newlocale(LC_CTYPE_MASK, "", nullptr);
    return found;
  }

 private:
  template <class T>
  bool find(T* symbol, const char* symbol_name) {
    *symbol = reinterpret_cast<T>(dlsym(handle, symbol_name));
    return *symbol != nullptr;
  }
};

std::unique_ptr<LineEditor> LineEditor::open(LineReader::Completer complete, void* data) {
  auto library = std::make_unique<Library>();
  if (!library->load()) return nullptr;
  return std::unique_ptr<LineEditor>(new LineEditor(std::move(library), complete, data));
}

LineEditor::LineEditor(std::unique_ptr<Library> library, LineReader::Completer complete, void* data)
    : library_(std::move(library)), complete_(complete), data_(data) {
  the_editor = this;
  EditorLocale locale(library_->locale);
  *library_->name = "perigee";
  *library_->breaks = word_breaks;
  *library_->attempt = attemptCompletion;
  library_->begin_history();
  library_->limit_history(HistoryFile::kLines);
  for (const std::string& line : history_.load()) library_->add_to_history(line.c_str());
}

LineEditor::~LineEditor() {
  *library_->attempt = nullptr;
  the_editor = nullptr;
}

char* LineEditor::read(const char* prompt) {
  EditorLocale locale(library_->locale);
  library_->resize();
  return library_->read_line(prompt);
}

void LineEditor::remember(const char* line) {
  if (last_ == line) return;
  last_ = line;
  library_->add_to_history(line);
  history_.append(line);
}

char** LineEditor::attemptCompletion(const char* text, int, int) {
  if (the_editor == nullptr) return nullptr;
  *the_editor->library_->attempt_is_final = 1;  // no file names
  *the_editor->library_->append_character = '\0';
  if (text[0] == '\0') {
    the_editor->library_->insert_text("\t");  // no word: indentation
    return nullptr;
  }
  return the_editor->completions(text);
}

// As libedit wants it: what all candidates begin with, then the candidates, then null; all from malloc.
char** LineEditor::completions(const char* text) {
  std::vector<std::string> candidates;
  complete_(data_, text, &candidates);
  if (candidates.empty()) return nullptr;
  std::string common = candidates[0];
  for (const std::string& candidate : candidates) {
    size_t same = 0;
    while (same < common.size() && same < candidate.size() && common[same] == candidate[same]) ++same;
    common.resize(same);
  }
  auto** list = static_cast<char**>(std::calloc(candidates.size() + 2, sizeof(char*)));
  if (list == nullptr) return nullptr;
  size_t n = 0;
  list[n++] = strdup(common.c_str());
  for (const std::string& candidate : candidates) list[n++] = strdup(candidate.c_str());
  return list;
}

}  // namespace perigee
