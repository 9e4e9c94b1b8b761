package io.millrace.kafka.client;

/** What a Kafka cluster is used for, and the flags that describe it, for messages. */
public enum Endpoint {
  INPUT("--input", "--kafkaConfig"),
  DEAD_LETTERS("--deadLetters", "--deadLetterKafkaConfig"),
  /** Where `generate` sends to. */
  GENERATED("--to", "--kafkaConfig");

  private final String url;
  private final String config;

  Endpoint(String url, String config) {
    this.url = url;
    this.config = config;
  }

  /** The flag with the brokers and the topic. */
  public String url() {
    return url;
  }

  /** The flag with the clients' settings. */
  public String config() {
    return config;
  }
}
