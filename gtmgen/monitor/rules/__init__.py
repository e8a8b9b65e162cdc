"""What is wrong in the counts of browser and server, a module for each kind of rule."""
