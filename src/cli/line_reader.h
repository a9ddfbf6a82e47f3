// Reads the prompt's lines: with editing, history and completion on a terminal (libedit), else plainly from
// standard input.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace perigee {

class LineEditor;

class LineReader {
public:
  enum class Result { Line, End, Interrupted };

  // Fills `candidates` with what the word could be completed to, each with the word's start included. Must
  // not raise.
  using Completer = void (*)(void* data, std::string_view word, std::vector<std::string>* candidates);

  LineReader();
  ~LineReader();
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;

  // Loads the editor and the history if standard input and output are a terminal.
  void open(Completer complete, void* data);
  // Shows the prompt and reads a line, which `line` then holds without its end. Lines that do not come from a
  // terminal are repeated on standard output, as stock Lua does.
  Result read(const char* prompt);
  // After the end of the input: moves a terminal's cursor from the prompt to a line of its own.
  void endLine() const;
  std::string_view line() const { return line_; }

private:
  Result readPlainly(const char* prompt);

  std::unique_ptr<LineEditor> editor_; // null: none
  bool terminal_ = false;              // standard input is one
  std::string_view line_;
  char* buffer_ = nullptr; // of plain reading, from malloc
  size_t capacity_ = 0;
};

} // namespace perigee
