package io.millrace.bigquery.write;

import com.google.api.services.bigquery.model.TableRow;
import io.millrace.bigquery.client.BigQueryConfig;
import io.millrace.bigquery.schema.BigQueryTable;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.beam.sdk.io.gcp.bigquery.BigQueryIO;
import org.apache.beam.sdk.io.gcp.bigquery.BigQueryServices;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.PCollection.IsBounded;
import org.joda.time.Duration;

/** Creates BigQueryIO writes through the Storage Write API by the configuration. */
record StorageWrites(BigQueryConfig config, BigQueryServices services) {
  /**
   * Creates a write.
   *
   * @param tables the tables to write to
   * @param namesGivenBack columns to return of an acknowledged row, in lower case
   */
  <T> BigQueryIO.Write<T> to(
      IsBounded bounded,
      List<BigQueryTable> tables,
      SerializableFunction<T, String> tableOf,
      SerializableFunction<T, TableRow> columns,
      Set<String> namesGivenBack) {
    boolean exactlyOnce = config.method() == BigQueryConfig.Method.EXACTLY_ONCE;
    HashSet<String> names = new HashSet<>(namesGivenBack);
    BigQueryIO.Write<T> io =
        BigQueryIO.<T>write()
            .to(new Destinations<>(config, tables, tableOf))
            .withFormatFunction(columns)
            .withMethod(
                exactlyOnce
                    ? BigQueryIO.Write.Method.STORAGE_WRITE_API
                    : BigQueryIO.Write.Method.STORAGE_API_AT_LEAST_ONCE)
            // The preflight creates tables with partitions and views. The sent columns have other
            // types.
            .withCreateDisposition(BigQueryIO.Write.CreateDisposition.CREATE_NEVER)
            .withWriteDisposition(BigQueryIO.Write.WriteDisposition.WRITE_APPEND)
            // Other columns would only cost time.
            .withPropagateSuccessfulStorageApiWrites(
                (Predicate<String> & Serializable) names::contains)
            .withTestServices(services);
    if (exactlyOnce && bounded == IsBounded.UNBOUNDED) {
      io = io.withTriggeringFrequency(Duration.millis(config.triggeringFrequency().toMillis()));
      io =
          config.streams() == 0
              ? io.withAutoSharding()
              : io.withNumStorageWriteApiStreams(config.streams());
    }
    return io;
  }
}
