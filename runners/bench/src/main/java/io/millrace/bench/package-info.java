/** Side-by-side measurements of what Millrace's steps cost: {@code scripts/millrace bench}. */
package io.millrace.bench;
