/** Delivery of the changes of alerts to topics and webhooks, besides the sinks' tables. */
package io.millrace.alerting;
