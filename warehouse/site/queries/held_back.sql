-- One row per input or page that is held back, the newest first.
select source, stage, reason, detail
from quality.quarantine
order by quarantined_at desc, source
limit 200
