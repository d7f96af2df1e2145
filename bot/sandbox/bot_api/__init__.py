"""The Bot API of the sandbox: methods, their parameters, and how updates are delivered."""
