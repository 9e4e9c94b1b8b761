package io.millrace.pubsub;

import io.millrace.io.flags.Urls;
import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import org.apache.beam.sdk.extensions.gcp.auth.NoopCredentialFactory;
import org.apache.beam.sdk.io.gcp.pubsub.PubsubOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/**
 * Address of a Pub/Sub emulator, which uses neither TLS nor credentials.
 *
 * @param hostPort {@code host:port}
 */
public record PubsubEmulator(String hostPort) implements Serializable {
  /**
   * Parses an address.
   *
   * @throws IllegalArgumentException in one line, if the text is invalid
   */
  public static PubsubEmulator parse(String text) {
    if (text.indexOf('@') >= 0) {
      throw new IllegalArgumentException("expected host:port, without user and password");
    }
    int colon = text.lastIndexOf(':');
    if (colon <= 0 || text.indexOf('/') >= 0 || !Urls.isPort(text.substring(colon + 1))) {
      throw new IllegalArgumentException(
          "expected host:port such as 127.0.0.1:8085, found `" + text + "`");
    }
    if (!isHost(text)) {
      throw new IllegalArgumentException(
          "`" + text + "`: expected a host name (no blanks or underscores) or an IP address");
    }
    return new PubsubEmulator(text);
  }

  private static boolean isHost(String text) {
    try {
      return new URI("http://" + text).getHost() != null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** The address as a URL without a path. */
  String rootUrl() {
    return "http://" + hostPort;
  }

  /**
   * Options for Beam's clients of the emulator, without credentials. They are separate from the
   * pipeline's options, because a run may read from the emulator and write to the cloud.
   */
  PubsubOptions options() {
    PubsubOptions options = PipelineOptionsFactory.create().as(PubsubOptions.class);
    options.setAppName("millrace");
    options.setPubsubRootUrl(rootUrl());
    options.setCredentialFactoryClass(NoopCredentialFactory.class);
    return options;
  }
}
