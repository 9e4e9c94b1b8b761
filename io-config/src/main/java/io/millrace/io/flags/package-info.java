/** Reading flags: values, problems, and what the runner can do. */
package io.millrace.io.flags;
