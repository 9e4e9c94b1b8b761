package io.millrace.clickhouse;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.clickhouse.client.ClickHouseConfig.Writer;
import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetter;
import io.millrace.event.DeadLetterCode;
import io.millrace.event.DeadLetterCoder;
import io.millrace.event.DeadLetterFactory;
import io.millrace.event.OutcomeTags;
import io.millrace.event.PipelineMetrics;
import io.millrace.fixtures.LocalClickHouseExtension;
import io.millrace.fixtures.TestEvents;
import io.millrace.local.clickhouse.LocalClickHouse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestPipelineExtension;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Dead letters that are kept elsewhere: counted and audited, and in no table. */
@ExtendWith({TestPipelineExtension.class, LocalClickHouseExtension.class})
class WithoutDeadLetterTableIT {
  private static final Contract CONTRACT = TestEvents.queryEvents();
  private static final DeadLetterFactory FACTORY =
      DeadLetterFactory.of(CONTRACT, "test", Clock.system());

  private static long counter(PipelineResult result, String name) {
    MetricsFilter filter =
        MetricsFilter.builder()
            .addNameFilter(MetricNameFilter.named(PipelineMetrics.NAMESPACE, name))
            .build();
    return StreamSupport.stream(
            result.metrics().queryMetrics(filter).getCounters().spliterator(), false)
        .mapToLong(counter -> counter.getCommitted())
        .sum();
  }

  private static PCollection<DeadLetter> letters(
      TestPipeline pipeline, String name, int from, int to) {
    List<DeadLetter> letters = new ArrayList<>();
    for (int n = from; n < to; n++) {
      letters.add(
          FACTORY.create(TestEvents.origin(n, 10), DeadLetterCode.MALFORMED_JSON, "bad", "Test"));
    }
    return pipeline.apply(name, Create.of(letters).withCoder(DeadLetterCoder.of()));
  }

  @ParameterizedTest
  @EnumSource(Writer.class)
  void deadLettersAreCountedAndAuditedAlone(
      Writer writer, LocalClickHouse server, TestPipeline pipeline) {
    String database = "no_dead_" + writer.name().toLowerCase(Locale.ROOT);
    ClickHouseSink sink =
        new ClickHouseSink(
            ClickHouseConfig.of(server.address(), database).withWriter(writer),
            CONTRACT,
            FACTORY,
            Clock.system(),
            false,
            true);
    sink.prepare();
    TestEvents events = TestEvents.withText(10);
    PCollectionTuple.of(
            OutcomeTags.ACCEPTED,
            TestEvents.grouped(
                pipeline.apply(
                    Create.of(events.event(1_000), events.event(1_001)).withCoder(events.coder()))))
        .and(OutcomeTags.DEAD, letters(pipeline, "Malformed", 0, 30))
        .apply("Write", sink.write());
    // As what a sink has refused comes to it.
    PCollectionTuple.of(OutcomeTags.DEAD, letters(pipeline, "Refused", 30, 40))
        .apply("WriteRefused", sink.write());
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();

    assertThat(counter(result, "dead"), is(40L));
    assertThat(counter(result, "audited"), is(42L));
    assertThat(
        server.query(
            "SELECT outcome, count(), uniqExact(partition, offset) FROM "
                + database
                + ".audit GROUP BY outcome ORDER BY outcome"),
        is("accepted\t2\t2\ndead\t40\t40\n"));
    assertThat(
        server.query(
            "SELECT count() FROM system.tables WHERE name LIKE 'dead_letters%' AND database = '"
                + database
                + "'"),
        is("0\n"));
    assertThat(sink.check().size(), is(0));
  }
}
