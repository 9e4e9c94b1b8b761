/** What roll-ups cost per event. */
package io.millrace.bench.rollups;
