/** The flags of a run and their meaning: parsed, checked, complete. */
package io.millrace.options;
