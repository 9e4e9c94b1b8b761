/** What measurements share: worker processes, results and reports. */
package io.millrace.bench.harness;
