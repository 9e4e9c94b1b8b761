/** Pub/Sub: addresses, flags, checks, the source, and dead-letter topics. */
package io.millrace.pubsub;
