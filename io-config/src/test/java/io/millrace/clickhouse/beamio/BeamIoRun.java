package io.millrace.clickhouse.beamio;

import io.millrace.clickhouse.ClickHouseSink;
import io.millrace.clickhouse.beam.BeamClickHouseWrite;
import io.millrace.clickhouse.client.ClickHouseConfig;
import io.millrace.contract.Contract;
import io.millrace.event.Clock;
import io.millrace.event.DeadLetterFactory;
import io.millrace.fixtures.TestEvents;
import io.millrace.local.clickhouse.LocalClickHouse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/** Rows written by Beam's ClickHouseIO, and a sink of Millrace beside it. */
final class BeamIoRun {
  static final Contract CONTRACT = TestEvents.queryEvents();
  static final DeadLetterFactory DEAD_LETTERS =
      DeadLetterFactory.of(CONTRACT, "test", Clock.system());
  static final Schema NUMBER_AND_NAME =
      Schema.builder()
          .addNullableField("n", FieldType.INT64)
          .addNullableField("name", FieldType.STRING)
          .build();

  static long number(LocalClickHouse server, String query) {
    return Long.parseLong(server.query(query).strip());
  }

  static ClickHouseSink sink(String address, String database) {
    ClickHouseSink sink =
        ClickHouseSink.of(
            ClickHouseConfig.of(address, database), CONTRACT, DEAD_LETTERS, Clock.system());
    sink.prepare();
    return sink;
  }

  static Pipeline pipeline() {
    return Pipeline.create(PipelineOptionsFactory.create());
  }

  static BeamClickHouseWrite beam(String address, String database, String table) {
    return BeamClickHouseWrite.of(
        "jdbc:clickhouse:" + address + "/" + database + "?compress=0", table);
  }

  static Row row(Schema schema, Object... values) {
    return Row.withSchema(schema).attachValues(new ArrayList<>(Arrays.asList(values)));
  }

  /** All rows in one bundle. */
  static PCollection<Row> inOneBundle(Pipeline pipeline, Schema schema, List<Row> rows) {
    return pipeline
        .apply(Create.of(rows.size()))
        .apply(ParDo.of(new Give(rows.toArray(new Row[0]))))
        .setRowSchema(schema);
  }

  private static final class Give extends DoFn<Integer, Row> {
    private static final long serialVersionUID = 1L;

    private final Row[] rows;

    private Give(Row[] rows) {
      this.rows = rows;
    }

    @ProcessElement
    public void process(OutputReceiver<Row> out) {
      for (Row row : rows) {
        out.output(row);
      }
    }
  }

  static void writeByBeam(BeamClickHouseWrite write, Schema schema, List<Row> rows) {
    Pipeline pipeline = pipeline();
    inOneBundle(pipeline, schema, rows).apply(write);
    pipeline.run().waitUntilFinish();
  }

  static String messages(Throwable thrown) {
    StringBuilder all = new StringBuilder();
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      all.append(t).append('\n');
    }
    return all.toString();
  }

  private BeamIoRun() {}
}
