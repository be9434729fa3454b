import type { RecoveryPointId } from '../ids/names.ts';
import type { Instant } from '../time/instant.ts';

/** The rules that count calendar buckets: of each bucket the newest point, for the newest so many buckets. */
export type BucketKind = 'hourly' | 'daily' | 'weekly' | 'monthly' | 'yearly';

/**
 * Why a recovery point stays. `nth` counts from 1, the newest. `until` is the earliest instant at which the reason can
 * fall away; a reason without it ends only when somebody or something else acts.
 */
export type KeepReason =
  | {
      readonly kind: 'keep-last' | BucketKind;
      readonly nth: number;
      readonly until: Instant;
    }
  /** With a region: the floor of that region, counted over what is proven there. */
  | {
      readonly kind: 'minimum-keep';
      readonly region?: string;
      readonly nth: number;
      readonly until: Instant;
    }
  | { readonly kind: 'keep-within' | 'vault-lock'; readonly until: Instant }
  /** A person asked for the point; without `until` it stays until a person expires it. */
  | { readonly kind: 'manual'; readonly until?: Instant }
  | { readonly kind: 'legal-hold'; readonly name: string }
  /** A capture in flight is compared with it, or a kept point cannot be restored without it. */
  | { readonly kind: 'needed-by'; readonly point: RecoveryPointId }
  /** The configuration does not name the cluster any more. Forgetting a line there must not lose data. */
  | { readonly kind: 'no-plan' };

/** How long the reason certainly lasts; undefined when that is not for the calendar to say. */
export const untilOf = (reason: KeepReason): Instant | undefined =>
  'until' in reason ? reason.until : undefined;

/** `daily#3`, `minimum-keep:eu-central-1#2`, `legal-hold:litigation-7`, `needed-by:orders-daily-20261121t000000z`, `no-plan`. */
export function printKeepReason(reason: KeepReason): string {
  switch (reason.kind) {
    case 'legal-hold':
      return `legal-hold:${reason.name}`;
    case 'needed-by':
      return `needed-by:${reason.point}`;
    case 'keep-within':
    case 'vault-lock':
    case 'manual':
    case 'no-plan':
      return reason.kind;
    case 'minimum-keep':
      return `minimum-keep${reason.region === undefined ? '' : `:${reason.region}`}#${reason.nth}`;
    default:
      return `${reason.kind}#${reason.nth}`;
  }
}
