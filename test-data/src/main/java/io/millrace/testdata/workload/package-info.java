/** The simulated query engine: its users, databases, queries and SQL texts. */
package io.millrace.testdata.workload;
