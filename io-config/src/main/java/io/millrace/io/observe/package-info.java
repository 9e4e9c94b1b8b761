/** What the steps of a run report to their own process, beside the runner's metrics. */
package io.millrace.io.observe;
