"""The command line: one command per file, thin over the verbs of `albumen.api`."""
