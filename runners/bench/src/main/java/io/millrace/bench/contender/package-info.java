/** The contenders of the speed benchmark, each in its own process. */
package io.millrace.bench.contender;
