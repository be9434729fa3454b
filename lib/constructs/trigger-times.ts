/** When each job of a region runs, in UTC. Backups and drills run when their plans say. */

/** Off the full hour, when everyone's schedules run. */
export const EXPIRE_AT = '20 * * * ? *';
/**
 * Once a day, because what it removes is a day old at least; in the morning (UTC), when the captures and copies of a
 * night are through. The recovery regions go first: where they cleared a failed snapshot away, the run in the primary
 * copies anew an hour later.
 */
export const RECONCILE_AT = { recovery: '40 9 * * ? *', primary: '40 10 * * ? *' } as const;
/**
 * Once a day, behind the captures and copies of a night and well before reconciling: a manifest that can be mended from
 * its twin is there again when that looks, and its copy need not be set aside. The recovery regions go first: what they
 * cannot mend is set aside by the run in the primary an hour later.
 */
export const SCRUB_AT = { recovery: '40 7 * * ? *', primary: '40 8 * * ? *' } as const;
/**
 * As often as a log is flushed (TiKV: every 3 to 5 minutes), off the minutes at which everybody's schedules run. A
 * recovery region only truncates: once a day, when the expiry of a night is through.
 */
export const SUPERVISE_AT = { primary: '3/5 * * * ? *', recovery: '10 11 * * ? *' } as const;
/** A lap each hour: a comparison begins once a day, and a long one has as many laps as it needs. */
export const HEAL_LOGS_AT = '50 * * * ? *';
/** Rows are a minute apart: so is what a restore can prove. */
export const BEAT_AT = '* * * * ? *';
/** A standby is some seconds behind while all is well, and fifteen minutes are what is waited before somebody is told. */
export const STANDBYS_AT = '2/5 * * * ? *';
/** A cluster that is removed takes two or three looks, and off the minutes of the others. */
export const SWEEP_AT = '11,26,41,56 * * * ? *';
/** Once a day, when what the drills of a night were is written down. */
export const CHECK_RECEIPTS_AT = '25 6 * * ? *';
export const WATCH_AT = '7,22,37,52 * * * ? *';
