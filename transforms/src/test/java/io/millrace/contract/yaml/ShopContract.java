package io.millrace.contract.yaml;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;

/** A valid contract, and the problems of variants of it. */
final class ShopContract {
  static final String FILE = "shop.yaml";

  static final String VALID =
      """
      contract: shop
      version: 3
      description: Orders
      format: json
      limits: {max_bytes: 1000, max_depth: 8}
      fields:
        id: {type: string, required: true}
        at: {path: time, type: timestamp, required: true}
        fault: {path: meta.fault, type: text}
        price: {path: meta.price, type: decimal, precision: 20, scale: 4, default: 1234567890123456.7891}
        lines: {type: array, items: {type: record, fields: {sku: {type: string}}}}
      event_time:
        field: at
        out_of_orderness: 5s
        allowed_lateness: 2h
        bucket: 5m
        max_ahead: 1d
        not_before: 2020-01-01T00:00:00Z
      identity: [id, at]
      error: {field: fault, is: present}
      unknown_fields: {column: extra, as: json}
      tables:
        normal: {name: shop, columns: [id, at, price, extra], order_by: [id], ttl: 30d}
        error: {name: shop_errors, columns: [id, at, fault, extra]}
        late: {name: shop_late, columns: [id, at, extra]}
        dead_letters: {name: shop_dead, ttl: 90d}
        audit: {name: shop_audit, ttl: 7d}
      """;

  static List<String> problems(String yaml) {
    return Problems.withoutPositions(
        assertThrows(ContractException.class, () -> ContractLoader.parse(yaml, FILE)));
  }

  /** The problems of the valid contract after a part of it was replaced. */
  static List<String> problemsWith(String part, String replacement) {
    assertThat(VALID, containsString(part));
    return problems(VALID.replace(part, replacement));
  }

  private ShopContract() {}
}
