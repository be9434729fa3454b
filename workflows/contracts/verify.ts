import * as z from 'zod';
import { caught, contract, nothing } from './shared.ts';

const count = z.number().int();

/**
 * Where a scrub stands in its day; where it stands in the vault, and what is rotten there, lies in the vault.
 * `mend` asks for twins to be copied, then for another lap; `more` for another lap at once.
 */
const scrubbed = z.object({
  outcome: z.enum(['mend', 'more', 'done']),
  lap: count,
  /** Of the day's budget, in bytes. */
  spent: z.number(),
  manifests: count,
  items: count,
  bytes: z.number(),
  /** Recovery points that are an engine's snapshot: they show no bytes that could be read. */
  snapshots: count,
  found: count,
  mended: count,
  /** Whether this run came to the end of the vault with each of its two walks. */
  allManifests: z.boolean(),
  allItems: z.boolean(),
});

const mended = z.object({ copied: count, waiting: count, beyond: count });

export const scrubVault = contract(
  'ScrubVault',
  'Reads manifests and items of this region byte by byte within a daily budget, compares them with their checksums, and writes down what is rotten; changes nothing else',
  z.object({ execution: z.string(), state: z.looseObject({ scrub: scrubbed.optional() }) }),
  scrubbed,
);

export const mendRot = contract(
  'MendRot',
  "Copies the twin from another region's vault over what is missing or rotten in this one",
  z.object({ scrub: scrubbed }),
  mended,
);

export const concludeScrub = contract(
  'ConcludeScrub',
  'Sets aside, from the primary, copies that hold something beyond mending, and announces what a scrub read, found and mended',
  z.object({ scrub: scrubbed }),
  nothing,
);

export const failScrub = contract(
  'FailScrub',
  'Records why a scrub failed and says so',
  z.object({ error: caught.optional() }),
  nothing,
);
