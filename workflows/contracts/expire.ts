import * as z from 'zod';
import { caught, contract, nothing } from './shared.ts';

/** Each lap handles what is due up to a bound; `more` asks for another lap. */
const lap = z.object({
  outcome: z.enum(['more', 'done']),
  handled: z.number().int(),
  refused: z.number().int(),
  lap: z.number().int(),
});

/**
 * `plan` is the vault key of the written plan; `expire` asks for it to be carried out, then for another look. `holder`
 * is who holds the region's lease: runs that were started before there was one have none, and go on without.
 */
const planned = lap.extend({
  outcome: z.enum(['expire', 'nothing']),
  plan: z.string(),
  holder: z.string().optional(),
});

export const decideExpiry = contract(
  'DecideExpiry',
  'Looks at the recovery points whose keep is due for review and writes down which lose their last reason',
  z.object({ execution: z.string(), state: z.looseObject({ expiry: planned.optional() }) }),
  planned,
);

export const requestExpiry = contract(
  'RequestExpiry',
  'Moves the recovery points of a written plan into the bin, after checking each once more',
  z.object({ expiry: planned }),
  z.object({ moved: z.number().int(), refused: z.number().int() }),
);

export const discardExpired = contract(
  'DiscardExpired',
  'Removes, in this region, the artifacts of recovery points whose grace in the bin has ended',
  z.object({ expiry: planned.optional(), discard: lap.optional() }),
  lap,
);

export const failExpiry = contract(
  'FailExpiry',
  'Records why an expiry run failed and says so',
  z.object({ error: caught.optional() }),
  nothing,
);
