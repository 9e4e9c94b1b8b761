/** Webhooks: an Alertmanager as the target of alerts. */
package io.millrace.webhook;
