#include "cli/line_editor.h"

#include <algorithm>
#include <cctype>
#include <clocale>
#include <cstring>
#include <dlfcn.h>
#include <histedit.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace perigee {

// What is used of the library, and the locale it reads characters in.
struct LineEditor::Library {
  void* handle = nullptr;
  locale_t locale = nullptr;
  decltype(&::el_init) begin;
  decltype(&::el_end) end;
  decltype(&::el_gets) gets;
  decltype(&::el_set) set;
  decltype(&::el_wset) set_wide;
  decltype(&::el_line) line;
  decltype(&::el_insertstr) insert;
  decltype(&::el_resize) resize;
  decltype(&::el_source) source;
  decltype(&::history_init) history_begin;
  decltype(&::history_end) history_end;
  decltype(&::history) history;

  ~Library() {
    if (locale != nullptr) freelocale(locale);
    // Never closed: the terminal library behind it keeps memory that only its own variables refer to.
  }

  bool load() {
    for (const char* file : {"libedit.so.2", "libedit.so.0", "libedit.so"})
      if (handle == nullptr) handle = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) return false;
    bool found = find(&begin, "el_init") && find(&end, "el_end") && find(&gets, "el_gets") &&
                 find(&set, "el_set") && find(&set_wide, "el_wset") && find(&line, "el_line") &&
                 find(&insert, "el_insertstr") && find(&resize, "el_resize") && find(&source, "el_source") &&
                 find(&history_begin, "history_init") && find(&history_end, "history_end") &&
                 find(&history, "history");
    if (found) locale = newlocale(LC_CTYPE_MASK, "", nullptr);
    return found;
  }

private:
  template <class T> bool find(T* symbol, const char* name) {
    *symbol = reinterpret_cast<T>(dlsym(handle, name));
    return *symbol != nullptr;
  }
};

namespace {

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

LineEditor* the_editor = nullptr; // that reads a line

// Keys that terminals send and libedit does not know by itself.
constexpr const char* kKeys[][2] = {
    {"^I", "perigee-complete"},        {"^R", "em-inc-search-prev"}, {"\\e[1~", "ed-move-to-beg"},
    {"\\e[4~", "ed-move-to-end"},      {"\\e[H", "ed-move-to-beg"},  {"\\e[F", "ed-move-to-end"},
    {"\\e[3~", "ed-delete-next-char"}, {"\\e[1;5C", "em-next-word"}, {"\\e[1;5D", "ed-prev-word"},
};

// The word that ends at the cursor: names joined by dots and colons. Two dots are the operator, not a part of
// it.
std::string_view wordBefore(std::string_view text) {
  size_t start = text.size();
  for (; start > 0; --start) {
    char c = text[start - 1];
    bool joins = c == '.' || c == ':';
    if (joins && start > 1 && text[start - 2] == c) break;
    if (!joins && c != '_' && !std::isalnum(static_cast<unsigned char>(c))) break;
  }
  return text.substr(start);
}

std::string commonStart(const std::vector<std::string>& texts) {
  std::string common = texts[0];
  for (const std::string& text : texts) {
    size_t same = 0;
    while (same < common.size() && same < text.size() && common[same] == text[same]) ++same;
    common.resize(same);
  }
  return common;
}

} // namespace

std::unique_ptr<LineEditor> LineEditor::open(LineReader::Completer complete, void* data) {
  auto library = std::make_unique<Library>();
  if (!library->load()) return nullptr;
  std::unique_ptr<LineEditor> editor(new LineEditor(std::move(library), complete, data));
  return editor->editor_ != nullptr && editor->history_ != nullptr ? std::move(editor) : nullptr;
}

LineEditor::LineEditor(std::unique_ptr<Library> library, LineReader::Completer complete, void* data)
    : library_(std::move(library)), complete_(complete), data_(data) {
  EditorLocale locale(library_->locale);
  editor_ = library_->begin("perigee", stdin, stdout, stderr);
  history_ = library_->history_begin();
  if (editor_ == nullptr || history_ == nullptr) return;
  HistEvent event;
  library_->history(history_, &event, H_SETSIZE, static_cast<int>(HistoryFile::kLines));
  for (const std::string& line : file_.load()) enterHistory(line.c_str());
  library_->set(editor_, EL_HIST, library_->history, history_);
  bindKeys();
}

LineEditor::~LineEditor() {
  if (history_ != nullptr) library_->history_end(history_);
  if (editor_ != nullptr) library_->end(editor_);
}

void LineEditor::bindKeys() {
  // Not capturing: the library calls back with nothing but the editor.
  auto prompt = [](EditLine*) { return const_cast<char*>(the_editor->prompt_); };
  auto completion = [](EditLine*, int) { return the_editor->completeAtCursor(); };
  library_->set(editor_, EL_PROMPT, static_cast<char* (*)(EditLine*)>(prompt));
  // The wide variant takes the strings as they are; the other one would make copies that nobody frees.
  library_->set_wide(editor_, EL_ADDFN, L"perigee-complete", L"Complete a name",
                     static_cast<unsigned char (*)(EditLine*, int)>(completion));
  library_->set(editor_, EL_EDITOR, "emacs");
  for (auto& [key, command] : kKeys) library_->set(editor_, EL_BIND, key, command, nullptr);
  library_->source(editor_, nullptr); // ~/.editrc may change all this
}

std::optional<std::string_view> LineEditor::read(const char* prompt) {
  EditorLocale locale(library_->locale);
  prompt_ = prompt;
  the_editor = this;
  library_->resize(editor_);
  int length = 0;
  const char* line = library_->gets(editor_, &length);
  prompt_ = "";
  if (line == nullptr || length <= 0) return std::nullopt;
  if (line[length - 1] == '\n') --length;
  return std::string_view(line, static_cast<size_t>(length));
}

void LineEditor::enterHistory(const char* line) {
  HistEvent event;
  library_->history(history_, &event, H_ENTER, line);
}

void LineEditor::remember(const std::string& line) {
  if (line == last_) return;
  last_ = line;
  enterHistory(line.c_str());
  file_.append(line);
}

// Extends the word at the cursor by what all candidates have in common; if that is nothing, shows them.
unsigned char LineEditor::completeAtCursor() {
  const LineInfo* line = library_->line(editor_);
  std::string_view word = wordBefore({line->buffer, static_cast<size_t>(line->cursor - line->buffer)});
  if (word.empty()) return library_->insert(editor_, "\t") == 0 ? CC_REFRESH : CC_ERROR; // indentation
  std::vector<std::string> candidates;
  complete_(data_, word, &candidates);
  if (candidates.empty()) return CC_ERROR;
  std::string common = commonStart(candidates);
  if (common.size() > word.size())
    return library_->insert(editor_, common.c_str() + word.size()) == 0 ? CC_REFRESH : CC_ERROR;
  if (candidates.size() == 1) return CC_NORM;
  size_t skipped = word.find_last_of(".:");
  show(candidates, skipped == std::string_view::npos ? 0 : skipped + 1);
  return CC_REDISPLAY;
}

// In columns below the line, without the first `skipped` characters of each.
void LineEditor::show(const std::vector<std::string>& candidates, size_t skipped) const {
  winsize window = {};
  size_t width = ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0 ? window.ws_col : 80;
  size_t column = 1;
  for (const std::string& candidate : candidates) column = std::max(column, candidate.size() - skipped + 2);
  size_t per_row = std::max<size_t>(1, width / column);
  size_t rows = (candidates.size() + per_row - 1) / per_row;
  for (size_t row = 0; row < rows; ++row) {
    std::fputc('\n', stdout);
    for (size_t i = row; i < candidates.size(); i += rows) {
      bool last = i + rows >= candidates.size();
      std::fprintf(stdout, "%-*s", last ? 0 : static_cast<int>(column), candidates[i].c_str() + skipped);
    }
  }
  std::fputc('\n', stdout);
}

} // namespace perigee
