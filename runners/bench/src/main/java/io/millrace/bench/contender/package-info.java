/** The jobs whose speed is compared, each as a process of its own. */
package io.millrace.bench.contender;
