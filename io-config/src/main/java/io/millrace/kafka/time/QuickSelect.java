package io.millrace.kafka.time;

/** Selection by rank. */
final class QuickSelect {
  private QuickSelect() {}

  /**
   * The value at an index of the sorted values, by Hoare's selection with a median-of-three pivot.
   * Linear time for usual input. Reorders the array.
   *
   * @param count number of values
   * @param index at least 0, less than the count
   */
  static long nth(long[] values, int count, int index) {
    int low = 0;
    int high = count - 1;
    while (low < high) {
      long pivot = median(values[low], values[(low + high) >>> 1], values[high]);
      int left = low;
      int right = high;
      while (left <= right) {
        while (values[left] < pivot) {
          left++;
        }
        while (values[right] > pivot) {
          right--;
        }
        if (left <= right) {
          long swapped = values[left];
          values[left++] = values[right];
          values[right--] = swapped;
        }
      }
      if (index <= right) {
        high = right;
      } else if (index >= left) {
        low = left;
      } else {
        return pivot;
      }
    }
    return values[index];
  }

  private static long median(long a, long b, long c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }
}
