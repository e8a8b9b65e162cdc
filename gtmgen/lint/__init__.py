"""What in a container looks wrong or could be better, in sentences for those who run it.

No false alarms: what is not certain is left out, or says on what it depends.
"""
