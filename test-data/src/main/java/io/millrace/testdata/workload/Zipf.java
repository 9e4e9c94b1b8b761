package io.millrace.testdata.workload;

import java.util.random.RandomGenerator;

/** Draws 0, 1, 2, … with a Zipf distribution, in constant time. */
final class Zipf {
  private static final int SLOTS = 8192;

  private final int[] slots = new int[SLOTS];
  private final double[] shares;

  Zipf(int size, double exponent) {
    double[] weights = new double[size];
    double sum = 0;
    for (int i = 0; i < size; i++) {
      weights[i] = 1 / StrictMath.pow(i + 1, exponent);
      sum += weights[i];
    }
    shares = new double[size];
    int item = 0;
    double reached = weights[0] / sum;
    for (int slot = 0; slot < SLOTS; slot++) {
      while (item < size - 1 && (slot + 0.5) / SLOTS > reached) {
        item++;
        reached += weights[item] / sum;
      }
      slots[slot] = item;
      shares[item] += 1.0 / SLOTS;
    }
  }

  int draw(RandomGenerator random) {
    return slots[random.nextInt(SLOTS)];
  }

  /** The exact probability of an item. */
  double share(int item) {
    return shares[item];
  }
}
