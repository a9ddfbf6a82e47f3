// The storage of a Buffer that has outgrown its inline part is a string object whose length is set at the
// end, so that a long result need not be copied.

#include "lib/native.h"

#include <cstring>

namespace perigee {

Buffer::Buffer(Thread* L) : L_(L), slot_(saveSlot(L, L->top)), data_(inline_), capacity_(sizeof inline_) {
  *L->top++ = Value::nil();
}

Buffer::Buffer(Thread* L, ptrdiff_t slot, size_t size) : L_(L), slot_(slot), size_(size) {
  String* storage = restoreSlot(L, slot)->string();
  data_ = storage->data();
  capacity_ = storage->length;
}

void Buffer::grow(size_t n) {
  constexpr size_t kLimit = static_cast<size_t>(INT64_MAX) - sizeof(String) - 1;
  if (n > kLimit - size_) Native(L_).error("buffer too large");
  size_t wanted = size_ + n;
  size_t capacity = capacity_ < kLimit / 2 ? capacity_ * 2 : kLimit;
  if (capacity < wanted) capacity = wanted;
  String* storage = newLongString(L_, capacity);
  storage->flags |= String::kInternal;
  copyInPieces(L_, storage->data(), data_, size_);
  *restoreSlot(L_, slot_) = Value::of(storage);
  data_ = storage->data();
  capacity_ = capacity;
}

void Buffer::appendSlowly(const char* data, size_t n) {
  reserve(n);
  copyInPieces(L_, data_ + size_, data, n);
  size_ += n;
}

void Buffer::push() {
  work(L_, Work::Bytes, size_);
  Value* slot = restoreSlot(L_, slot_);
  if (slot->isString() && size_ > kMaxShortString && size_ >= capacity_ / 4 * 3) {
    slot->string()->flags &= static_cast<uint8_t>(~String::kInternal);
    slot->string()->length = size_;
    data_[size_] = '\0';
  } else {
    *slot = Value::of(newStringInPieces(L_, data_, size_));
  }
}

} // namespace perigee
