"""What is bought: product groups, and the categories in which an organisation orders them itself."""
