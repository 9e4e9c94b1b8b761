/** Benchmarks of Millrace's steps against alternatives: {@code scripts/millrace bench}. */
package io.millrace.bench;
