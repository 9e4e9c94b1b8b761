package io.millrace.bigquery;

import io.millrace.bigquery.client.BigQueryAddress;
import io.millrace.bigquery.client.BigQueryConfig;
import io.millrace.bigquery.client.BigQueryConfig.Method;
import io.millrace.bigquery.client.BigQueryWriteOptions;
import io.millrace.io.OutputConfig;
import io.millrace.io.SinkAddress;
import io.millrace.io.SinkConnector;
import io.millrace.io.flags.FlagReader;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.apache.beam.sdk.options.PipelineOptions;

/** BigQuery: sink of rows. */
public final class BigQueryConnector implements SinkConnector {
  @Override
  public String scheme() {
    return BigQueryAddress.SCHEME;
  }

  @Override
  public Class<? extends PipelineOptions> flags() {
    return BigQueryWriteOptions.class;
  }

  @Override
  public String outputForm() {
    return "bigquery://project/dataset";
  }

  @Override
  public SinkAddress parseOutput(String url) {
    return BigQueryAddress.parse(url);
  }

  @Override
  public Function<SinkAddress, OutputConfig> configure(
      List<SinkAddress> outputs, FlagReader flags) {
    BigQueryWriteOptions options = flags.as(BigQueryWriteOptions.class);
    boolean atLeastOnce =
        flags.oneOf("bigQueryMethod", options.getBigQueryMethod(), "exactly-once", "at-least-once");
    String every = options.getBigQueryTriggeringFrequency();
    Duration frequency = flags.duration("bigQueryTriggeringFrequency", every);
    if (frequency != null && frequency.compareTo(BigQueryConfig.LEAST_FREQUENCY) < 0) {
      flags.problem("bigQueryTriggeringFrequency", "expected at least 1s, found " + every);
    }
    flags.atLeast("bigQueryStreams", options.getBigQueryStreams(), 0);
    String location = options.getBigQueryDatasetLocation();
    if (location != null && !isLocation(location)) {
      flags.problem("bigQueryDatasetLocation", "expected a location such as EU or europe-west1");
    }
    Method method = atLeastOnce ? Method.AT_LEAST_ONCE : Method.EXACTLY_ONCE;
    return output -> {
      BigQueryAddress address = (BigQueryAddress) output;
      return new BigQueryOutput(
          new BigQueryConfig(
              address.project(),
              address.dataset(),
              method,
              frequency,
              options.getBigQueryStreams(),
              location));
    };
  }

  private static boolean isLocation(String text) {
    return !text.isEmpty()
        && text.chars().allMatch(c -> c < 128 && (Character.isLetterOrDigit(c) || c == '-'));
  }
}
