/** What single steps of the pipeline cost, beside Beam's own. */
package io.millrace.bench.steps;
