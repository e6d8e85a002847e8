-- Hears of headcounts that change.
LISTEN headcount
