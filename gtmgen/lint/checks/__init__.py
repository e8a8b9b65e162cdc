"""One module for each rule; its name is the rule's, and its page in ``rules/pages`` says why."""
