// libedit, loaded when it is first needed: a command that shows no prompt does not pay for it, and works without it.
#pragma once

#include "cli/history_file.h"
#include "cli/line_reader.h"

namespace perigee {

class LineEditor {
 public:
  // Null if the library cannot be loaded.
  static std::unique_ptr<LineEditor> open(LineReader::Completer complete, void* data);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  // A line from malloc without its end; null at the end of the input or after an interrupt.
  char* read(const char* prompt);
  // Adds a line to the history and its file.
  void remember(const char* line);

 private:
  struct Library;
  LineEditor(std::unique_ptr<Library> library, LineReader::Completer complete, void* data);
  static char** attemptCompletion(const char* text, int start, int end);
  char** completions(const char* text);

  std::unique_ptr<Library> library_;
  LineReader::Completer complete_;
  void* data_;
  HistoryFile history_;
  std::string last_;           // the line remembered last
};

}  // namespace perigee
