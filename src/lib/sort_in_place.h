// Sorting an array in place under the host's control. Elements are exchanged only, so whatever leaves in the
// middle (an interrupt, at every few thousand comparisons) leaves all of them there.
#pragma once

#include "vm/work.h"

#include <algorithm>
#include <bit>

namespace perigee {

// Quicksort; heap sort where that does badly. `Leaf` has `size`, and sort(first, last) for so few elements.
template <class T, class Less, class Leaf> class InPlaceSorter {
public:
  InPlaceSorter(Thread* L, Less less, Leaf leaf) : L_(L), less_(less), leaf_(leaf) {}

  void sort(T* first, T* last) {
    sort(first, last, 2 * static_cast<int>(std::bit_width(static_cast<size_t>(last - first))));
  }

private:
  void sort(T* first, T* last, int levels) {
    while (static_cast<size_t>(last - first) > leaf_.size) {
      if (levels-- == 0) return heapSort(first, static_cast<size_t>(last - first));
      T* border = partition(first, last);
      // The shorter part first: the nesting stays logarithmic.
      if (border - first < last - border) {
        sort(first, border, levels);
        first = border;
      } else {
        sort(border, last, levels);
        last = border;
      }
    }
    noticeInterrupt(L_);
    leaf_.sort(first, last);
  }

  void orderThree(T* a, T* b, T* c) {
    if (less_(*b, *a)) std::swap(*a, *b);
    if (less_(*c, *b)) {
      std::swap(*b, *c);
      if (less_(*b, *a)) std::swap(*a, *b);
    }
  }

  // Hoare's: neither part is empty, and nothing in the first is greater than anything in the second.
  T* partition(T* first, T* last) {
    T* middle = first + (last - first) / 2;
    T* eighth = first + (last - first) / 8;
    T* seven_eighths = last - 1 - (last - first) / 8;
    orderThree(eighth, middle, seven_eighths);
    std::swap(*first, *middle);
    T pivot = *first;
    T* i = first - 1;
    T* j = last;
    for (;;) {
      do {
        ++i;
        count();
      } while (less_(*i, pivot));
      do {
        --j;
        count();
      } while (less_(pivot, *j));
      if (i >= j) return j + 1;
      std::swap(*i, *j);
    }
  }

  void heapSort(T* a, size_t n) {
    for (size_t i = n / 2; i-- > 0;) sift(a, i, n);
    while (n > 1) {
      std::swap(a[0], a[--n]);
      sift(a, 0, n);
    }
  }
  void sift(T* a, size_t i, size_t n) {
    for (size_t child; (child = 2 * i + 1) < n; i = child) {
      count();
      if (child + 1 < n && less_(a[child], a[child + 1])) ++child;
      if (!less_(a[i], a[child])) return;
      std::swap(a[i], a[child]);
    }
  }

  void count() {
    if (--until_look_ != 0) return;
    until_look_ = kElementsPerLook;
    noticeInterrupt(L_);
  }

  Thread* L_;
  Less less_;
  Leaf leaf_;
  size_t until_look_ = kElementsPerLook;
};

} // namespace perigee
