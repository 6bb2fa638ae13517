-- Sketches of bodies are made of longer grams: those stored are of another kind, and pages seen again bring new ones.
delete from deduplicated.body_sketches;
delete from deduplicated.bodies;
