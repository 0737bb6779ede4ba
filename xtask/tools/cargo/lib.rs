//! Nothing: the tools are packages that this one depends on.
