/** Shared by all resilience checks: streams, duplicate rows, and reports of cases. */
package io.millrace.resilience.harness;
