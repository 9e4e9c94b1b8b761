package io.millrace.bigquery.write;

import com.google.api.core.ApiFuture;
import com.google.api.core.ApiFutures;
import com.google.cloud.bigquery.storage.v1.AppendRowsRequest;
import com.google.cloud.bigquery.storage.v1.AppendRowsResponse;
import com.google.cloud.bigquery.storage.v1.BatchCommitWriteStreamsResponse;
import com.google.cloud.bigquery.storage.v1.Exceptions.AppendSerializationError;
import com.google.cloud.bigquery.storage.v1.FinalizeWriteStreamResponse;
import com.google.cloud.bigquery.storage.v1.FlushRowsResponse;
import com.google.cloud.bigquery.storage.v1.ProtoRows;
import com.google.cloud.bigquery.storage.v1.TableSchema;
import com.google.cloud.bigquery.storage.v1.WriteStream;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.apache.beam.sdk.io.gcp.bigquery.BigQueryOptions;
import org.apache.beam.sdk.io.gcp.bigquery.BigQueryServices;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Wraps BigQuery's services so that a failed append reports <i>all</i> rejected rows, not only the
 * first ones. BigQueryIO removes rejected rows and appends the rest. If some of the rest are
 * rejected, it reports the wrong rows (apache/beam#39999): one event would be lost, and another
 * both written and dead. So after a rejection, the other rows are appended to a trial stream, which
 * is never committed, until none is rejected.
 *
 * <p>Cost: for each rejection, a stream and another append of the request's rows.
 */
public final class CompleteRowErrorsServices implements BigQueryServices {
  private static final String STREAMS = "/streams/";

  private final BigQueryServices services;

  public CompleteRowErrorsServices(BigQueryServices services) {
    this.services = services;
  }

  @Override
  public JobService getJobService(BigQueryOptions options) {
    return services.getJobService(options);
  }

  @Override
  public DatasetService getDatasetService(BigQueryOptions options) {
    return services.getDatasetService(options);
  }

  @Override
  public StorageClient getStorageClient(BigQueryOptions options) throws IOException {
    return services.getStorageClient(options);
  }

  @Override
  public WriteStreamService getWriteStreamService(BigQueryOptions options) {
    return new Streams(services.getWriteStreamService(options), new ConcurrentHashMap<>());
  }

  private static void close(AutoCloseable resource) throws IOException {
    try {
      resource.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  /** Runs trial appends in a new thread, because the client's threads must not block. */
  private static void inNewThread(Runnable trial) {
    Thread thread = new Thread(trial, "bigquery-trial");
    thread.setDaemon(true);
    thread.start();
  }

  /** Knows the table of each stream whose name does not contain it. */
  private record Streams(WriteStreamService service, Map<String, String> tables)
      implements WriteStreamService {

    @Override
    public WriteStream createWriteStream(String tableUrn, WriteStream.Type type)
        throws IOException, InterruptedException {
      WriteStream stream = service.createWriteStream(tableUrn, type);
      if (!stream.getName().contains(STREAMS)) {
        tables.put(stream.getName(), tableUrn);
      }
      return stream;
    }

    @Override
    public @Nullable TableSchema getWriteStreamSchema(String stream) {
      return service.getWriteStreamSchema(stream);
    }

    @Override
    public StreamAppendClient getStreamAppendClient(
        String stream,
        DescriptorProto descriptor,
        boolean useConnectionPool,
        AppendRowsRequest.MissingValueInterpretation missingValues)
        throws Exception {
      int end = stream.indexOf(STREAMS);
      String table = end < 0 ? tables.get(stream) : stream.substring(0, end);
      StreamAppendClient client =
          service.getStreamAppendClient(stream, descriptor, useConnectionPool, missingValues);
      return table == null
          ? client
          : new Client(client, new Trial(service, table, descriptor, missingValues));
    }

    @Override
    public ApiFuture<FlushRowsResponse> flush(String stream, long offset)
        throws IOException, InterruptedException {
      return service.flush(stream, offset);
    }

    @Override
    public ApiFuture<FinalizeWriteStreamResponse> finalizeWriteStream(String stream) {
      return service.finalizeWriteStream(stream);
    }

    @Override
    public ApiFuture<BatchCommitWriteStreamsResponse> commitWriteStreams(
        String tableUrn, Iterable<String> streams) {
      return service.commitWriteStreams(tableUrn, streams);
    }

    @Override
    public void close() throws IOException {
      CompleteRowErrorsServices.close(service);
    }
  }

  private record Client(StreamAppendClient client, Trial trial) implements StreamAppendClient {
    @Override
    public ApiFuture<AppendRowsResponse> appendRows(long offset, ProtoRows rows) throws Exception {
      return ApiFutures.catchingAsync(
          client.appendRows(offset, rows),
          AppendSerializationError.class,
          refusal -> ApiFutures.immediateFailedFuture(trial.complete(refusal, rows)),
          CompleteRowErrorsServices::inNewThread);
    }

    @Override
    public @Nullable TableSchema getUpdatedSchema() {
      return client.getUpdatedSchema();
    }

    @Override
    public long getInflightWaitSeconds() {
      return client.getInflightWaitSeconds();
    }

    @Override
    public void pin() {
      client.pin();
    }

    @Override
    public void unpin() throws Exception {
      client.unpin();
    }

    @Override
    public void close() throws IOException {
      CompleteRowErrorsServices.close(client);
    }
  }

  /** Appends rows to a stream that is never committed. */
  private record Trial(
      WriteStreamService service,
      String table,
      DescriptorProto descriptor,
      AppendRowsRequest.MissingValueInterpretation missingValues) {

    /**
     * The error with every rejected row. If the trial fails, its exception; then BigQueryIO retries
     * the whole append.
     */
    Throwable complete(AppendSerializationError refusal, ProtoRows rows) {
      Map<Integer, String> refused = new TreeMap<>(refusal.getRowIndexToErrorMessage());
      if (refused.size() < rows.getSerializedRowsCount()) {
        try {
          String stream = service.createWriteStream(table, WriteStream.Type.PENDING).getName();
          StreamAppendClient client =
              service.getStreamAppendClient(stream, descriptor, false, missingValues);
          try {
            appendUntilAllAreKnown(client, rows, refused);
          } finally {
            client.close();
          }
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return e;
        } catch (Exception e) {
          return e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
        }
      }
      return new AppendSerializationError(
          refusal.getStatus().getCode().value(),
          refusal.getStatus().getDescription(),
          refusal.getStreamName(),
          refused);
    }

    private static void appendUntilAllAreKnown(
        StreamAppendClient client, ProtoRows rows, Map<Integer, String> refused) throws Exception {
      while (refused.size() < rows.getSerializedRowsCount()) {
        List<Integer> indexes = new ArrayList<>();
        ProtoRows.Builder rest = ProtoRows.newBuilder();
        for (int i = 0; i < rows.getSerializedRowsCount(); i++) {
          if (!refused.containsKey(i)) {
            indexes.add(i);
            rest.addSerializedRows(rows.getSerializedRows(i));
          }
        }
        Map<Integer, String> more = new HashMap<>();
        try {
          client.appendRows(0, rest.build()).get();
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof AppendSerializationError next)) {
            throw e;
          }
          more = next.getRowIndexToErrorMessage();
        }
        if (more.isEmpty()) {
          return;
        }
        more.forEach((index, message) -> refused.put(indexes.get(index), message));
      }
    }
  }
}
