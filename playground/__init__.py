"""What people see: lessons, challenges, submissions, the leaderboard, accounts, the admin and the live sockets."""
