/** The measured cost of a contract's rules: filter, derive, look up and redact. */
package io.millrace.bench.rules;
