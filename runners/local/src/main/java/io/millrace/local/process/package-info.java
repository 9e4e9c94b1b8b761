/** Child processes: how they start, report and stop, and what is left of them. */
package io.millrace.local.process;
