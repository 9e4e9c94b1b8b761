package io.millrace.testdata.workload;

import java.util.random.RandomGenerator;

/** A pool of SQL texts of very different lengths. */
final class SqlTexts {
  private static final int POOL = 128;
  private static final int LONG_FROM = 1100;
  private static final String[] TABLES = {
    "orders", "customers", "sessions", "clicks", "invoices", "shipments", "devices", "payments"
  };
  private static final String[] COLUMNS = {
    "region", "amount", "day", "status", "currency", "user_id", "device", "channel", "price", "size"
  };
  private static final String[] VALUES = {
    "'München'",
    "'東京'",
    "'2026-02-01'",
    "42",
    "'it''s'",
    "'C:\\\\tmp'",
    "'🚀'",
    "0.19",
    "'São Paulo'"
  };

  private final JsonText[] shorts = new JsonText[POOL];
  private final JsonText[] longs = new JsonText[POOL];

  SqlTexts(RandomGenerator random) {
    for (int i = 0; i < POOL; i++) {
      shorts[i] = render(random, 40 + random.nextInt(700), i);
      // With escapes, 2600 characters stay below 5 KB.
      longs[i] = render(random, LONG_FROM + random.nextInt(1500), i);
    }
  }

  /** A text of about 800 characters at most. */
  JsonText drawShort(RandomGenerator random) {
    return shorts[random.nextInt(POOL)];
  }

  /** A text that makes any event larger than 1 KB. */
  JsonText drawLong(RandomGenerator random) {
    return longs[random.nextInt(POOL)];
  }

  private static JsonText render(RandomGenerator random, int length, int number) {
    StringBuilder sql = new StringBuilder(length + 200);
    if (number % 8 == 3) {
      sql.append("-- tägliche Auswertung 📊\n");
    }
    select(sql, random);
    while (sql.length() < length) {
      switch (random.nextInt(4)) {
        case 0 -> {
          sql.append(number % 2 == 0 ? "\nUNION ALL\n" : " UNION ALL ");
          select(sql, random);
        }
        case 1 -> sql.append(" /* step ").append(random.nextInt(100)).append(" */");
        default -> condition(sql.append(" AND "), random);
      }
    }
    return number % 4 == 0 ? JsonText.escaped(sql.toString()) : JsonText.raw(sql.toString());
  }

  private static void select(StringBuilder sql, RandomGenerator random) {
    String column = pick(COLUMNS, random);
    sql.append("SELECT ").append(column);
    for (int i = random.nextInt(4); i > 0; i--) {
      String summed = pick(COLUMNS, random);
      sql.append(", sum(").append(summed).append(") AS \"").append(summed).append(i).append('"');
    }
    sql.append(" FROM ").append(pick(TABLES, random)).append(" WHERE ");
    condition(sql, random);
  }

  private static void condition(StringBuilder sql, RandomGenerator random) {
    sql.append(pick(COLUMNS, random))
        .append(random.nextBoolean() ? " = " : " >= ")
        .append(pick(VALUES, random));
  }

  private static String pick(String[] from, RandomGenerator random) {
    return from[random.nextInt(from.length)];
  }
}
