"""What the framework answers, one described class per resource, by subject."""
