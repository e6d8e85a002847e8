-- Hears of new versions of the world.
LISTEN world
