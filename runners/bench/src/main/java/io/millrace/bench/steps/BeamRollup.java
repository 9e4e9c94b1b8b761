package io.millrace.bench.steps;

import io.millrace.contract.Contract;
import io.millrace.contract.FieldDefinition;
import io.millrace.contract.Measure;
import io.millrace.contract.Rollup;
import io.millrace.contract.RollupWindow;
import io.millrace.event.Event;
import io.millrace.expression.RowPredicate;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.ByteCoder;
import org.apache.beam.sdk.coders.DoubleCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.AfterPane;
import org.apache.beam.sdk.transforms.windowing.AfterWatermark;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.joda.time.Duration;

/**
 * A roll-up of fixed windows in plain Beam. Maps each event to nine bytes and its group, then
 * applies Beam's windows, trigger and {@code Combine.perKey}. Emits accumulating results at the end
 * of a window and for each later event: table, window, group and number of events.
 */
final class BeamRollup extends PTransform<PCollection<Event>, PCollection<KV<String, Long>>> {
  private static final long serialVersionUID = 1L;

  private final String table;
  private final Duration size;
  private final Duration lateness;
  private final Observe observe;
  private final Describe describe;

  /**
   * Creates a contract's roll-up.
   *
   * @throws IllegalArgumentException if its windows or measures are not supported
   */
  BeamRollup(Contract contract, Rollup rollup) {
    if (rollup.window().kind() != RollupWindow.Kind.FIXED) {
      throw new IllegalArgumentException("expected fixed windows: " + rollup.table());
    }
    table = rollup.table();
    size = Duration.millis(rollup.window().size().toMillis());
    lateness = Duration.millis(contract.time().allowedLateness().toMillis());
    observe = new Observe(contract, rollup);
    describe = new Describe(rollup);
  }

  @Override
  public PCollection<KV<String, Long>> expand(PCollection<Event> events) {
    return events
        .apply("Observe", ParDo.of(observe))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), KvCoder.of(ByteCoder.of(), DoubleCoder.of())))
        .apply(
            "Window",
            Window.<KV<String, KV<Byte, Double>>>into(FixedWindows.of(size))
                .triggering(
                    AfterWatermark.pastEndOfWindow()
                        .withLateFirings(AfterPane.elementCountAtLeast(1)))
                .withAllowedLateness(lateness)
                .accumulatingFiredPanes())
        .apply("Combine " + table, Combine.perKey(new WindowFigures.Fn()))
        .apply("Describe", ParDo.of(describe));
  }

  private static final class Observe extends DoFn<Event, KV<String, KV<Byte, Double>>> {
    private static final long serialVersionUID = 1L;

    private final RowPredicate[] where;
    private final RowPredicate[] conditions;
    private final int[] groups;
    private final int number;

    Observe(Contract contract, Rollup rollup) {
      where =
          rollup.where().stream()
              .map(condition -> RowPredicate.of(contract, condition))
              .toArray(RowPredicate[]::new);
      conditions =
          rollup.measures().stream()
              .filter(measure -> measure.kind() != Measure.Kind.QUANTILES)
              .map(measure -> RowPredicate.of(contract, measure.condition()))
              .toArray(RowPredicate[]::new);
      groups = rollup.groupBy().stream().mapToInt(f -> contract.indexOf(f.name())).toArray();
      number =
          rollup.measures().stream()
              .filter(measure -> measure.kind() == Measure.Kind.QUANTILES)
              .map(Measure::field)
              .map(FieldDefinition::name)
              .mapToInt(contract::indexOf)
              .findFirst()
              .orElse(-1);
    }

    /** Emits a bit for each condition that the event meets, and the number; NaN: none. */
    @ProcessElement
    public void process(@Element Event event, OutputReceiver<KV<String, KV<Byte, Double>>> out) {
      Row row = event.row();
      for (RowPredicate test : where) {
        if (!test.test(event.values())) {
          return;
        }
      }
      int met = 0;
      for (int i = 0; i < conditions.length; i++) {
        met |= conditions[i].test(event.values()) ? 1 << i : 0;
      }
      Number value = number < 0 ? null : (Number) row.getValue(number);
      out.output(
          KV.of(group(row), KV.of((byte) met, value == null ? Double.NaN : value.doubleValue())));
    }

    private String group(Row row) {
      if (groups.length == 1) {
        return String.valueOf(row.<Object>getValue(groups[0]));
      }
      StringBuilder text = new StringBuilder();
      for (int group : groups) {
        text.append(row.<Object>getValue(group)).append('\t');
      }
      return text.toString();
    }
  }

  /** Computes all figures of a result's table row. */
  private static final class Describe extends DoFn<KV<String, WindowFigures>, KV<String, Long>> {
    private static final long serialVersionUID = 1L;

    private final Rollup rollup;

    Describe(Rollup rollup) {
      this.rollup = rollup;
    }

    @ProcessElement
    public void process(
        @Element KV<String, WindowFigures> result,
        BoundedWindow window,
        OutputReceiver<KV<String, Long>> out) {
      WindowFigures figures = result.getValue();
      if (figures.events() == 0) {
        // A pane at the end of the window can be empty.
        return;
      }
      List<Double> row = new ArrayList<>();
      int condition = 0;
      for (Measure measure : rollup.measures()) {
        switch (measure.kind()) {
          case COUNT_IF, ERROR_RATE ->
              row.add((double) figures.met(condition++) / figures.events());
          case QUANTILES -> measure.at().forEach(at -> row.add(figures.quantile(at.doubleValue())));
          default -> throw new IllegalStateException("unsupported measure " + measure.kind());
        }
      }
      if (row.stream().anyMatch(figure -> !(figure >= 0))) {
        throw new IllegalStateException(rollup.table() + " cannot show " + row);
      }
      String start = ((IntervalWindow) window).start().toString();
      out.output(LatestEvents.result(rollup.table(), start, result.getKey(), figures.events()));
    }
  }
}
