package io.millrace.kafka.read;

import org.apache.kafka.common.ClusterResource;
import org.apache.kafka.common.ClusterResourceListener;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Notices when a consumer learns from the brokers which topics there are: the client tells its
 * deserializers after each answer. Only then can a consumer go on in another topic of the same
 * name, because it fetches by the id of the topic. Leaves bytes as they are. Thread-safe.
 */
final class MetadataUpdates implements Deserializer<byte[]>, ClusterResourceListener {
  private volatile long latestMillis;

  @Override
  public void onUpdate(ClusterResource cluster) {
    latestMillis = System.currentTimeMillis();
  }

  /** When the latest answer came, by this process's clock. */
  long latestMillis() {
    return latestMillis;
  }

  @Override
  public byte[] deserialize(String topic, byte[] bytes) {
    return bytes;
  }
}
