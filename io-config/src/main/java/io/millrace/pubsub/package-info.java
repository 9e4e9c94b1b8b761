/** Pub/Sub: addresses, flags and checks; reading subscriptions; topics for dead letters. */
package io.millrace.pubsub;
