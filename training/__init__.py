"""Training, evaluation and export. Needs the development set of dependencies; serving never imports it."""
