/** Where generated records go: a Kafka topic, a Pub/Sub topic or a file. */
package io.millrace.testdata.sink;
