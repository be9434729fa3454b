import { InvalidInput } from '../errors/registry.ts';
import { looksLikeRecoveryPointId, type RecoveryPointId } from '../ids/names.ts';
import { type Instant, parseInstant } from '../time/instant.ts';

/** What `to` asks for. "Latest" is by the clock of the data: the newest restorable instant in that region. */
export type RestoreWish =
  | { readonly kind: 'latest' }
  | { readonly kind: 'instant'; readonly at: Instant }
  | { readonly kind: 'point'; readonly id: RecoveryPointId };

/** Reads `to`: `latest`, an instant that names its zone, or a recovery point's id. Anything else is the refusal. */
export function readWish(to: string): RestoreWish | InvalidInput {
  if (to === 'latest') return { kind: 'latest' };
  const at = parseInstant(to);
  if (at !== undefined) return { kind: 'instant', at };
  if (looksLikeRecoveryPointId(to)) return { kind: 'point', id: to };
  return new InvalidInput(
    `"to" is ${JSON.stringify(to)}; give "latest", an ISO 8601 instant with its zone such as 2026-11-21T03:00:00Z, ` +
      'or a recovery point id such as orders-hourly-20261121t030000z',
  );
}
