/** What deduplication costs per event. */
package io.millrace.bench.dedupe;
