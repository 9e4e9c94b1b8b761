/** Runs the Pub/Sub emulator on this computer. */
package io.millrace.local.pubsub;
