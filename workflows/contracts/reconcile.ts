import * as z from 'zod';
import { caught, contract, nothing } from './shared.ts';

/** Where a survey stands. `folder` and `key` are set while the files of `cluster` are being looked at. */
const position = z.object({ cluster: z.string(), folder: z.string(), key: z.string() });

/** `mend` asks for the written plan to be carried out, then for another lap; `more` for another lap at once. */
const surveyed = z.object({
  outcome: z.enum(['mend', 'more', 'done']),
  /** Vault key of the plan of this lap. */
  plan: z.string(),
  position,
  lap: z.number().int(),
  clusters: z.number().int(),
  found: z.number().int(),
  /** Differences that were seen and are not in a plan of this run: the next run finds them again. */
  left: z.number().int(),
  /** False when the run stopped before the last cluster. */
  whole: z.boolean(),
});

const mended = z.object({ mended: z.number().int(), told: z.number().int(), putOff: z.number().int() });

export const surveyRegion = contract(
  'SurveyRegion',
  'Compares the catalog with what lies in the vault and with the snapshots, and writes down every difference; changes nothing',
  z.object({ execution: z.string(), state: z.looseObject({ survey: surveyed.optional() }) }),
  surveyed,
);

export const discardUnclaimed = contract(
  'DiscardUnclaimed',
  'Removes, in this region, the files and snapshots of a written plan that no kept recovery point names, after checking each once more',
  z.object({ survey: surveyed, discarded: mended.optional() }),
  mended,
);

export const mendRecords = contract(
  'MendRecords',
  'Sets aside copies whose bytes are gone, starts copies that are missing, and tells what no machine may mend',
  z.object({ survey: surveyed, recorded: mended.optional() }),
  mended,
);

export const concludeReconciliation = contract(
  'ConcludeReconciliation',
  'Announces what a reconciliation found and mended, and notes where the next one begins',
  z.object({ survey: surveyed, discarded: mended.optional(), recorded: mended.optional() }),
  nothing,
);

export const failReconciliation = contract(
  'FailReconciliation',
  'Records why a reconciliation failed and says so',
  z.object({ error: caught.optional() }),
  nothing,
);
