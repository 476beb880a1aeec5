"""Broken and hostile files of other projects' test suites, put through everything that reads files."""
