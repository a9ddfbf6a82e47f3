// The lines typed at earlier prompts, in ~/.perigee_history: plain text, the newest last.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace perigee {

class HistoryFile {
public:
  static constexpr size_t kLines = 1000; // remembered by a prompt

  // In the user's home directory; without one, nothing is kept.
  HistoryFile();
  // The last kLines lines. Shortens a file that has grown to twice as many.
  std::vector<std::string> load() const;
  // At once and at the end of the file: the process may end at any time, and other prompts may be open.
  void append(std::string_view line) const;

private:
  std::string path_;
};

} // namespace perigee
