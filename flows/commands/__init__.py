"""The commands of the command line, one per module, each imported when it is called or explained.

A module here imports nothing heavy at its top: what a command needs, it imports when it runs.
"""
