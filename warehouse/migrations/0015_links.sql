-- Links between bodies that sketches of the older kind had found stayed behind, beside those found anew: both go, with the bodies,
-- and pages made anew by the newer rules bring all of them again.
delete from deduplicated.body_links;
delete from deduplicated.body_sketches;
delete from deduplicated.bodies;
