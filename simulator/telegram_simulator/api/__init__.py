"""The Bot API over HTTP: parameters, errors, answers, the log of calls."""
