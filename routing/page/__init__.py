"""The page “Who is the channel manager?”: asking, the answer with its path, map and coverage, corrections."""
