/** What resilience checks share. */
package io.millrace.resilience.harness;
