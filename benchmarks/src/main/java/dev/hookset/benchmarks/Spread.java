package dev.hookset.benchmarks;

import java.util.List;

/**
 * What repeated measurements gave.
 *
 * @param median half of them were at most this
 * @param low a quarter of them were at most this
 * @param high a quarter of them were at least this
 * @param p99 one in a hundred was at least this
 * @param count how many there were
 */
record Spread(double median, double low, double high, double p99, int count) {
  static Spread of(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return new Spread(
        at(sorted, 0.5), at(sorted, 0.25), at(sorted, 0.75), at(sorted, 0.99), sorted.size());
  }

  private static double at(List<Double> sorted, double part) {
    double place = part * (sorted.size() - 1);
    int below = (int) Math.floor(place);
    int above = (int) Math.ceil(place);
    return sorted.get(below) + (sorted.get(above) - sorted.get(below)) * (place - below);
  }
}
