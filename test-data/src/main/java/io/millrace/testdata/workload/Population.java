package io.millrace.testdata.workload;

import java.util.random.RandomGenerator;

/**
 * The users and databases of the simulated query engine. Databases differ in volume, speed and
 * error rate. A few users run most of the queries.
 */
final class Population {
  private static final int USERS = 500;

  private final Database[] databases = {
    new Database("sales", 0.5, 180, 1.1),
    new Database("analytics", 1.2, 2600, 1.4),
    new Database("ops", 2.4, 45, 0.8),
    new Database("ml", 1.8, 9000, 1.5),
    new Database("finance", 0.2, 420, 1.0),
    new Database("lager_süd", 0.9, 130, 0.9),
    new Database("marketing", 0.7, 800, 1.2),
    new Database("sandbox", 5.0, 300, 2.0),
  };
  private final Zipf databaseVolume = new Zipf(databases.length, 1.0);
  private final JsonText[] users = new JsonText[USERS];
  private final Zipf userVolume = new Zipf(USERS, 1.05);

  /**
   * A database.
   *
   * @param errorFactor the error rate, relative to other databases
   * @param medianMs the median duration of its queries
   * @param spread the standard deviation of the logarithm of their duration
   */
  public record Database(JsonText name, double errorFactor, double medianMs, double spread) {
    Database(String name, double errorFactor, double medianMs, double spread) {
      this(JsonText.raw(name), errorFactor, medianMs, spread);
    }
  }

  Population() {
    String[] named = {"jörg.weiß", "zoë", "山田太郎", "анна", "søren", "o'neil", "nina \"🦊\" fox"};
    for (int i = 0; i < USERS; i++) {
      String name = i % 23 == 5 ? named[i / 23 % named.length] + (i / 23) : "u" + i;
      users[i] = i % 2 == 0 ? JsonText.raw(name) : JsonText.escaped(name);
    }
  }

  int drawDatabase(RandomGenerator random) {
    return databaseVolume.draw(random);
  }

  Database database(int index) {
    return databases[index];
  }

  JsonText drawUser(RandomGenerator random) {
    return users[userVolume.draw(random)];
  }

  /**
   * Returns the failure probability of each database, for a given average over all queries. A
   * probability cannot exceed 1, so at high averages the other databases fail more often.
   */
  double[] failureRates(double average) {
    double low = 0;
    double high = 1;
    while (averageAt(high) < average && high < 1e6) {
      high *= 2;
    }
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      if (averageAt(middle) < average) {
        low = middle;
      } else {
        high = middle;
      }
    }
    double[] rates = new double[databases.length];
    for (int i = 0; i < rates.length; i++) {
      rates[i] = Math.min(1, high * databases[i].errorFactor());
    }
    return rates;
  }

  private double averageAt(double scale) {
    double sum = 0;
    for (int i = 0; i < databases.length; i++) {
      sum += databaseVolume.share(i) * Math.min(1, scale * databases[i].errorFactor());
    }
    return sum;
  }
}
