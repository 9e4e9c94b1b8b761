package io.millrace.alerting;

import io.millrace.contract.Contract;
import io.millrace.io.SourceAddress;
import io.millrace.io.flags.FlagReader;
import io.millrace.io.flags.Urls;
import io.millrace.rollup.RollupRow;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Where changes of alerts are sent besides the sinks' tables.
 *
 * @param targets in the order of the flag
 */
public record AlertTargets(List<AlertTarget> targets) implements Serializable {
  private static final String FLAG = "alerts";

  public static final AlertTargets NONE = new AlertTargets(List.of());

  public AlertTargets {
    targets = List.copyOf(targets);
  }

  /**
   * Parses {@code --alerts}, a comma-separated list, and reports each problem. A message quotes
   * only the scheme of an unknown URL, because the rest may contain a password.
   *
   * @param connectors the systems that can receive alerts
   * @param input the run's input; null if there is none
   */
  public static AlertTargets parse(
      List<AlertConnector> connectors, @Nullable SourceAddress input, FlagReader flags) {
    String text = flags.as(AlertOptions.class).getAlerts();
    List<AlertTarget> targets = new ArrayList<>();
    for (String url : text == null ? List.<String>of() : urls(text)) {
      AlertTarget target = flags.parsed(FLAG, url, one -> target(one, connectors, input, flags));
      if (target == null) {
        continue;
      }
      if (targets.contains(target)) {
        flags.problem(FLAG, "`" + target.address() + "` is given twice");
      }
      if (input != null && target.isReadBy(input)) {
        flags.problem(
            FLAG, "`" + target.address() + "` is also the input: alerts would be read as events");
      }
      targets.add(target);
    }
    return new AlertTargets(targets);
  }

  /** Reports the flag as a problem if no contract has alerts. */
  public void requireAlerts(List<Contract> contracts, FlagReader flags) {
    if (!targets.isEmpty()
        && !contracts.isEmpty()
        && contracts.stream().allMatch(contract -> contract.alerts().isEmpty())) {
      flags.problem(FLAG, "the contract has no `alerts` on roll-ups; leave it out");
    }
  }

  /** Splits at commas; a part without a scheme belongs to the list of brokers before it. */
  private static List<String> urls(String text) {
    List<String> urls = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      int last = urls.size() - 1;
      if (last < 0 || part.isEmpty() || part.contains("://")) {
        urls.add(part);
      } else {
        urls.set(last, urls.get(last) + "," + part);
      }
    }
    return urls;
  }

  private static AlertTarget target(
      String url,
      List<AlertConnector> connectors,
      @Nullable SourceAddress input,
      FlagReader flags) {
    for (AlertConnector connector : connectors) {
      if (url.startsWith(connector.scheme())) {
        return connector.parseAlerts(url, input, flags);
      }
    }
    throw Urls.unknown(url, connectors.stream().map(AlertConnector::alertForm).toList());
  }

  public List<String> check() {
    return targets.stream().flatMap(target -> target.check().stream()).toList();
  }

  /**
   * Sends each change to every target on its own, so that one that is down delays no other.
   *
   * @param contract the name of the contract
   */
  public PTransform<PCollection<RollupRow>, PDone> send(String contract) {
    return PTransform.compose("SendAlerts", changes -> send(contract, changes));
  }

  private PDone send(String contract, PCollection<RollupRow> changes) {
    Map<String, Integer> ofKind = new HashMap<>();
    for (AlertTarget target : targets) {
      int number = ofKind.merge(target.kind(), 1, Integer::sum);
      PDone unused =
          changes.apply(
              number == 1 ? target.kind() : target.kind() + "-" + number,
              SendAlerts.to(target, contract));
    }
    return PDone.in(changes.getPipeline());
  }
}
