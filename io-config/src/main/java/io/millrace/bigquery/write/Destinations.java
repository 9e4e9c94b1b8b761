package io.millrace.bigquery.write;

import com.google.api.services.bigquery.model.TableSchema;
import io.millrace.bigquery.client.BigQueryConfig;
import io.millrace.bigquery.schema.BigQueryTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.io.gcp.bigquery.BigQueryHelpers;
import org.apache.beam.sdk.io.gcp.bigquery.DynamicDestinations;
import org.apache.beam.sdk.io.gcp.bigquery.TableDestination;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.ValueInSingleWindow;

/**
 * The tables of one BigQueryIO. A destination is {@code project:dataset.table} with a hash of its
 * columns. BigQueryIO caches the encoding of rows by destination for the whole process, which may
 * run several versions of a contract.
 *
 * @param <T> type of elements
 */
final class Destinations<T> extends DynamicDestinations<T, String> {
  private static final char BEFORE_HASH = '#';

  private final Map<String, String> destinations = new HashMap<>();
  private final Map<String, String> schemas = new HashMap<>();
  private final SerializableFunction<T, String> tableOf;

  /** Creates the destinations of some tables; {@code tableOf} returns the name of one. */
  Destinations(
      BigQueryConfig config, List<BigQueryTable> tables, SerializableFunction<T, String> tableOf) {
    this.tableOf = tableOf;
    for (BigQueryTable table : tables) {
      String schema = BigQueryHelpers.toJsonString(new TableSchema().setFields(table.sent()));
      String destination =
          "%s:%s.%s%s%s"
              .formatted(
                  config.project(),
                  config.dataset(),
                  table.name(),
                  BEFORE_HASH,
                  Integer.toHexString(schema.hashCode()));
      destinations.put(table.name(), destination);
      schemas.put(destination, schema);
    }
  }

  @Override
  public String getDestination(ValueInSingleWindow<T> element) {
    return destinations.get(tableOf.apply(element.getValue()));
  }

  @Override
  public Coder<String> getDestinationCoder() {
    return StringUtf8Coder.of();
  }

  @Override
  public TableDestination getTable(String destination) {
    return new TableDestination(
        destination.substring(0, destination.indexOf(BEFORE_HASH)), "Millrace");
  }

  @Override
  public TableSchema getSchema(String destination) {
    return BigQueryHelpers.fromJsonString(schemas.get(destination), TableSchema.class);
  }
}
