/** Columns that events get after they were decoded: by look-ups and by expressions. */
package io.millrace.enrich;
