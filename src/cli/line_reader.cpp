#include "cli/line_reader.h"

#include "cli/interrupt.h"
#include "cli/line_editor.h"

#include <cerrno>
#include <cstdlib>
#include <unistd.h>

namespace perigee {

LineReader::LineReader() = default;
LineReader::~LineReader() { std::free(buffer_); }

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
    std::optional<std::string_view> line = editor_->read(prompt);
    result = line.has_value() ? Result::Line : Result::End;
    line_ = line.value_or("");
  }
  if (endReading()) {
    std::fputc('\n', stdout);
    return Result::Interrupted;
  }
  if (result == Result::Line && !line_.empty() && editor_ != nullptr) editor_->remember(std::string(line_));
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
  ssize_t n = getline(&buffer_, &capacity_, stdin);
  if (n <= 0) {
    if (readingInterrupted()) std::clearerr(stdin);
    return Result::End;
  }
  if (buffer_[n - 1] == '\n') --n;
  line_ = {buffer_, static_cast<size_t>(n)};
  if (!terminal_) {
    std::fwrite(line_.data(), 1, line_.size(), stdout);
    std::fputc('\n', stdout);
    std::fflush(stdout);
  }
  return Result::Line;
}

} // namespace perigee
