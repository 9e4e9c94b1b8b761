/**
 * The local stack: a real Kafka broker and the real ClickHouse engine as child processes of this
 * program, without Docker. Start with {@link io.millrace.local.LocalStack#builder()}.
 */
package io.millrace.local;
