package io.millrace.bench.baseline;

import com.clickhouse.client.api.Client;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Connection settings of a ClickHouse server. */
public record PlainServer(String url, String database, String user, String passwordFile)
    implements Serializable {

  Client connect() {
    try {
      return new Client.Builder()
          .addEndpoint(url)
          .setDefaultDatabase(database)
          .setUsername(user)
          .setPassword(Files.readString(Path.of(passwordFile)))
          .compressClientRequest(true)
          .compressServerResponse(false)
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + passwordFile, e);
    }
  }
}
