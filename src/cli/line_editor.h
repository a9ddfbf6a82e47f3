// libedit, loaded when it is first needed: a command that shows no prompt does not pay for it, and works
// without it.
#pragma once

#include "cli/history_file.h"
#include "cli/line_reader.h"

#include <optional>

typedef struct editline EditLine;
typedef struct history History;

namespace perigee {

class LineEditor {
public:
  // Null if the library cannot be loaded.
  static std::unique_ptr<LineEditor> open(LineReader::Completer complete, void* data);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  // A line without its end, valid until the next call; nothing at the end of the input or after an interrupt.
  std::optional<std::string_view> read(const char* prompt);
  // Adds a line to the history and its file.
  void remember(const std::string& line);

private:
  struct Library;
  LineEditor(std::unique_ptr<Library> library, LineReader::Completer complete, void* data);
  void bindKeys();
  void enterHistory(const char* line);
  unsigned char completeAtCursor();
  void show(const std::vector<std::string>& candidates, size_t skipped) const;

  std::unique_ptr<Library> library_;
  EditLine* editor_ = nullptr;
  History* history_ = nullptr;
  HistoryFile file_;
  std::string last_; // the line remembered last
  const char* prompt_ = "";
  LineReader::Completer complete_;
  void* data_;
};

} // namespace perigee
