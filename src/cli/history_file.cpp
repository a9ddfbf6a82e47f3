#include "cli/history_file.h"

#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

namespace perigee {
namespace {

constexpr const char* kName = "/.perigee_history";

// For nobody else to read: what people type may be secret.
FILE* openPrivate(const std::string& path, int flags) {
  int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);
  return descriptor >= 0 ? fdopen(descriptor, "a") : nullptr;
}

void rewrite(const std::string& path, const std::vector<std::string>& lines) {
  std::string fresh = path + ".new";
  FILE* file = openPrivate(fresh, O_TRUNC);
  if (file == nullptr) return;
  for (const std::string& line : lines) std::fprintf(file, "%s\n", line.c_str());
  if (std::fclose(file) == 0) std::rename(fresh.c_str(), path.c_str());
}

} // namespace

HistoryFile::HistoryFile() {
  const char* home = std::getenv("HOME");
  if (home != nullptr && home[0] != '\0') path_ = std::string(home) + kName;
}

std::vector<std::string> HistoryFile::load() const {
  std::vector<std::string> lines;
  FILE* file = path_.empty() ? nullptr : std::fopen(path_.c_str(), "re");
  if (file == nullptr) return lines;
  char* text = nullptr;
  size_t capacity = 0;
  for (ssize_t n; (n = getline(&text, &capacity, file)) > 0;) {
    if (text[n - 1] == '\n') --n;
    lines.emplace_back(text, static_cast<size_t>(n));
  }
  std::free(text);
  std::fclose(file);
  size_t read = lines.size();
  if (read > kLines) lines.erase(lines.begin(), lines.end() - kLines);
  if (read > 2 * kLines) rewrite(path_, lines);
  return lines;
}

void HistoryFile::append(std::string_view line) const {
  FILE* file = path_.empty() ? nullptr : openPrivate(path_, O_APPEND);
  if (file == nullptr) return;
  std::fprintf(file, "%.*s\n", static_cast<int>(line.size()), line.data());
  std::fclose(file);
}

} // namespace perigee
