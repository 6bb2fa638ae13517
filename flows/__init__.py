"""When and in what order: the Prefect flow, its parts, and the command line. No rule about newspapers lives here."""
