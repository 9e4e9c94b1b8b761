/** Settings of Kafka's clients: login, TLS, and why a connection fails. */
package io.millrace.kafka.client;
