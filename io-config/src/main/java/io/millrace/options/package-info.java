/** Flags of a run, and the validated configuration made from them. */
package io.millrace.options;
