"""The texts and buttons of the users feature, one module for each subject."""
