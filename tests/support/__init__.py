"""What several tests stand on: a browser without a network, and an app with a way in of each kind."""
