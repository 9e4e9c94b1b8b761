/** One planner for the tables of every sink: differences, the plan of changes, the preflight. */
package io.millrace.io.schema;
