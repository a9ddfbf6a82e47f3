#include "cli/line_reader.h"

#include "cli/interrupt.h"
#include "cli/line_editor.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace perigee {

LineReader::LineReader() = default;
LineReader::~LineReader() { std::free(line_); }

void LineReader::open(Completer complete, void* data) {
  terminal_ = isatty(STDIN_FILENO) != 0;
  if (terminal_ && isatty(STDOUT_FILENO)) editor_ = LineEditor::open(complete, data);
}

LineReader::Result LineReader::read(const char* prompt) {
  std::fflush(stdout);
  if (!terminal_) return readPlainly(prompt);
  beginReading();
  Result result;
  if (editor_ == nullptr) {
    result = readPlainly(prompt);
  } else {
    std::free(line_);
    line_ = editor_->read(prompt);
    length_ = line_ != nullptr ? std::strlen(line_) : 0;
    capacity_ = length_ + 1;
    result = line_ != nullptr ? Result::Line : Result::End;
  }
  if (endReading()) {
    std::fputc('\n', stdout);
    return Result::Interrupted;
  }
  if (result == Result::Line && length_ > 0 && editor_ != nullptr) editor_->remember(line_);
  return result;
}

void LineReader::endLine() const {
  if (!terminal_) return;
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

LineReader::Result LineReader::readPlainly(const char* prompt) {
  std::fputs(prompt, stdout);
  std::fflush(stdout);
  ssize_t n = getline(&line_, &capacity_, stdin);
  if (n <= 0) {
    if (readingInterrupted()) std::clearerr(stdin);
    return Result::End;
  }
  length_ = static_cast<size_t>(n);
  if (line_[length_ - 1] == '\n') line_[--length_] = '\0';
  if (!terminal_) {
    std::fwrite(line_, 1, length_, stdout);
    std::fputc('\n', stdout);
    std::fflush(stdout);
  }
  return Result::Line;
}

}  // namespace perigee
